"""Runs the stored jobs: claims what is due, hands each to its handler, finishes it or has it tried again.

A handler is `async (job) -> None` and must be harmless when it runs twice. `TryLater` asks for another try without an
alarm; any other exception is logged with the job and tried again too, so one bad job never stops the rest.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from handlers.errors import StorageError
from handlers.model import Job
from storage import Store

log = logging.getLogger(__name__)

LEASE_S = 120.0
AT_ONCE = 16
IDLE_S = 1.0

Handler = Callable[[Job], Awaitable[None]]


class TryLater(Exception):
    """The outside world is not ready; the job waits `after_s`, or backs off when that is None."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


class JobRunner:
    """One loop a process. `wake()` makes it look at once instead of at its next idle turn."""

    def __init__(self, store: Store, handlers: Mapping[str, Handler], now: Callable[[], datetime]) -> None:
        self._store = store
        self._handlers = handlers
        self._now = now
        self._owner = secrets.token_hex(8)
        self._woken = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled. What is running then is cancelled too; its lease runs out and it is tried again."""
        try:
            while True:
                self._woken.clear()
                try:
                    found = await self._start_due()
                except StorageError:
                    log.exception("jobs_not_claimed")
                    found = 0
                if not found:
                    await self._rest()
        finally:
            for task in self._running:
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)

    async def drain(self) -> None:
        """Run what is due until nothing is; for a command that ends."""
        while await self._start_due() or self._running:
            await asyncio.gather(*self._running)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(IDLE_S):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _start_due(self) -> int:
        room = AT_ONCE - len(self._running)
        if room <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return 1
        async with self._store.write() as unit:
            jobs = await unit.jobs.claim(self._now(), LEASE_S, room, self._owner)
        for job in jobs:
            task = asyncio.create_task(self._run(job), name=f"job {job.name} {job.key}")
            self._running.add(task)
            task.add_done_callback(self._done)
        return len(jobs)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self.wake()

    async def _run(self, job: Job) -> None:
        try:
            await self._handlers[job.name](job)
        except TryLater as error:
            await self._again(job, str(error), error.after_s)
        except Exception as error:
            log.exception("job_failed", extra={"job": job.name, "key": job.key, "attempts": job.attempts})
            await self._again(job, f"{type(error).__name__}: {error}", None)
        else:
            async with self._store.write() as unit:
                await unit.jobs.finish(job, self._owner)

    async def _again(self, job: Job, reason: str, after_s: float | None) -> None:
        wait_s = min(300.0, 2.0**job.attempts) if after_s is None else after_s
        async with self._store.write() as unit:
            await unit.jobs.retry(job, self._owner, self._now() + timedelta(seconds=wait_s), reason)
