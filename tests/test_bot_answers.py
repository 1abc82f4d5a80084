"""/stance, /timeline, /compare, /shifts, /conditions over the loopback protocol, on a record that is written here."""

import shutil
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from handlers.model import Actor, Stance
from tests.discord_server import Message
from tests.newsdesk import Newsdesk, newsdesk
from tests.storage_samples import OTHER_SERVER, report, said

pytestmark = pytest.mark.asyncio(loop_scope="module")

REJECTS, CONDITIONAL, OPEN, ENGAGED = Stance
ACTORS = (
    Actor("Ali Khamenei", party="Iran", rank=1),
    Actor("Hassan Rouhani", party="Iran", rank=2),
    Actor("Behnam Farzadi", party="Iran", description="a former envoy"),
    Actor("Donald Trump", party="United States", rank=1),
)
IRAN = ("Ali Khamenei", "Hassan Rouhani", "Behnam Farzadi")
HOSTILE = "We will talk @everyone <@1> [here](https://evil.example) </stance:1> **now** \u202egnp.exe"


async def write(room: Newsdesk) -> None:
    """Khamenei and Rouhani toward the United States, Trump back, many of one day each, and what another server added."""
    demand = "they lift all sanctions"
    async with room.store.write() as unit:
        await report(unit, "k1", said(REJECTS, "2018-08-13"), url="https://news.example/k1", actors=ACTORS)
        await report(unit, "k2", said(REJECTS, "2019-05-29"), outlet="Sputnik", actors=ACTORS)
        await report(unit, "k3", said(REJECTS, "2025-02-07"), outlet="Financial Times", actors=ACTORS)
        words = f"The door is open if {demand}."
        await report(
            unit,
            "r1",
            said(CONDITIONAL, "2019-05-29", speaker="Hassan Rouhani", condition=demand, evidence=words),
            actors=ACTORS,
        )
        await report(unit, "r2", said(REJECTS, "2019-09-04", speaker="Hassan Rouhani"), outlet="AFP", actors=ACTORS)
        await report(
            unit, "b1", said(OPEN, None, speaker="Behnam Farzadi", evidence=HOSTILE), outlet="@everyone", actors=ACTORS
        )
        await report(unit, "t1", said(OPEN, "2019-05-27", speaker="Donald Trump", to="Iran"), actors=ACTORS)
        for number in range(11):
            day = (date(2024, 1, 1) + timedelta(days=number)).isoformat()
            await report(unit, f"n{number}", said(tuple(Stance)[number % 4], day, speaker="Japan", to="China"), actors=())
        await report(unit, "secret", said(ENGAGED, "2025-02-08"), guild_id=OTHER_SERVER, actors=ACTORS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def room(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newsdesk]:
    path = tmp_path_factory.mktemp("answers") / "parley.db"
    shutil.copyfile(sqlite_template, path)
    async with newsdesk(f"sqlite+aiosqlite:///{path}") as made:
        await write(made)
        yield made


def gallery(message: Message | None) -> str:
    """The alt text of the message's chart."""
    assert message is not None
    (item,) = [item for found in message.components for item in found.get("items", [])]
    assert message.file("chart.png").data.startswith(b"\x89PNG")
    return item["description"]


async def test_a_party_answers_with_its_voices_by_office_and_where_they_differ(room: Newsdesk) -> None:
    answer = await room.ask("stance", actor="Iran", counterpart="United States")
    cards = [answer.plain.index(f"{name} → United States") for name in IRAN]
    assert cards == sorted(cards)
    assert "→ United States: the Supreme Leader, Ali Khamenei, rejects talks (7 February 2025);" in answer.plain
    assert "the President then, Hassan Rouhani, rejects talks (4 September 2019);" in answer.plain
    assert "Behnam Farzadi is open to talks (day unknown)." in answer.plain
    assert "Ali Khamenei has the final word." in answer.plain


async def test_as_of_a_day_the_voices_are_those_of_then(room: Newsdesk) -> None:
    answer = await room.ask("stance", actor="Iran", counterpart="United States", as_of="2019-06-01")
    assert "the Supreme Leader, Ali Khamenei, rejects talks (29 May 2019)" in answer.plain
    assert "the President, Hassan Rouhani, sets a condition (29 May 2019)" in answer.plain


async def test_silence_names_whom_one_may_have_meant(room: Newsdesk) -> None:
    answer = await room.ask("stance", actor="Khamenei", counterpart="Iran")
    assert "Ali Khamenei is on record toward United States." in answer.plain
    assert "Toward Iran spoke Donald Trump." in answer.plain
    assert "Searched 18 articles" in answer.plain
    assert answer.is_ephemeral


async def test_a_timeline_is_a_chart_with_its_numbers_in_words_and_a_list(room: Newsdesk) -> None:
    answer = await room.ask("timeline", actor="Iran", counterpart="United States")
    alt = gallery(answer.message)
    assert alt.startswith("Timeline: Iran → United States. 6 positions, 13 August 2018 to 7 February 2025.")
    assert "Hassan Rouhani: 1 rejects, 1 conditional; 1 shift, the last on 4 September 2019 (hardening)" in alt
    assert "Hassan Rouhani: 1 rejects, 1 conditional" in answer.plain
    assert "6 positions, newest first." in answer.plain
    assert answer.plain.index("7 February 2025") < answer.plain.index("4 September 2019")


@pytest.mark.parametrize(("kind", "words"), [("matrix", "Who stands where"), ("activity", "Positions per year")])
async def test_the_other_charts(room: Newsdesk, kind: str, words: str) -> None:
    answer = await room.ask("timeline", actor="Iran", chart=kind)
    assert gallery(answer.message).startswith(words)
    assert words in answer.plain


async def test_what_has_no_day_is_no_chart_but_words(room: Newsdesk) -> None:
    answer = await room.ask("timeline", actor="Behnam Farzadi")
    assert answer.message is not None
    assert answer.message.files == []
    assert "1 of unknown day" in answer.plain


async def test_days_without_a_position_say_when_there_was_one(room: Newsdesk) -> None:
    answer = await room.ask("timeline", actor="Japan", since="2025-01-01")
    assert "The latest one: conditional, 10 January 2024." not in answer.plain
    assert "The latest one: conditional, 11 January 2024" not in answer.plain
    assert "in these days is on record" in answer.plain
    assert answer.is_ephemeral


async def test_a_timeline_turns_by_key_jumps_and_turns_in_place(room: Newsdesk) -> None:
    first = await room.ask("timeline", actor="Japan")
    assert "11 January 2024" in first.plain
    assert first.message is not None
    older = await room.discord.click(first.message, "Older")
    assert older.is_ephemeral
    assert older.message is not None
    assert "7 January 2024" in older.plain
    assert "11 January 2024" not in older.plain
    last = await room.discord.click(older.message, "Older")
    assert last.message is older.message
    assert "1 January 2024" in last.plain
    asked = await room.discord.click(last.message, "Jump to a day")
    (field,) = [
        found["custom_id"] for row in asked.modal["components"] for found in row.get("components", [row.get("component")])
    ]
    jumped = await room.discord.modal_submit(asked, {field: "5 January 2024"})
    assert jumped.plain.index("Said Friday 5 January") < jumped.plain.index("Said Thursday 4 January")
    assert "6 January" not in jumped.plain


async def test_only_one_who_may_see_them_turns_pages(room: Newsdesk) -> None:
    """A public page opens for whoever clicks, privately; what is private has one reader."""
    first = await room.ask("timeline", actor="Japan")
    assert first.message is not None
    reader = await room.discord.click(first.message, "Older", user=room.discord.reader)
    assert reader.message is not None
    assert reader.message.viewer is room.discord.reader


async def test_the_timeline_button_follows_the_pair(room: Newsdesk) -> None:
    answer = await room.ask("stance", actor="Khamenei", counterpart="United States")
    assert answer.message is not None
    followed = await room.discord.click(answer.message, "Timeline")
    assert gallery(followed.message).startswith("Timeline: Ali Khamenei → United States. 3 positions")


async def test_two_that_face_each_other_are_compared_in_both_directions(room: Newsdesk) -> None:
    answer = await room.ask("compare", first="Iran", second="United States")
    alt = gallery(answer.message)
    assert "Ali Khamenei → United States: 3 rejects" in alt
    assert "Donald Trump → Iran: 1 open" in alt
    assert "Donald Trump" in answer.plain


async def test_two_toward_a_third(room: Newsdesk) -> None:
    answer = await room.ask("compare", first="Khamenei", second="Rouhani", counterpart="United States", as_of="2019-06-30")
    assert "as of 30 June 2019" in answer.plain
    assert "4 September 2019" not in answer.plain
    assert "Condition" in answer.plain


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("compare", {"first": "Iran", "second": "Tehran"}, "first and second are both Iran"),
        ("compare", {"first": "Peru", "second": "Chile"}, "Neither Peru nor Chile is on record toward the other."),
        ("timeline", {"actor": "Iran", "since": "soon"}, "since: “soon” is not a day."),
        ("timeline", {"actor": "Iran", "since": "2025-03-01", "until": "2025-02-01"}, "is after until"),
        ("timeline", {"actor": HOSTILE}, "I know no actor called"),
        ("timeline", {"actor": "Peru"}, "No statement by Peru on negotiating is on record."),
        ("shifts", {"actor": "Peru"}, "No shift of Peru is on record"),
        ("conditions", {"counterpart": "Peru"}, "No condition of Peru is on record."),
    ],
)
async def test_what_cannot_be_answered_is_said_privately(
    room: Newsdesk, name: str, options: dict[str, object], words: str
) -> None:
    answer = await room.ask(name, **options)
    assert words in answer.plain
    assert answer.is_ephemeral
    assert answer.message is not None
    assert not answer.message.pings


