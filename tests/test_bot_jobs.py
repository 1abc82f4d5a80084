"""What becomes of a job: done, tried again after a while, or dropped; nothing that one does stops the others."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from bot import jobs
from bot.jobs import LEASE_S, MOST_TRIES, MOST_WAIT_S, RUN_S, TryLater, back_off_s
from handlers.model import Job
from storage import Store
from tests.works import Works, alter, for_ever, going, nothing, raising, soon

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def works(store: Store) -> Works:
    return Works(store)


async def test_drain_runs_what_is_due_also_what_a_job_adds_and_leaves_the_rest(works: Works) -> None:
    async def grow(job: Job) -> None:
        await works.add(job.key + "+", name="leaf")

    await works.add("a", "b")
    await works.add("later", after_s=10)
    await works.runner(work=grow, leaf=nothing).drain()
    assert sorted(works.runs) == ["a", "a+", "b", "b+"]
    assert await works.left() == 1
    works.at += timedelta(seconds=10)
    await works.runner(work=nothing).drain()
    assert (works.runs[-1], await works.left()) == ("later", 0)


@pytest.mark.parametrize(("after_s", "waits_s"), [(None, 1.0), (42.0, 42.0), (0.5, 0.5), (1e12, 3600.0)])
async def test_try_later_waits_as_long_as_it_says(works: Works, after_s: float | None, waits_s: float) -> None:
    await works.add("a")
    await works.runner(work=raising(lambda: TryLater("away", after_s))).drain()
    assert (works.runs, await works.due_in_s()) == (["a"], waits_s)


async def test_waiting_for_the_world_backs_off_and_never_gives_up(works: Works, caplog: pytest.LogCaptureFixture) -> None:
    await works.add("a")
    runner = works.runner(work=raising(lambda: TryLater("away")))
    waits: list[float] = []
    for _ in range(MOST_TRIES + 5):
        await runner.drain()
        waits.append(await works.due_in_s())
        works.at += timedelta(seconds=waits[-1])
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256] + [MOST_WAIT_S] * (MOST_TRIES - 4)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_the_five_thousandth_try_waits_no_longer(works: Works, tmp_path: Path) -> None:
    assert back_off_s(5000, most_s=60) == 60
    await works.add("a")
    await alter(tmp_path, "UPDATE job SET attempts = 4999")
    tries: list[int] = []

    async def away(job: Job) -> None:
        tries.append(job.attempts)
        raise TryLater("away")

    await works.runner(work=away).drain()
    assert (tries, await works.due_in_s()) == ([5000], MOST_WAIT_S)


async def test_a_handler_that_always_fails_is_dropped_in_the_end(works: Works, caplog: pytest.LogCaptureFixture) -> None:
    await works.add("a")
    runner = works.runner(work=raising(lambda: RuntimeError("no such thing")))
    for tried in range(1, MOST_TRIES + 1):
        assert await works.left() == 1
        await runner.drain()
        assert len(works.runs) == tried
        works.at += timedelta(seconds=MOST_WAIT_S)
    assert await works.left() == 0
    failed = [record for record in caplog.records if record.msg == "job_failed"]
    assert len(failed) == MOST_TRIES
    assert all(record.exc_info for record in failed)
    (dropped,) = [record for record in caplog.records if record.msg == "job_dropped"]
    told = dropped.__dict__
    assert (told["levelname"], told["job"], told["key"], told["reason"]) == ("ERROR", "work", "a", "no such thing")


async def test_a_job_that_nobody_knows_is_dropped_at_once(works: Works, caplog: pytest.LogCaptureFixture) -> None:
    await works.add("a", name="of a later version")
    await works.add("b")
    await works.runner(work=nothing).drain()
    assert (works.runs, await works.left()) == (["b"], 0)
    (dropped,) = [record for record in caplog.records if record.msg == "job_dropped"]
    assert "of a later version" in dropped.__dict__["reason"]


async def test_one_failing_job_stops_no_other(works: Works) -> None:
    async def fail_on_b(job: Job) -> None:
        if job.key == "b":
            raise ValueError(job.key)

    await works.add("a", "b", "c")
    async with going(works.runner(work=fail_on_b)):
        await soon(lambda: len(works.runs) == 3)
        await works.add("d")
        await soon(lambda: works.runs[3:] == ["d"])
    assert await works.left() == 1


async def test_a_handler_that_hangs_is_cancelled_within_its_lease(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    assert RUN_S < LEASE_S * 0.9
    monkeypatch.setattr(jobs, "RUN_S", 0.05)
    ends: list[str] = []

    async def hang(job: Job) -> None:
        try:
            await for_ever(job)
        finally:
            ends.append(job.key)

    await works.add("a", "b")
    await works.runner(work=hang).drain()
    assert sorted(ends) == ["a", "b"]
    assert (await works.left(), await works.due_in_s()) == (2, 1.0)


async def test_a_timeout_of_the_handlers_own_is_a_failure(works: Works, caplog: pytest.LogCaptureFixture) -> None:
    await works.add("a")
    await works.runner(work=raising(lambda: TimeoutError("the model did not answer"))).drain()
    (failed,) = [record for record in caplog.records if record.msg == "job_failed"]
    assert failed.exc_info
