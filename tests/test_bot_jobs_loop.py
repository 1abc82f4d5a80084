"""The loop that runs jobs: it starts at once when woken, stops clean, and outlives a database that fails."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot import jobs
from bot.jobs import AT_ONCE, IDLE_S, LEASE_S
from handlers.model import Job
from storage import Store
from tests.works import Works, alter, for_ever, going, nothing, soon

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def works(store: Store) -> Works:
    return Works(store)


async def test_waking_starts_at_once(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    assert IDLE_S <= 1
    monkeypatch.setattr(jobs, "IDLE_S", 60)
    runner = works.runner(work=nothing)
    async with going(runner):
        await asyncio.sleep(0.1)
        await works.add("a")
        await asyncio.sleep(0.1)
        assert works.runs == []
        runner.wake()
        await soon(lambda: works.runs == ["a"])


async def test_without_a_wake_the_next_idle_turn_finds_it(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "IDLE_S", 0.05)
    async with going(works.runner(work=nothing)):
        await asyncio.sleep(0.1)
        await works.add("a")
        await soon(lambda: works.runs == ["a"])


async def test_no_more_than_so_many_run_at_once(works: Works) -> None:
    running = 0
    most = 0

    async def count(job: Job) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.02)
        running -= 1

    await works.add(*(f"{number:02}" for number in range(AT_ONCE * 2 + 3)))
    async with going(works.runner(work=count)):
        await soon(lambda: len(works.runs) == AT_ONCE * 2 + 3)
        assert most == AT_ONCE
        await soon(works.left_none)


async def test_what_runs_at_a_stop_is_cancelled_and_tried_again_after_its_lease(works: Works) -> None:
    ends: list[str] = []

    async def hang(job: Job) -> None:
        try:
            await for_ever(job)
        finally:
            ends.append(job.key)

    await works.add("a")
    async with going(works.runner(work=hang)):
        await soon(lambda: works.runs)
    assert ends == ["a"]
    works.at += timedelta(seconds=LEASE_S - 1)
    assert await works.claimable() == []
    works.at += timedelta(seconds=1)
    await works.runner(work=nothing).drain()
    assert (works.runs, await works.left()) == (["a", "a"], 0)


async def test_a_database_that_fails_at_the_end_is_survived(
    works: Works, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(jobs, "IDLE_S", 0.02)

    async def lose_the_table(job: Job) -> None:
        if len(works.runs) == 1:
            await alter(tmp_path, "ALTER TABLE job RENAME TO lost")

    await works.add("a")
    async with going(works.runner(work=lose_the_table)) as running:
        await soon(lambda: {"job_not_settled", "jobs_not_claimed"} <= {record.msg for record in caplog.records})
        await alter(tmp_path, "ALTER TABLE lost RENAME TO job")
        works.at += timedelta(seconds=LEASE_S)
        await soon(works.left_none)
        assert not running.done()
    assert works.runs == ["a", "a"]
