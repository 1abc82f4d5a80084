"""Jobs that survive a crash: the port `JobQueue`, and its adapter on a table of the same database.

A job is enqueued in the transaction of the rows it belongs to, so neither exists without the other. At least once: what
runs jobs finishes each after its handler's own transactions, so a handler must be harmless when it runs again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from handlers.model import Job
from storage.engine import hold, insert_into
from storage.outbox import JobRow
from storage.tables import AnyRow
from storage.text import clean_key


class JobQueue(Protocol):
    """What every adapter does inside its caller's transaction; `tests/test_storage_queue.py` is the contract."""

    async def enqueue(
        self, name: str, key: str, args: Mapping[str, int | str], *, run_at: datetime, lock: str | None = None
    ) -> bool:
        """False: a job of that name and key waits or runs already."""
        ...

    async def claim(self, now: datetime, lease_s: float, limit: int, owner: str) -> list[Job]:
        """Due jobs, oldest first, now leased to `owner`. Of jobs with one lock only the first, and none while one runs."""
        ...

    async def finish(self, job: Job, owner: str) -> bool:
        """False: the lease ran out and somebody else has the job."""
        ...

    async def retry(self, job: Job, owner: str, run_at: datetime, error: str) -> bool:
        """Give the job back, to run again at `run_at`. False as for `finish`."""
        ...

    async def fail(self, job: Job, owner: str, error: str) -> bool:
        """Drop the job for good. An adapter may keep the error; the table does not. False as for `finish`."""
        ...

    async def release_all(self) -> int:
        """End every lease: for the start of the only process that can hold any. Returns how many there were."""
        ...

    async def depth(self) -> int:
        """How many jobs wait or run."""
        ...

    async def oldest(self, now: datetime) -> timedelta:
        """How long the longest waiting job has been due; zero when none is."""
        ...


class JobTable:
    """The adapter for one table. `attempts` counts claims, so a job that kills its process is counted too."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def enqueue(
        self, name: str, key: str, args: Mapping[str, int | str], *, run_at: datetime, lock: str | None = None
    ) -> bool:
        values: dict[str, Any] = {"name": name, "key": clean_key(key), "args": dict(args), "run_at": run_at}
        values["lock"] = clean_key(lock) if lock else None
        adding = insert_into(self._connection, JobRow).values(values).on_conflict_do_nothing()
        return (await self._connection.execute(adding.returning(JobRow.id))).one_or_none() is not None

    async def claim(self, now: datetime, lease_s: float, limit: int, owner: str) -> list[Job]:
        # Two claimers that look at once would each take a job of the same lock.
        await hold(self._connection, "claims")
        due = _due(now).order_by(JobRow.run_at, JobRow.id).limit(limit).with_for_update(skip_locked=True).cte("due")
        taken = {"holder": owner, "lease_until": now + timedelta(seconds=lease_s), "attempts": JobRow.attempts + 1}
        claim = update(JobRow).where(JobRow.id.in_(select(due.c.id))).values(taken).returning(JobRow)
        rows = (await self._connection.execute(claim)).all()
        return [_job(row) for row in sorted(rows, key=lambda row: (row.run_at, row.id))]

    async def finish(self, job: Job, owner: str) -> bool:
        found = await self._connection.execute(delete(JobRow).where(JobRow.id == job.id, JobRow.holder == owner))
        return found.rowcount == 1

    async def retry(self, job: Job, owner: str, run_at: datetime, error: str) -> bool:
        again = {"holder": None, "lease_until": None, "run_at": run_at, "error": error}
        found = await self._connection.execute(update(JobRow).where(JobRow.id == job.id, JobRow.holder == owner).values(again))
        return found.rowcount == 1

    async def fail(self, job: Job, owner: str, error: str) -> bool:
        return await self.finish(job, owner)

    async def release_all(self) -> int:
        held = update(JobRow).where(JobRow.holder.is_not(None))
        return (await self._connection.execute(held.values(holder=None, lease_until=None))).rowcount

    async def depth(self) -> int:
        return await self._connection.scalar(select(func.count()).select_from(JobRow)) or 0

    async def oldest(self, now: datetime) -> timedelta:
        first = await self._connection.scalar(select(func.min(JobRow.run_at)).where(_is_free(JobRow, now)))
        return max(now - first, timedelta()) if first else timedelta()


def _is_free(job: Any, now: datetime) -> Any:
    return or_(job.lease_until.is_(None), job.lease_until <= now)


def _due(now: datetime) -> Any:
    """Due, not leased, and no other job of its lock either runs or is due before it."""
    other = aliased(JobRow)
    is_before = or_(other.run_at < JobRow.run_at, (other.run_at == JobRow.run_at) & (other.id < JobRow.id))
    in_the_way = or_(other.lease_until > now, is_before)
    is_blocked = exists().where(other.lock == JobRow.lock, other.id != JobRow.id, in_the_way)
    return select(JobRow.id).where(JobRow.run_at <= now, _is_free(JobRow, now), ~is_blocked)


def _job(row: AnyRow) -> Job:
    return Job(row.id, row.name, row.key, row.args, row.attempts)
