"""The rules of the record, each with a thread of its own: statements as read, in; positions, shifts and families, out."""

from datetime import date

import pytest

from bot.quoting import best
from handlers.model import Notice, Stance
from storage import Store
from tests.threads import Told, conditions, contradictions, positions, record, shifts

QUOTE = "We shall sit down with Freedonia in any town and at any hour"
LONGER = QUOTE + ", and I have told the mediators so"
BODY = " ".join(f"word{number}" for number in range(80))
CUT = " ".join(f"word{number}" for number in range(60))
OTHER_BODY = " ".join(f"other{number}" for number in range(80))

POSITIONS = [
    ("one day is one position", [Told("r 3"), Told("r 3", outlet="Echo")], ["rejects 3: a1 a2 | Courier Echo"]),
    ("two days are two", [Told("r 3"), Told("r 4", outlet="Echo")], ["rejects 3: a1 | Courier", "rejects 4: a2 | Echo"]),
    ("scope does not split", [Told("r 3"), Told("r 3", scope="missiles")], ["rejects 3: a1 a2 | Courier"]),
    (
        "a day apart in the same words of another outlet is the earlier day",
        [Told("o 7", QUOTE), Told("o 8", QUOTE, outlet="Shimbun")],
        ["open 7: a1 a2 | Courier Shimbun"],
    ),
    ("but in other words it is another", [Told("o 7", QUOTE), Told("o 8", "Our door is open to them", outlet="Shimbun")],
     ["open 7: a1 | Courier", "open 8: a2 | Shimbun"]),
    ("an undated twin takes the day", [Told("o", LONGER, outlet="Echo"), Told("o 7", QUOTE)], ["open 7: a1 a2 | Courier Echo"]),
    ("the same long quotation weeks later is the old occasion", [Told("o 7", QUOTE), Told("o 28", QUOTE, outlet="Echo")],
     ["open 7: a1 a2 | Courier Echo"]),
    ("a set phrase that is said again is another", [Told("r 7", "We will not talk"), Told("r 28", "We will not talk")],
     ["rejects 7: a1 | Courier", "rejects 28: a2 | Courier"]),
    ("contracted or written out, the words are the same",
     [Told("r 7", "We will not negotiate with America, so be it"), Told("r", "We won’t negotiate with Americans", "Echo")],
     ["rejects 7: a1 a2 | Courier Echo"]),
    ("nobody reports what is still to be said", [Told("o", QUOTE, published="1"), Told("o 7", QUOTE, outlet="Echo")],
     ["open 7: a2 | Echo", "open -: a1 | Courier"]),
    ("a recall without a day joins none", [Told("r 3"), Told("r", "He had refused for weeks", "Echo", published="9")],
     ["rejects 3: a1 | Courier"]),
    ("a recall with a day joins that day", [Told("r 3"), Told("r 3", "A day after he refused", "Echo", published="9")],
     ["rejects 3: a1 a2 | Courier Echo"]),
    ("words without a day stand where nothing dated does", [Told("r", "He had refused for weeks", "Echo", published="9")],
     ["rejects -: a1 | Echo"]),
    ("and where only later days are known", [Told("r", "He had refused", "Echo", published="9"), Told("r 20")],
     ["rejects 20: a2 | Courier", "rejects -: a1 | Echo"]),
    ("an undated article is news of its own", [Told("r 3"), Told("r", "No talks, he said", "Echo")],
     ["rejects 3: a1 | Courier", "rejects -: a2 | Echo"]),
    ("undated words in two articles are two", [Told("r", "Never with them"), Told("r", "Not in this life", "Echo")],
     ["rejects -: a1 | Courier", "rejects -: a2 | Echo"]),
    ("an agency's reprints are one family", [Told("r 3", outlet="Reuters"), Told("r 3", outlet="Echo", family="Reuters")],
     ["rejects 3: a1 a2 | Reuters"]),
    ("so is a near-copy that credits nobody",
     [Told("r 3", outlet="Reuters", is_agency=True, body=BODY), Told("r 3", outlet="Echo", body=CUT, published="2")],
     ["rejects 3: a1 a2 | Reuters"]),
    ("two reporters are two", [Told("r 3", body=BODY), Told("r 3", outlet="Echo", body=OTHER_BODY)],
     ["rejects 3: a1 a2 | Courier Echo"]),
]  # fmt: skip


