"""A job queue on a real store with a clock that stands until a test moves it, and runners that note what they ran."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.jobs import Handler, JobRunner
from handlers.model import Job
from storage import Store
from tests.storage_samples import NOW

FAR = NOW + timedelta(days=1000)


@dataclass
class Works:
    """A queue, a clock that stands until it is moved, and what was run."""

    store: Store
    at: datetime = NOW
    runs: list[str] = field(default_factory=list)

    def now(self) -> datetime:
        return self.at

    def runner(self, **handlers: Handler) -> JobRunner:
        def noted(handler: Handler) -> Handler:
            async def run(job: Job) -> None:
                self.runs.append(job.key)
                await handler(job)

            return run

        return JobRunner(self.store, {name: noted(handler) for name, handler in handlers.items()}, self.now)

    async def add(self, *keys: str, name: str = "work", after_s: float = 0) -> None:
        async with self.store.write() as unit:
            for key in keys:
                assert await unit.jobs.enqueue(name, key, {}, run_at=self.at + timedelta(seconds=after_s))

    async def left(self) -> int:
        async with self.store.read() as unit:
            return await unit.jobs.depth()

    async def left_none(self) -> bool:
        return await self.left() == 0

    async def due_in_s(self) -> float:
        """How long the next job waits that nobody holds."""
        async with self.store.read() as unit:
            return (FAR - await unit.jobs.oldest(FAR) - self.at).total_seconds()

    async def claimable(self) -> list[str]:
        """What another process would get. It takes a lease of no length, so the next gets it too."""
        async with self.store.write() as unit:
            return [job.key for job in await unit.jobs.claim(self.at, 0, 99, "another")]


def raising(error: Callable[[], Exception]) -> Handler:
    async def handler(job: Job) -> None:
        raise error()

    return handler


async def nothing(job: Job) -> None:
    """Done at once."""


async def for_ever(job: Job) -> None:
    await asyncio.Event().wait()


@asynccontextmanager
async def going(runner: JobRunner) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(runner.run())
    yield task
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def soon(found: Callable[[], Any] | Callable[[], Coroutine[Any, Any, Any]], within_s: float = 3) -> None:
    for _ in range(int(within_s * 100)):
        if await outcome if asyncio.iscoroutine(outcome := found()) else outcome:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError(f"not within {within_s} s")


async def alter(folder: Path, statement: str) -> None:
    """Change the database behind the store's back; in a thread, for the store may have to let go of it first."""

    def change() -> None:
        other = sqlite3.connect(folder / "parley.db", isolation_level=None)
        other.execute(statement)
        other.close()

    await asyncio.to_thread(change)
