"""The outbox: one alert for a watch and a position, waiting until it has an end; on both databases."""

from datetime import timedelta, timezone

import pytest
from sqlalchemy import select

from handlers.errors import NotFound, StorageError
from handlers.model import Alert, Position, Stance, Watch
from storage import Store, Unit
from storage.engine import open_database
from storage.outbox import DeliveryRow
from tests.storage_samples import NOW, OTHER_SERVER, SERVER, Crash, crash_in, report, said

REJECTS = said(Stance.REJECTS, "2025-02-07")
LATER = NOW + timedelta(minutes=5)


async def met(unit: Unit, guild_id: int = SERVER, identity: str = "1") -> Alert:
    (position,) = await report(unit, identity, REJECTS)
    alert = await unit.alerts.add(await unit.watches.add(Watch(guild_id, channel_id=guild_id), NOW), position, NOW)
    assert alert is not None
    return alert


async def test_an_alert_is_read_back_complete(store: Store) -> None:
    async with store.write() as unit:
        alert = await met(unit)
        assert (alert.state, alert.created_at, alert.first_attempt_at) == ("pending", NOW, None)
        assert await unit.alerts.get(alert.id) == alert
        assert await unit.alerts.waiting(10) == [alert]
        with pytest.raises(NotFound):
            await unit.alerts.get(alert.id + 1)


async def test_a_nonce_is_short_enough_for_discord_and_of_its_own(store: Store) -> None:
    async with store.write() as unit:
        (position,) = await report(unit, "1", REJECTS)
        nonces: set[str] = set()
        for channel_id in range(50):
            alert = await unit.alerts.add(await unit.watches.add(Watch(SERVER, channel_id), NOW), position, NOW)
            assert alert is not None
            nonces.add(alert.nonce)
    assert len(nonces) == 50
    assert all(len(nonce) == 24 and set(nonce) <= set("abcdefghijklmnopqrstuvwxyz234567") for nonce in nonces)


async def test_a_watch_meets_a_position_once_in_whichever_copy(store: Store) -> None:
    async with store.write() as unit:
        watch = await unit.watches.add(Watch(SERVER, 7), NOW)
        (own,) = await report(unit, "1", REJECTS, guild_id=SERVER)
        (shared,) = await report(unit, "2", REJECTS, outlet="Sputnik")
        assert own.id != shared.id
        first = await unit.alerts.add(watch, own, NOW)
        assert first is not None
        assert await unit.alerts.add(watch, own, LATER) is None
        assert await unit.alerts.add(watch, shared, LATER) is None
        assert [alert.id for alert in await unit.alerts.waiting(10)] == [first.id]


async def test_a_channel_is_told_of_a_position_once_however_many_of_its_watches_met_it(store: Store) -> None:
    async with store.write() as unit:
        (position,) = await report(unit, "1", REJECTS)
        wide = await unit.watches.add(Watch(SERVER, 7), NOW)
        narrow = await unit.watches.add(Watch(SERVER, 7, actor="Iran"), NOW)
        elsewhere = await unit.watches.add(Watch(SERVER, 8), NOW)
        made = [await unit.alerts.add(watch, position, NOW) for watch in (wide, narrow, elsewhere)]
    assert [alert is not None for alert in made] == [True, False, True]


async def test_a_rolled_back_article_leaves_no_alert(store: Store) -> None:
    with pytest.raises(Crash):
        await crash_in(store, met)
    async with store.read() as unit:
        assert await unit.alerts.waiting(10) == []
        assert await unit.articles.count(None) == 0


async def test_the_first_attempt_is_kept_over_later_ones(store: Store) -> None:
    async with store.write() as unit:
        alert = await met(unit)
        begun = await unit.alerts.sending(alert.id, NOW.astimezone(timezone(timedelta(hours=3, minutes=30))))
        assert (begun.state, begun.first_attempt_at) == ("sending", NOW)
        again = await unit.alerts.sending(alert.id, LATER)
        assert (again.state, again.first_attempt_at) == ("sending", NOW)
        await unit.alerts.sent(alert.id, 2**60, LATER)
        sent = await unit.alerts.get(alert.id)
        assert (sent.state, sent.message_id, sent.nonce) == ("sent", 2**60, alert.nonce)
        assert await unit.alerts.waiting(10) == []
        with pytest.raises(StorageError, match="does not wait"):
            await unit.alerts.sending(alert.id, LATER)