@pytest.mark.parametrize(("thread", "expected"), [case[1:] for case in POSITIONS], ids=[case[0] for case in POSITIONS])
async def test_positions(store: Store, thread: list[Told], expected: list[str]) -> None:
    await record(store, thread)
    assert await positions(store) == expected


async def test_a_late_article_turns_one_shift_into_two(store: Store) -> None:
    await record(store, [Told("r 3"), Told("o 20")])
    assert await shifts(store) == ["rejects > open 20"]
    await record(store, [Told("c 16", condition="once the gates are clear", name="late")])
    assert await shifts(store) == ["rejects > conditional 16", "conditional > open 20"]
    async with store.read() as unit:
        (current,) = await unit.positions.current(["Ada Berg"], None, guild_id=None)
        (late,) = await unit.positions.history(None, None, guild_id=None, until=date(2021, 3, 16), limit=1)
    assert current.day == date(2021, 3, 20)
    assert late.latest_day == date(2021, 3, 20)


async def test_a_third_family_decides_a_contradiction(store: Store) -> None:
    await record(
        store, [Told("o 1"), Told("o 24", outlet="EFE"), Told("r 24", outlet="AFP"), Told("o 24", outlet="Echo", family="EFE")]
    )
    assert await contradictions(store) == ["24 open question: 2"]
    assert await shifts(store) == ["open > rejects 24 held"]
    await record(store, [Told("r 24", outlet="Reuters", name="b1")])
    assert await shifts(store) == ["open > rejects 24"]
    assert await contradictions(store) == ["24 rejects: 2"]


TOOK_BACK = Notice("corrects", ("We return",), date(2021, 3, 8), "The Courier corrects its report on Ada Berg")
WITHDREW = Notice("withdraws", ("We return",), date(2021, 3, 8), "The agency withdraws its report on Ada Berg")


async def test_a_correction_relabels_what_it_corrects(store: Store) -> None:
    wrong = Told("o 8", title="We return", published="8")
    await record(store, [Told("r 1"), wrong, Told("r 8", outlet="EFE", published="8")])
    assert await contradictions(store) == ["8 open question: 2"]
    await record(store, [Told("r 8", published="9", notice=TOOK_BACK, name="notice")])
    assert await positions(store) == ["rejects 1: a1 | Courier", "rejects 8: a2 a3 notice | Courier EFE"]
    assert await contradictions(store) == []
    assert await shifts(store) == []


async def test_where_only_relabelled_words_report_a_position_the_notice_has_the_words(store: Store) -> None:
    notice = Told("r 7", "He refused, the paper corrects", published="9", notice=TOOK_BACK, name="notice")
    await record(store, [Told("o 8", QUOTE, title="We return", published="8"), notice])
    async with store.read() as unit:
        corrected, own = await unit.positions.history(None, None, guild_id=None)
    assert (corrected.stance, corrected.day, best(corrected).statement.evidence) == (
        Stance.REJECTS, date(2021, 3, 8), "He refused, the paper corrects"
    )  # fmt: skip
    assert own.correction is None
    await record(store, [Told("r 8", "No, he says", outlet="EFE", name="other")])
    async with store.read() as unit:
        (corrected, _) = await unit.positions.history(None, None, guild_id=None)
    assert best(corrected).statement.evidence == "No, he says"


