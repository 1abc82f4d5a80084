"""Watches belong to their server; on both databases."""

from dataclasses import replace

import pytest

from handlers.errors import NotFound
from handlers.model import Stance, Watch
from storage import Store
from tests.storage_samples import KHAMENEI, NOW, OTHER_SERVER, SERVER, report, said

WATCH = Watch(
    SERVER,
    channel_id=2**62,
    actor=KHAMENEI.name,
    counterpart="United States",
    stances=(Stance.REJECTS, Stance.OPEN),
    alert_on="shift",
    min_confidence=0.25,
    min_outlets=2,
    role_id=5,
    created_by=6,
)

CHANNELS = ((SERVER, 3), (SERVER, 4), (SERVER, 5), (OTHER_SERVER, 6))


async def test_a_watch_is_read_back_as_it_was(store: Store) -> None:
    async with store.write() as unit:
        added = await unit.watches.add(WATCH, NOW)
        assert added == replace(WATCH, id=added.id)
        assert await unit.watches.get(added.id or 0, SERVER) == added


async def test_a_server_has_only_its_own_watches(store: Store) -> None:
    async with store.write() as unit:
        own = await unit.watches.add(WATCH, NOW)
        other = await unit.watches.add(Watch(OTHER_SERVER, 3), NOW)
        assert await unit.watches.list(SERVER) == [own]
        assert await unit.watches.all() == [own, other]
        with pytest.raises(NotFound):
            await unit.watches.get(other.id or 0, SERVER)
        with pytest.raises(NotFound):
            await unit.watches.remove(other.id or 0, SERVER)


async def test_a_removed_watch_is_gone_and_its_number_is_not_given_again(store: Store) -> None:
    async with store.write() as unit:
        added = await unit.watches.add(WATCH, NOW)
        await unit.watches.remove(added.id or 0, SERVER)
        assert await unit.watches.list(SERVER) == await unit.watches.all() == []
        with pytest.raises(NotFound, match=f"no watch {added.id}"):
            await unit.watches.remove(added.id or 0, SERVER)
        assert (await unit.watches.add(WATCH, NOW)).id != added.id


async def test_a_server_that_put_the_bot_out_leaves_no_watch(store: Store) -> None:
    async with store.write() as unit:
        for channel_id in (3, 4):
            await unit.watches.add(Watch(SERVER, channel_id), NOW)
        other = await unit.watches.add(Watch(OTHER_SERVER, 5), NOW)
        assert await unit.watches.remove_all(SERVER) == 2
        assert await unit.watches.all() == [other]
        assert await unit.watches.remove_all(SERVER) == 0


async def test_a_channel_that_is_gone_takes_its_watches_with_it(store: Store) -> None:
    async with store.write() as unit:
        for actor in (None, KHAMENEI.name):
            await unit.watches.add(Watch(SERVER, 3, actor=actor), NOW)
        kept = await unit.watches.add(Watch(SERVER, 4), NOW)
        assert await unit.watches.remove_channel(3) == 2
        assert await unit.watches.list(SERVER) == [kept]
        assert await unit.watches.remove_channel(3) == 0


async def test_only_waiting_alerts_of_removed_watches_are_dropped(store: Store) -> None:
    async with store.write() as unit:
        (position,) = await report(unit, "1", said(Stance.REJECTS, "2025-02-07"))
        alerts = [await unit.alerts.add(await unit.watches.add(Watch(*at), NOW), position, NOW) for at in CHANNELS]
        numbers = [alert.id for alert in alerts if alert is not None]
        for number in numbers[:2]:
            await unit.alerts.sending(number, NOW)
        await unit.alerts.sent(numbers[0], 99, NOW)

        async def states() -> list[str]:
            return [(await unit.alerts.get(number)).state for number in numbers]

        await unit.watches.remove_channel(4)
        assert await states() == ["sent", "removed", "pending", "pending"]
        await unit.watches.remove_all(SERVER)
        assert await states() == ["sent", "removed", "removed", "pending"]