async def test_every_try_leaves_a_row_and_its_outcome(store: Store, database_url: str) -> None:
    async with store.write() as unit:
        alert = await met(unit)
        await unit.alerts.sending(alert.id, NOW)
        await unit.alerts.sending(alert.id, LATER)
        await unit.alerts.sent(alert.id, 99, LATER)
    database = open_database(database_url)
    async with database.transaction("read") as connection:
        columns = (DeliveryRow.alert_id, DeliveryRow.started_at, DeliveryRow.outcome, DeliveryRow.error, DeliveryRow.ended_at)
        rows = [tuple(row) for row in await connection.execute(select(*columns).order_by(DeliveryRow.id))]
    await database.close()
    assert rows == [
        (alert.id, NOW, None, None, None),  # whoever tried died
        (alert.id, LATER, "sent", None, LATER),
    ]


async def test_a_failed_alert_waits_no_longer(store: Store) -> None:
    async with store.write() as unit:
        alert = await met(unit)
        await unit.alerts.sending(alert.id, NOW)
        assert len(await unit.alerts.waiting(10)) == 1
        await unit.alerts.failed(alert.id, "Missing Access", LATER)
        ended = await unit.alerts.get(alert.id)
        assert (ended.state, ended.error) == ("failed", "Missing Access")
        assert await unit.alerts.waiting(10) == []


async def test_counts_are_a_servers_own_and_name_every_state(store: Store) -> None:
    async with store.write() as unit:
        await met(unit)
        second = await met(unit, OTHER_SERVER, "2")
        await unit.alerts.removed(second.id, NOW)
        none = {"pending": 0, "sending": 0, "sent": 0, "failed": 0, "removed": 0}
        assert await unit.alerts.counts(SERVER) == none | {"pending": 1}
        assert await unit.alerts.counts(OTHER_SERVER) == none | {"removed": 1}
        assert await unit.alerts.counts(None) == none | {"pending": 1, "removed": 1}


async def test_an_alert_outlives_its_position(store: Store) -> None:
    async with store.write() as unit:
        alert = await met(unit)
        await unit.alerts.sending(alert.id, NOW)
        await unit.alerts.sent(alert.id, 99, NOW)
        await report(unit, "1", padding="The agency withdraws its report.")
        assert await unit.positions.current([alert.position.speaker], None, guild_id=None) == []
        kept = await unit.alerts.get(alert.id)
        assert (kept.state, kept.message_id) == ("sent", 99)
        assert kept.position.reports == alert.position.reports


async def test_a_position_that_comes_back_does_not_alert_again(store: Store) -> None:
    async with store.write() as unit:
        alert = await met(unit)
        await report(unit, "1", padding="Withdrawn.")
        (back,) = await report(unit, "2", REJECTS)
        assert await unit.alerts.add(alert.watch, back, LATER) is None


async def test_more_outlets_show_in_the_alert_that_waits(store: Store) -> None:
    async with store.write() as unit:
        alert = await met(unit)
        await report(unit, "2", REJECTS, outlet="Sputnik")
        await report(unit, "3", REJECTS, outlet="Local", guild_id=SERVER)
        await report(unit, "4", REJECTS, outlet="Elsewhere", guild_id=OTHER_SERVER)
        (due,) = await unit.alerts.waiting(10)
        assert due.id == alert.id
        assert [told.outlet for told in due.position.reports] == ["Reuters", "Sputnik", "Local"]


async def test_a_removed_watch_takes_its_waiting_alerts_with_it(store: Store) -> None:
    async with store.write() as unit:
        alert = await met(unit)
        await unit.watches.remove(alert.watch.id or 0, SERVER)
        assert await unit.alerts.waiting(10) == []
        assert (await unit.alerts.get(alert.id)).state == "removed"
        (other,) = await report(unit, "2", said(Stance.OPEN, "2025-02-08"))
        assert await unit.alerts.add(alert.watch, other, LATER) is None


async def test_waiting_alerts_come_oldest_first_and_no_more_than_asked(store: Store) -> None:
    async with store.write() as unit:
        numbers = [(await met(unit, guild_id, str(guild_id))).id for guild_id in range(1, 6)]
        assert [alert.id for alert in await unit.alerts.waiting(3)] == numbers[:3]


async def test_a_position_of_nobody_is_named(store: Store) -> None:
    position = Position(5, "A", None, Stance.OPEN, None, NOW, ())
    async with store.write() as unit:
        watch = await unit.watches.add(Watch(SERVER, 7), NOW)
        with pytest.raises(NotFound, match="no position 5"):
            await unit.alerts.add(watch, position, NOW)
