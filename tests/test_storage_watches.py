"""Watches belong to their server; on both databases."""

from dataclasses import replace

import pytest

from handlers.errors import NotFound
from handlers.model import Stance, Watch
from storage import Store
from tests.storage_samples import KHAMENEI, NOW, OTHER_SERVER, SERVER

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
