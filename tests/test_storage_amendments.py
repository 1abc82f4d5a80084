"""What the operator says about actors: other names, merges, descriptions, and all of it taken back; on both databases."""

import pytest

from handlers.errors import QuestionError
from handlers.model import Actor, Office, Position, Stance, Watch
from storage import Store, Unit
from tests.storage_samples import KHAMENEI, NOW, OTHER_SERVER, SERVER, report, said
from tests.threads import everything, rebuild

ENVOY, NAME, QUOTE = "Behnam Farzadi", "the envoy Farzadi", "We shall sit down with them in any town and at any hour"


async def write(store: Store) -> None:
    """The envoy under his two names: one saying in two outlets, and a later refusal."""
    async with store.write() as unit:
        await report(unit, "1", said(Stance.OPEN, "2025-01-10", speaker=ENVOY, evidence=QUOTE), outlet="Courier", actors=())
        await report(unit, "2", said(Stance.OPEN, None, speaker=NAME, evidence=QUOTE), outlet="Echo", actors=())
        await report(unit, "3", said(Stance.REJECTS, "2025-02-01", speaker=NAME), outlet="Globe", actors=())


async def of(unit: Unit, name: str) -> list[Position]:
    return await unit.positions.history([name], None, guild_id=None, newest_first=False)


async def mean(store: Store, name: str = NAME, target: str = ENVOY) -> int:
    async with store.write() as unit:
        return (await unit.amendments.mean(name, target, NOW)).statements


async def undo(store: Store, name: str = NAME) -> int:
    async with store.write() as unit:
        return (await unit.amendments.undo(name)).statements


async def test_a_merged_record_is_that_of_one_name_and_comes_apart_again(store: Store) -> None:
    await write(store)
    before = await everything(store)
    assert await mean(store) == 2
    async with store.read() as unit:
        first, second = await of(unit, ENVOY)
        assert await of(unit, NAME) == []
        (shift,) = await unit.shifts.find(None, None, guild_id=None)
        assert [each.statement.speaker for each in await unit.statements.find(guild_id=None, actor=ENVOY)] == [ENVOY] * 3
        assert await unit.amendments.meaning(NAME.upper()) == ENVOY
        assert await unit.amendments.names(ENVOY) == [NAME]
        (current,) = await unit.positions.current([ENVOY], None, guild_id=None)
    assert (sorted(first.sources), second.previous) == (["Courier", "Echo"], Stance.OPEN)
    assert (shift.after, current) == (second, second)
    assert await undo(store) == 2
    assert await everything(store) == before
    async with store.read() as unit:
        assert [len(await of(unit, name)) for name in (ENVOY, NAME)] == [1, 2]
        assert await unit.amendments.meaning(NAME) is None


async def test_the_merged_record_is_what_would_have_been_made_of_one_name(store: Store) -> None:
    await mean(store)
    await write(store)
    later = await everything(store)
    await undo(store)
    apart = await everything(store)
    await mean(store)
    assert await everything(store) == later
    await rebuild(store)
    assert await everything(store) == later
    await undo(store)
    assert await everything(store) == apart
    await rebuild(store)
    assert await everything(store) == apart


async def test_what_is_read_later_follows_and_goes_back_too(store: Store) -> None:
    await write(store)
    await mean(store)
    async with store.write() as unit:
        (position,) = await report(unit, "4", said(Stance.ENGAGED, "2025-02-08", speaker=NAME), guild_id=SERVER, actors=())
        await report(unit, "5", said(Stance.OPEN, "2025-02-09", speaker=KHAMENEI.name, to=NAME))
    assert position.speaker == ENVOY
    async with store.read() as unit:
        assert len(await unit.positions.history([ENVOY], None, guild_id=SERVER)) == 3
        assert len(await unit.positions.history([ENVOY], None, guild_id=OTHER_SERVER)) == 2
        assert len(await unit.positions.history(None, ENVOY, guild_id=None)) == 1
    assert await undo(store) == 4
    async with store.read() as unit:
        assert len(await unit.positions.history([NAME], None, guild_id=SERVER)) == 3
        assert len(await unit.positions.history(None, NAME, guild_id=None)) == 1