async def test_a_withdrawal_removes_the_report_its_reprints_and_itself(store: Store) -> None:
    agency = Told("o 8", outlet="AFP", is_agency=True, title="We return", published="8", body=BODY)
    reprint = Told("o 8", outlet="Echo", title="Berg to return", published="9", body=CUT)
    credited = Told("o 8", outlet="Globe", family="AFP", title="We return", published="8")
    own = Told("o 8", outlet="Herald", title="Berg returns", published="8", body=OTHER_BODY)
    await record(store, [Told("r 1"), agency, reprint, credited, own])
    assert await shifts(store) == ["rejects > open 8"]
    await record(store, [Told("o 8", outlet="AFP", is_agency=True, published="10", notice=WITHDREW, name="notice")])
    assert await positions(store) == ["rejects 1: a1 | Courier", "open 8: a5 | Herald"]


async def test_a_withdrawal_that_states_nothing_still_takes_back(store: Store) -> None:
    await record(store, [Told("", published="9", notice=WITHDREW), Told("o 8", title="We return", published="8")])
    assert await positions(store) == []


async def test_withdrawn_words_leave_what_reads_statements_directly(store: Store) -> None:
    await record(store, [Told("o 8", QUOTE, title="We return", published="8"), Told("r 8", outlet="EFE", published="8")])
    async with store.read() as unit:
        kept, wrong = await unit.statements.find(guild_id=None)
    await record(store, [Told("o 8", published="9", notice=WITHDREW, name="notice")])
    async with store.read() as unit:
        assert await unit.statements.find(guild_id=None) == [kept]
        assert await unit.statements.count(guild_id=None) == 1
        assert await unit.statements.find(guild_id=None, text="any town") == []
        assert await unit.statements.get(wrong.id, None) is None
    await record(store, [Told("", published="9", name="notice", body="It was right after all.")])
    async with store.read() as unit:
        assert await unit.statements.find(guild_id=None, text="any town") == [wrong]


async def test_a_notice_that_is_edited_away_gives_back_what_it_took(store: Store) -> None:
    await record(
        store, [Told("o 8", title="We return", published="8"), Told("", published="9", notice=WITHDREW, name="notice")]
    )
    assert await positions(store) == []
    await record(store, [Told("", published="9", name="notice", body="It was right after all.")])
    assert await positions(store) == ["open 8: a1 | Courier"]


CONDITIONS = [
    ("other words, one demand", ["c 3 if the sanctions are lifted", "c 9 once they remove the sanctions"],
     ["if the sanctions are lifted 3-9 x2 standing"]),
    ("two demands in one condition", ["c 3 if the crews are reinstated and the plan is withdrawn", "c 9 take our crews back"],
     ["if the crews are reinstated 3-9 x2 standing", "the plan is withdrawn 3-3 x1 standing"]),
    ("openness drops it", ["c 3 if the gates are clear", "o 9"], ["if the gates are clear 3-3 x1 dropped"]),
    ("a refusal withdraws it", ["c 3 if the gates are clear", "r 9"], ["if the gates are clear 3-3 x1 withdrawn"]),
    ("a refusal of a topic does not", ["c 3 if the gates are clear", "r 9 scoped"], ["if the gates are clear 3-3 x1 standing"]),
    ("openness of the same day drops nothing", ["c 3 if the gates are clear", "o 3"],
     ["if the gates are clear 3-3 x1 standing"]),
    ("nor does openness without a day", ["c 3 if the gates are clear", "o"], ["if the gates are clear 3-3 x1 standing"]),
    ("stated again it stands again", ["c 3 if the gates are clear", "o 5", "c 9 once the gates are clear"],
     ["if the gates are clear 3-9 x2 standing"]),
    ("another demand is another", ["c 3 if the missile tests stop", "c 9 if the prisoners are released"],
     ["if the missile tests stop 3-3 x1 standing", "if the prisoners are released 9-9 x1 standing"]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), [case[1:] for case in CONDITIONS], ids=[case[0] for case in CONDITIONS])
async def test_conditions(store: Store, lines: list[str], expected: list[str]) -> None:
    thread: list[Told] = []
    for line in lines:
        stance, _, rest = line.partition(" ")
        number, _, words = rest.partition(" ")
        scope = "missiles" if words == "scoped" else None
        thread.append(Told(f"{stance} {number}".strip(), condition=words if stance == "c" else None, scope=scope))
    await record(store, thread)
    assert await conditions(store) == expected
