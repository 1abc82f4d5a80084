"""An alert follows its position through merges, late days and rebuilds, so that nobody is told twice; on both databases."""

import pytest

from handlers.model import Alert, Position, Watch
from storage import Store, Unit
from tests.storage_samples import NOW, SERVER
from tests.threads import Told, rebuild, record

QUOTE = "We shall sit down with Freedonia in any town and at any hour"


async def the_position(unit: Unit) -> Position:
    (position,) = await unit.positions.history(None, None, guild_id=None)
    return position


async def sent_alert(store: Store, thread: list[Told]) -> tuple[Watch, Alert]:
    """The alert about the one position of a thread, sent."""
    await record(store, thread)
    async with store.write() as unit:
        watch = await unit.watches.add(Watch(SERVER, 7), NOW)
        alert = await unit.alerts.add(watch, await the_position(unit), NOW)
        assert alert is not None
        await unit.alerts.sending(alert.id, NOW)
        await unit.alerts.sent(alert.id, 99, NOW)
    return watch, alert


@pytest.mark.parametrize(
    ("first", "later"),
    [
        pytest.param(Told("o", QUOTE), Told("o 7", QUOTE, outlet="Echo", name="b"), id="a day comes with a twin"),
        pytest.param(Told("o 8", QUOTE), Told("o 7", QUOTE, outlet="Echo", name="b"), id="a twin says an earlier day"),
        pytest.param(Told("o 8"), Told("o 8", outlet="Echo", name="b"), id="another outlet reports it"),
    ],
)
async def test_an_alert_goes_with_the_position_that_its_own_becomes(store: Store, first: Told, later: Told) -> None:
    watch, alert = await sent_alert(store, [first])
    await record(store, [later])
    async with store.write() as unit:
        position = await the_position(unit)
        assert [shown.id for shown in await unit.alerts.shown(position.id)] == [alert.id]
        assert await unit.alerts.add(watch, position, NOW) is None
        kept = await unit.alerts.get(alert.id)
    assert (kept.position, kept.message_id, kept.nonce) == (position, 99, alert.nonce)


async def test_a_rebuild_alerts_nobody_again(store: Store) -> None:
    watch, alert = await sent_alert(store, [Told("o 7", QUOTE)])
    await record(store, [Told("o", QUOTE, outlet="Echo", name="b")])
    await rebuild(store)
    async with store.write() as unit:
        position = await the_position(unit)
        assert position.id == alert.position.id
        assert await unit.alerts.add(watch, position, NOW) is None


async def test_two_alerts_that_meet_in_one_position_both_stand(store: Store) -> None:
    watch, first = await sent_alert(store, [Told("o", QUOTE, outlet="Echo")])
    await record(store, [Told("o 3", "Our door has never been closed to anybody", name="b")])
    async with store.write() as unit:
        dated = next(each for each in await unit.positions.history(None, None, guild_id=None) if each.day)
        second = await unit.alerts.add(watch, dated, NOW)
        assert second is not None
    await record(store, [Told("o 3", QUOTE, outlet="Globe", name="c")])
    async with store.write() as unit:
        position = await the_position(unit)
        assert len(position.reports) == 3
        assert await unit.alerts.add(watch, position, NOW) is None
        assert (await unit.alerts.get(first.id)).message_id == 99
        assert (await unit.alerts.get(second.id)).position == position