async def test_a_shift_shows_old_and_new_words_and_the_direction(room: Newsdesk) -> None:
    answer = await room.ask("shifts", actor="Rouhani")
    assert "conditional → rejects: hardening, 4 September 2019" in answer.plain
    assert "conditional stood since 29 May 2019 (98 days)" in answer.plain
    assert "Before, 29 May 2019, Reuters reports: The door is open if they lift all sanctions." in answer.plain
    none = await room.ask("shifts", actor="Rouhani", days=30)
    assert "No shift of Hassan Rouhani is on record" in none.plain


async def test_shifts_turn_by_key(room: Newsdesk) -> None:
    first = await room.ask("shifts", actor="Japan")
    assert first.message is not None
    assert first.plain.count("ing, ") == 4
    older = await room.discord.click(first.message, "Older")
    assert "7 January 2024" in older.plain
    assert "11 January 2024" not in older.plain


async def test_a_condition_that_was_withdrawn_says_so(room: Newsdesk) -> None:
    answer = await room.ask("conditions", actor="Iran", counterpart="United States")
    assert "they lift all sanctions" in answer.plain
    assert "Withdrawn: later refused talks" in answer.plain
    assert "1 condition, of which 0 stand." in answer.plain


async def test_nothing_of_another_server_shows_or_counts(room: Newsdesk) -> None:
    for name, options in (("stance", {"actor": "Khamenei"}), ("timeline", {"actor": "Khamenei"}), ("shifts", {})):
        answer = await room.ask(name, **options)
        assert "ENGAGED · Ali Khamenei" not in answer.plain
        assert "8 February 2025" not in answer.plain
        assert "Searched 18 articles" in answer.plain


async def test_buttons_outlive_the_bot(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    shutil.copyfile(sqlite_template, path)
    url = f"sqlite+aiosqlite:///{path}"
    async with newsdesk(url) as first:
        await write(first)
        page = await first.ask("timeline", actor="Japan")
        assert page.message is not None
        async with newsdesk(url, first.discord) as second:
            await first.client.close()
            older = await second.discord.click(page.message, "Older")
            assert "7 January 2024" in older.plain
