"""Transactions: all or nothing, one view for a reader, and many writers at once; on both databases."""

import asyncio

import pytest

from handlers.model import Stance
from storage import Store, Unit
from tests.storage_samples import Crash, crash_in, report, said


async def _count(store: Store) -> int:
    async with store.read() as unit:
        return await unit.articles.count(None)


async def _write(store: Store, number: int) -> None:
    async with store.write() as unit:
        await report(unit, str(number), said(Stance.OPEN, f"2025-01-{number % 28 + 1:02}"))


async def test_an_exception_rolls_all_of_it_back(store: Store) -> None:
    with pytest.raises(Crash):
        await crash_in(store, lambda unit: report(unit, "1", said(Stance.OPEN)))
    assert await _count(store) == 0


async def test_a_cancelled_writer_leaves_nothing_and_blocks_nobody(store: Store) -> None:
    reached = asyncio.Event()

    async def hang() -> None:
        async with store.write() as unit:
            await report(unit, "1", said(Stance.OPEN))
            reached.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await reached.wait()
    waiting = asyncio.create_task(_write(store, 2))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await waiting
    assert await _count(store) == 1


async def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    async with store.read() as unit:
        before = await unit.articles.count(None)
        await _write(store, 1)
        assert await unit.articles.count(None) == before == 0
    assert await _count(store) == 1


async def test_twenty_writers_at_once_all_get_through(store: Store) -> None:
    await asyncio.gather(*(_write(store, number) for number in range(20)))
    async with store.read() as unit:
        assert await unit.articles.count(None) == 20
        (current,) = await unit.positions.current([said(Stance.OPEN).speaker], None, guild_id=None)
        assert (str(current.day), current.restatements) == ("2025-01-20", 19)


async def test_writers_of_two_processes_all_get_through(database_url: str) -> None:
    stores = [await Store.open(database_url) for _ in range(4)]
    await asyncio.gather(*(_write(stores[number % 4], number) for number in range(20)))
    assert await _count(stores[0]) == 20
    for store in stores:
        await store.close()


async def test_reports_of_one_position_that_meet_become_one(store: Store) -> None:
    async def write(number: int) -> int:
        async with store.write() as unit:
            (position,) = await report(unit, str(number), said(Stance.OPEN, "2025-02-07"))
            return position.id

    assert len(set(await asyncio.gather(*(write(number) for number in range(10))))) == 1
    async with store.read() as unit:
        (position,) = await unit.positions.current([said(Stance.OPEN).speaker], None, guild_id=None)
        assert len(position.reports) == 10


async def test_one_article_that_comes_twice_at_once_is_stored_once(store: Store) -> None:
    async def add_again(unit: Unit) -> None:
        await report(unit, "1", said(Stance.OPEN))

    async def write() -> bool:
        try:
            async with store.write() as unit:
                await add_again(unit)
        except AssertionError:  # `report` expects a new article
            return False
        return True

    assert sorted(await asyncio.gather(*(write() for _ in range(6)))) == [False] * 5 + [True]
    assert await _count(store) == 1
