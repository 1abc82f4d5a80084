"""The contract of the port `JobQueue`: what every adapter promises. Runs on the job table of both databases."""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from handlers.model import Job
from storage import Store
from tests.storage_samples import NOW, Crash, crash_in

LEASE_S = 60.0


async def enqueue(store: Store, key: str, **options: Any) -> bool:
    async with store.write() as unit:
        return await unit.jobs.enqueue("deliver", key, {"alert": 7}, **{"run_at": NOW} | options)


async def claim(store: Store, owner: str = "a", after_s: float = 0, limit: int = 10) -> list[Job]:
    async with store.write() as unit:
        return await unit.jobs.claim(NOW + timedelta(seconds=after_s), LEASE_S, limit, owner)


async def finish(store: Store, job: Job, owner: str = "a") -> bool:
    async with store.write() as unit:
        return await unit.jobs.finish(job, owner)


async def retry(store: Store, job: Job, owner: str = "a", after_s: float = 0) -> bool:
    async with store.write() as unit:
        return await unit.jobs.retry(job, owner, NOW + timedelta(seconds=after_s), "away")


def keys(jobs: list[Job]) -> list[str]:
    return [job.key for job in jobs]


async def test_a_job_is_claimed_once_and_ends_when_it_is_finished(store: Store) -> None:
    assert await enqueue(store, "1")
    (job,) = await claim(store)
    assert (job.name, job.key, job.args) == ("deliver", "1", {"alert": 7})
    assert await claim(store, "b") == []
    assert await finish(store, job)
    assert not await finish(store, job)
    assert await claim(store, after_s=9999) == []


async def test_a_rolled_back_transaction_drops_its_job(store: Store) -> None:
    with pytest.raises(Crash):
        await crash_in(store, lambda unit: unit.jobs.enqueue("deliver", "1", {}, run_at=NOW))
    assert await claim(store) == []


async def test_a_rolled_back_finish_leaves_the_job(store: Store) -> None:
    await enqueue(store, "1")
    (job,) = await claim(store)
    with pytest.raises(Crash):
        await crash_in(store, lambda unit: unit.jobs.finish(job, "a"))
    assert keys(await claim(store, after_s=LEASE_S)) == ["1"]


async def test_a_duplicate_key_is_refused_and_spares_the_transaction(store: Store) -> None:
    assert await enqueue(store, "1")
    async with store.write() as unit:
        assert not await unit.jobs.enqueue("deliver", "1", {}, run_at=NOW)
        assert await unit.jobs.enqueue("deliver", "2", {}, run_at=NOW)
        assert await unit.jobs.enqueue("analyse", "1", {}, run_at=NOW)
    (job, *_) = await claim(store, limit=1)
    assert not await enqueue(store, "1"), "it runs"
    await finish(store, job)
    assert await enqueue(store, "1")


async def test_the_job_of_a_killed_process_is_claimed_when_its_lease_ends(store: Store) -> None:
    await enqueue(store, "1")
    (first,) = await claim(store, "killed")
    assert await claim(store, "b", after_s=LEASE_S - 1) == []
    (again,) = await claim(store, "b", after_s=LEASE_S)
    assert (first.attempts, again.attempts) == (1, 2)
    assert not await finish(store, first, "killed"), "who comes back too late has lost it"
    assert not await retry(store, first, "killed")
    assert await finish(store, again, "b")


KILLED = """
import asyncio, datetime, sys
from storage import Store

async def work(url, now):
    store = await Store.open(url)
    async with store.write() as unit:
        (job,) = await unit.jobs.claim(now, 60, 1, "killed")
    async with store.write() as unit:
        await unit.jobs.finish(job, "killed")
        await unit.facts.set("done", job.key)
        print("amid", flush=True)
        await asyncio.sleep(60)

asyncio.run(work(sys.argv[1], datetime.datetime.fromisoformat(sys.argv[2])))
"""


async def test_a_process_killed_amid_its_job_leaves_the_job_and_none_of_its_work(store: Store, database_url: str) -> None:
    await enqueue(store, "1")
    command = (sys.executable, "-c", KILLED, database_url, NOW.isoformat())
    root = Path(__file__).parents[1]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=root)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"amid\n"
    process.kill()
    await process.wait()
    assert await claim(store, after_s=LEASE_S - 1) == []
    assert keys(await claim(store, after_s=LEASE_S)) == ["1"]
    async with store.read() as unit:
        assert await unit.facts.get("done") is None


async def test_a_job_that_failed_for_good_is_dropped_by_its_holder_alone(store: Store) -> None:
    await enqueue(store, "1")
    (job,) = await claim(store)
    async with store.write() as unit:
        assert not await unit.jobs.fail(job, "b", "no such channel")
        assert await unit.jobs.depth() == 1
        assert await unit.jobs.fail(job, "a", "no such channel")
        assert not await unit.jobs.fail(job, "a", "no such channel")
    assert await claim(store, "b", after_s=9999) == []
    assert await enqueue(store, "1"), "its key is free again"