async def test_names_of_names_lead_to_the_end_and_come_back_step_by_step(store: Store) -> None:
    await write(store)
    await mean(store)
    assert await mean(store, ENVOY, KHAMENEI.name) == 3
    async with store.read() as unit:
        assert len(await of(unit, KHAMENEI.name)) == 2
        assert await unit.amendments.names(KHAMENEI.name) == [ENVOY, NAME]
    assert await undo(store, ENVOY) == 3
    async with store.read() as unit:
        assert [len(await of(unit, name)) for name in (KHAMENEI.name, ENVOY, NAME)] == [0, 2, 0]
    assert await undo(store) == 2


async def test_an_alert_goes_along_and_is_sent_to_nobody_again(store: Store) -> None:
    await write(store)
    async with store.write() as unit:
        position = next(each for each in await of(unit, NAME) if each.stance is Stance.OPEN)
        watch = await unit.watches.add(Watch(SERVER, 7, actor=NAME), NOW)
        alert = await unit.alerts.add(watch, position, NOW)
        assert alert is not None
        await unit.alerts.sending(alert.id, NOW)
        await unit.alerts.sent(alert.id, 99, NOW)
    await mean(store)
    async with store.write() as unit:
        merged = (await of(unit, ENVOY))[0]
        (watch,) = await unit.watches.all()
        assert watch.actor == ENVOY
        assert [each.message_id for each in await unit.alerts.shown(merged.id)] == [99]
        assert await unit.alerts.add(watch, merged, NOW) is None
    await undo(store)
    async with store.write() as unit:
        (watch,) = await unit.watches.all()
        assert watch.actor == NAME
        again = next(each for each in await of(unit, NAME) if each.stance is Stance.OPEN)
        assert await unit.alerts.add(watch, again, NOW) is None
        kept = await unit.alerts.get(alert.id)
    assert (kept.position.id, kept.nonce, kept.message_id) == (position.id, alert.nonce, 99)


async def test_what_the_operator_adds_stands_against_articles_until_it_is_taken_back(store: Store) -> None:
    await write(store)
    told = Actor(ENVOY, party="Iran", offices=(Office("Envoy", "Iran"),))
    async with store.write() as unit:
        before = await unit.actors.get(ENVOY)
        await unit.amendments.add(told, NOW)
        await report(unit, "6", said(Stance.OPEN, "2025-02-09", speaker=ENVOY), actors=(Actor(ENVOY, party="Oman"),))
        assert await unit.actors.get(ENVOY) == told
        assert ENVOY in await unit.actors.voices("Iran")
        await unit.amendments.undo(ENVOY)
        assert await unit.actors.get(ENVOY) == before
        await unit.amendments.add(Actor("Nobody Yet"), NOW)
        await unit.amendments.undo("nobody yet")
        assert await unit.actors.get("Nobody Yet") is None


@pytest.mark.parametrize(
    ("name", "target", "words"),
    [(ENVOY, ENVOY, "one name twice"), (NAME, KHAMENEI.name, "already"), (KHAMENEI.name, "United States", "they are two")],
)
async def test_a_name_that_cannot_mean_somebody_changes_nothing(store: Store, name: str, target: str, words: str) -> None:
    await write(store)
    async with store.write() as unit:
        await report(unit, "7", said(Stance.OPEN, "2025-02-09"))
    await mean(store)
    before = await everything(store)
    with pytest.raises(QuestionError, match=words):
        await mean(store, name, target)
    with pytest.raises(QuestionError, match="nothing to take back"):
        await undo(store, KHAMENEI.name)
    assert await everything(store) == before
