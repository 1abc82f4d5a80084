"""Which work starts when: one tick job of APScheduler that starts what is due and never waits for it.

Due times live in the store; the tick claims them, so a restart forgets nothing and no feed has a job of its own (10,000
jobs that fell due together: 35 % missed; one tick: none).
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Protocol, cast

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs] # none exist

from bot.folder import Folder
from bot.polls import Polls
from handlers.errors import ParleyError
from handlers.hosts import is_inside, site_of
from handlers.model import Feed
from storage import Store

log = logging.getLogger(__name__)

POLLS_AT_ONCE = 32
"""A publisher may take 20 s to fail; 10,000 feeds at ten minutes, one in twenty of them such, keep about as many busy."""
CLAIMED_LEAST = 8
"""Places that must be free before feeds are claimed: a claim is a write transaction, and should serve several."""
POLL_LEASE_S = 300.0
MOST_WAIT_S = 3.0
"""A feed whose site is busy for longer gives its place to another and comes again then."""
AGAIN_S = 60.0
"""When a file is tried again that failed for a reason of ours (a full disk, no memory), not of its own."""


class _Scheduler(Protocol):
    """The part of APScheduler's untyped interface that is used here."""

    def add_job(
        self,
        func: Callable[[], Coroutine[None, None, None]],
        trigger: str,
        *,
        seconds: float,
        coalesce: bool,
        max_instances: int,
        misfire_grace_time: int | None,
        next_run_time: datetime,
    ) -> object: ...
    def start(self) -> None: ...
    def shutdown(self, wait: bool = True) -> None: ...


class Schedule:
    """Starts polls of due feeds and reads what changed in the watched folder."""

    def __init__(
        self,
        store: Store,
        polls: Polls,
        folder: Folder | None,
        *,
        tick_s: float,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._polls = polls
        self._folder = folder
        self._tick_s = tick_s
        self._now = now
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Until cancelled; then the running polls are cancelled and waited for."""
        scheduler = cast("_Scheduler", AsyncIOScheduler(timezone=UTC))
        scheduler.add_job(
            self._tick,
            "interval",
            seconds=self._tick_s,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=self._now(),
        )
        scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _tick(self) -> None:
        """Start what may be due. Without an await: APScheduler cancels a running job when it is shut down."""
        if self._folder is not None and "folder" not in self._tasks:
            self._start("folder", self._read_folder(self._folder))
        if "claim" not in self._tasks:
            self._start("claim", self._start_polls())

    async def _start_polls(self) -> None:
        """Until nothing is due. A tick alone would start no more polls a second than there are places."""
        while True:
            polls = [task for name, task in self._tasks.items() if name.startswith("feed ")]
            room = POLLS_AT_ONCE - len(polls)
            if room < CLAIMED_LEAST:
                await asyncio.wait(polls, return_when=asyncio.FIRST_COMPLETED)
                continue
            try:
                async with self._store.write() as unit:
                    due = await unit.feeds.claim_due(self._now(), POLL_LEASE_S, room)
            except ParleyError:
                log.exception("feeds_not_claimed")
                return
            await self._start_due(due)
            if len(due) < room:
                return

    async def _start_due(self, due: list[Feed]) -> None:
        # A poll of thousands of articles outlasts its lease; it is claimed again, but not started beside itself.
        ready = self._ready([feed for feed in due if f"feed {feed.id}" not in self._tasks])
        for feed, wait_s in ready:
            if wait_s <= 0:
                self._start(f"feed {feed.id}", self._poll(feed))
        await self._postpone([(feed, wait_s) for feed, wait_s in ready if wait_s > 0])

    def _ready(self, feeds: list[Feed]) -> list[tuple[Feed, float]]:
        """Each feed with the seconds until its site has room for it: a site's many feeds must not take all the places."""
        hosts = self._polls.ingest.fetcher.hosts
        behind: Counter[str] = Counter()
        found: list[tuple[Feed, float]] = []
        for feed in feeds:
            site = site_of(feed.url)
            wait_s = 0.0 if is_inside(site) else hosts.wait_s(feed.url) + behind[site] * hosts.spacing_s
            # What waits for less than a tick or two is started: it waits for its turn inside the fetch.
            found.append((feed, wait_s if wait_s > MOST_WAIT_S else 0.0))
            behind[site] += 1
        return found

    async def _postpone(self, feeds: list[tuple[Feed, float]]) -> None:
        if not feeds:
            return
        try:
            async with self._store.write() as unit:
                for feed, wait_s in feeds:
                    await unit.feeds.postpone(feed.id or 0, self._now() + timedelta(seconds=wait_s))
        except ParleyError:
            # Their lease runs out, and they are claimed again.
            log.exception("feeds_not_postponed")

    def _start(self, name: str, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks[name] = task
        task.add_done_callback(lambda done: self._tasks.pop(done.get_name(), None))

    async def _poll(self, feed: Feed) -> None:
        try:
            await self._polls.poll(feed)
        except Exception:
            log.exception("poll_failed", extra={"url": feed.url})

    async def _read_folder(self, folder: Folder) -> None:
        try:
            changed = await asyncio.to_thread(folder.changed)
        except OSError:
            log.exception("folder_failed")
            return
        for path in changed:
            outcomes = [outcome async for outcome in self._polls.ingest.paths([path])]
            if any(outcome.may_pass for outcome in outcomes):
                folder.again(path, AGAIN_S)
