"""Runs the stored jobs: claims what is due, hands each to its handler, finishes it or has it tried again.

A handler is `async (job) -> None` and must be harmless when it runs twice. `TryLater` asks for another try without an
alarm; any other exception is logged with the job and tried again too, so one bad job never stops the rest. A job whose
name nobody handles, or that failed without a reason of its own too often, is dropped with an error in the log.
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
RUN_S = 100.0
"""A handler that takes longer is cancelled, well before its lease ends: no job ever runs twice at one time."""
AT_ONCE = 16
MOST_TRIES = 20
"""With the back-off below about an hour and a half."""
MOST_WAIT_S = 300.0
LONGEST_WAIT_S = 3600.0
"""However long Discord asks a handler to wait."""
IDLE_S = 1.0

Handler = Callable[[Job], Awaitable[None]]


class TryLater(Exception):
    """The outside world is not ready; the job waits `after_s`, or backs off when that is None."""

    def __init__(self, reason: str, after_s: float | None = None) -> None:
        super().__init__(reason)
        self.after_s = after_s


def back_off_s(tries: int, *, most_s: float) -> float:
    """1, 2, 4 … seconds up to `most_s`, for the number of tries so far (from 1)."""
    return min(most_s, 2.0 ** min(tries - 1, 30))


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
            await self._settle(job, await self._outcome(job))
        except StorageError:
            # Its lease runs out, and it is tried again.
            log.exception("job_not_settled", extra={"job": job.name, "key": job.key})

    async def _outcome(self, job: Job) -> TryLater | Exception | None:
        handler = self._handlers.get(job.name)
        if handler is None:
            return LookupError(f"nobody handles jobs called {job.name}")
        limit = asyncio.timeout(RUN_S)
        try:
            async with limit:
                await handler(job)
        except TryLater as later:
            return later
        except Exception as error:
            # A TimeoutError may also be the handler's own.
            if limit.expired():
                return TryLater(f"took longer than {RUN_S:.0f} s")
            log.exception("job_failed", extra={"job": job.name, "key": job.key, "attempts": job.attempts})
            return error
        return None

    async def _settle(self, job: Job, outcome: TryLater | Exception | None) -> None:
        async with self._store.write() as unit:
            if outcome is None:
                await unit.jobs.finish(job, self._owner)
            elif not isinstance(outcome, TryLater) and (job.name not in self._handlers or job.attempts >= MOST_TRIES):
                log.error("job_dropped", extra={"job": job.name, "key": job.key, "reason": str(outcome)})
                await unit.jobs.fail(job, self._owner, str(outcome))
            else:
                after_s = outcome.after_s if isinstance(outcome, TryLater) else None
                wait_s = back_off_s(job.attempts, most_s=MOST_WAIT_S) if after_s is None else min(after_s, LONGEST_WAIT_S)
                run_at = self._now() + timedelta(seconds=wait_s)
                await unit.jobs.retry(job, self._owner, run_at, f"{type(outcome).__name__}: {outcome}")