async def test_a_start_releases_every_lease(store: Store) -> None:
    await enqueue(store, "1")
    await enqueue(store, "2")
    await claim(store, "killed", limit=1)
    async with store.write() as unit:
        assert await unit.jobs.release_all() == 1
    assert keys(await claim(store, "b")) == ["1", "2"]


async def test_a_retry_waits_and_counts(store: Store) -> None:
    await enqueue(store, "1")
    (job,) = await claim(store)
    assert await retry(store, job, after_s=30)
    assert await claim(store, after_s=29) == []
    (again,) = await claim(store, after_s=30)
    assert again.attempts == 2


async def test_a_delayed_job_starts_when_it_is_due(store: Store) -> None:
    await enqueue(store, "1", run_at=NOW + timedelta(seconds=5))
    assert await claim(store, after_s=4) == []
    assert keys(await claim(store, after_s=5)) == ["1"]


async def test_jobs_come_longest_due_first(store: Store) -> None:
    for key, after_s in (("3", 2), ("1", 0), ("4", 2), ("2", 1)):
        await enqueue(store, key, run_at=NOW + timedelta(seconds=after_s))
    assert keys(await claim(store, after_s=9, limit=3)) == ["1", "2", "3"]


async def test_jobs_of_one_lock_run_one_after_another_in_order(store: Store) -> None:
    for key in ("1", "2", "3"):
        await enqueue(store, key, lock="channel:7")
    await enqueue(store, "4", lock="channel:8")
    await enqueue(store, "5")
    first, *others = await claim(store)
    assert (first.key, keys(others)) == ("1", ["4", "5"])
    assert await claim(store, "b") == []
    await finish(store, first)
    (second,) = await claim(store, "b")
    assert second.key == "2"
    assert await claim(store, after_s=LEASE_S - 1) == []
    assert keys(await claim(store, after_s=LEASE_S)) == ["2", "4", "5"], "the lock of a killed process ends with its lease"


async def test_a_job_that_is_due_earlier_waits_for_the_one_that_runs(store: Store) -> None:
    await enqueue(store, "late", run_at=NOW + timedelta(seconds=5), lock="channel:7")
    assert keys(await claim(store, after_s=5)) == ["late"]
    await enqueue(store, "early", lock="channel:7")
    assert await claim(store, "b", after_s=6) == []


async def test_a_claim_waits_for_one_that_is_not_committed_yet(store: Store) -> None:
    await enqueue(store, "late", run_at=NOW + timedelta(seconds=5), lock="channel:7")
    reached = asyncio.Event()

    async def claim_slowly() -> list[Job]:
        async with store.write() as unit:
            jobs = await unit.jobs.claim(NOW + timedelta(seconds=5), LEASE_S, 10, "a")
            reached.set()
            await asyncio.sleep(0.1)
            return jobs

    async def claim_amid() -> list[Job]:
        await reached.wait()
        await enqueue(store, "early", lock="channel:7")
        return await claim(store, "b", after_s=5)

    first, second = await asyncio.gather(claim_slowly(), claim_amid())
    assert (keys(first), second) == (["late"], [])


async def test_a_job_that_waits_for_its_retry_does_not_hold_up_its_lock(store: Store) -> None:
    await enqueue(store, "1", lock="channel:7")
    await enqueue(store, "2", lock="channel:7")
    (job,) = await claim(store)
    await retry(store, job, after_s=600)
    assert keys(await claim(store)) == ["2"]


async def test_concurrent_claimers_never_get_the_same_job_or_lock(store: Store) -> None:
    for number in range(24):
        await enqueue(store, str(number), lock=f"lock {number % 12}" if number < 18 else None)
    claimed = await asyncio.gather(*(claim(store, f"worker {number}", limit=3) for number in range(10)))
    found = [job.key for jobs in claimed for job in jobs]
    assert len(found) == len(set(found)) == 18, "one of each of 12 locks, and 6 without"
    locks = [int(key) % 12 for key in found if int(key) < 18]
    assert len(locks) == len(set(locks))


async def test_depth_and_age_tell_how_far_behind_it_is(store: Store) -> None:
    async with store.read() as unit:
        assert (await unit.jobs.depth(), await unit.jobs.oldest(NOW)) == (0, timedelta())
    await enqueue(store, "1", run_at=NOW + timedelta(seconds=10))
    await enqueue(store, "2", run_at=NOW)
    await enqueue(store, "3", run_at=NOW - timedelta(seconds=5))
    async with store.write() as unit:
        assert await unit.jobs.depth() == 3
        assert await unit.jobs.oldest(NOW) == timedelta(seconds=5)
        await unit.jobs.claim(NOW, LEASE_S, 1, "a")
        assert await unit.jobs.oldest(NOW + timedelta(seconds=1)) == timedelta(seconds=1)
        assert await unit.jobs.depth() == 3
