"""How many feeds one process polls on time: `python -m tests.bench.polling [--feeds 10000] [--seconds 60]`. No test.

A site of its own process serves conditional feeds on loopback under 2,000 names; the schedule, the store and the fetcher
are the program's own. The interval of 300 s is not compressed: of 10,000 feeds, 60 s see the 2,000 that fall due in them,
which is the full rate of 33.3 polls a second. A second run, with every feed overdue, gives the highest sustained rate.
"""

import asyncio
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.ingest import Ingest, Outcome
from bot.polls import Polls
from bot.robots import Robots
from bot.schedule import Schedule
from handlers.fetch import Fetcher
from handlers.formats import parse_feed
from handlers.hosts import site_of
from handlers.model import Document, Feed
from handlers.polling import Pace
from storage import Store
from tests.bench.publisher import ETAG, feed_body
from tests.polls import Item, Unreading, round_of, rss
from tests.test_handlers_guard import Names

SITES = 2000
INTERVAL_S = 300.0
ON_TIME_S = 5.0


START = datetime(2026, 11, 24, tzinfo=UTC)


class Clock:
    """Stands at START until it is started, so that nothing is late before."""

    def __init__(self) -> None:
        self.started_at: float | None = None

    def __call__(self) -> datetime:
        return START + timedelta(seconds=0 if self.started_at is None else time.monotonic() - self.started_at)


class EverywhereHere(Names):
    """Every name is this machine."""

    def __init__(self) -> None:
        super().__init__()
        self._names = _Always()


class _Always(dict[str, list[str]]):
    def __missing__(self, key: str) -> list[str]:
        return ["127.0.0.1"]


@dataclass
class Timed:
    """Polls that are noted with their lateness."""

    polls: Polls
    now: Clock
    due: dict[int, datetime]
    late_s: list[float] = field(default_factory=list[float])

    @property
    def ingest(self) -> Ingest:
        return self.polls.ingest

    async def poll(self, feed: Feed) -> list[Outcome]:
        if feed.id is not None and feed.id in self.due:
            self.late_s.append((self.now() - self.due.pop(feed.id)).total_seconds())
        return await self.polls.poll(feed)


async def lags(found: list[float]) -> None:
    loop = asyncio.get_running_loop()
    while True:
        before = loop.time()
        await asyncio.sleep(0.01)
        found.append(loop.time() - before - 0.01)


async def run(feeds: int, seconds: float, port: int, *, is_overdue: bool) -> dict[str, str]:
    chance = random.Random(20261124)
    pool, now = Unreading(), Clock()
    hosts = [f"site{n}.example" for n in range(SITES)]
    allow = frozenset(f"{host}:{port}" for host in hosts)
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(f"sqlite+aiosqlite:///{folder}/bench.db")
        await store.migrate()
        due: dict[int, datetime] = {}
        async with store.write() as unit:
            for number in range(feeds):
                url = f"http://{hosts[number % SITES]}:{port}/{number}"
                due_at = START + timedelta(seconds=0 if is_overdue else chance.uniform(0, INTERVAL_S))
                known = {"is_baselined": True, "etag": ETAG, "final_url": url, "interval_s": INTERVAL_S, "site": site_of(url)}
                feed = await unit.feeds.add(Feed(url, next_poll_at=due_at, **known))  # pyright: ignore[reportArgumentType]
                due[feed.id or 0] = due_at
        async with Fetcher(clock=now, allow=allow, resolver=EverywhereHere()) as fetcher:
            ingest = Ingest(store, pool, fetcher, now, None, lambda: None)
            polls = Polls(ingest, Robots(fetcher, pool, now), Pace(INTERVAL_S, INTERVAL_S, INTERVAL_S))
            timed = Timed(polls, now, due)
            schedule = Schedule(store, timed, None, tick_s=1, now=now)  # pyright: ignore[reportArgumentType]
            found: list[float] = []
            now.started_at = time.monotonic()
            used, begun = time.process_time(), time.monotonic()
            tasks = [asyncio.create_task(schedule.run()), asyncio.create_task(lags(found))]
            await asyncio.sleep(seconds)
            cpu = (time.process_time() - used) / (time.monotonic() - begun)
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await store.close()
    await pool.close()
    found.sort()
    on_time = sum(late_s <= ON_TIME_S for late_s in timed.late_s)
    missed = sum(due_at < START + timedelta(seconds=seconds - ON_TIME_S) for due_at in due.values())
    return {
        "polls": str(len(timed.late_s)),
        "polls/s": f"{len(timed.late_s) / seconds:.1f}",
        "on time": "-" if is_overdue else f"{on_time / max(1, len(timed.late_s) + missed):.2%}",
        "CPU of a core": f"{cpu:.0%}",
        "loop lag p50": f"{found[len(found) // 2] * 1000:.1f} ms",
        "loop lag p99": f"{found[int(len(found) * 0.99)] * 1000:.1f} ms",
        "memory": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB",
    }


async def parsing() -> dict[str, str]:
    """Feeds of 30 entries: parsed here, in the worker, and one of 20,000."""
    document = Document(feed_body(30), "https://one.example/feed", START)
    count = 100
    started = time.monotonic()
    for _ in range(count):
        parse_feed(document)
    inline = count / (time.monotonic() - started)
    pool = Unreading()
    await pool.parse_feed(document)
    started = time.monotonic()
    for _ in range(count):
        await pool.parse_feed(document)
    worker = count / (time.monotonic() - started)
    entries = [Item(f"Entry number {n}", "Nothing new.", f"g{n}") for n in range(20_000)]
    large = Document(rss(entries), "https://one.example/feed", START)
    started = time.monotonic()
    content = await pool.parse_feed(large)
    large_s = time.monotonic() - started
    await pool.close()
    return {
        "inline": f"{inline:.0f} feeds/s",
        "in the worker": f"{worker:.0f} feeds/s",
        "20,000 entries": f"{large_s:.2f} s, {len(content.articles)} kept",
    }


async def storing(count: int) -> dict[str, str]:
    """A feed that lists `count` long entries at once: stored, then known."""
    pool = Unreading()
    with tempfile.TemporaryDirectory() as folder:
        async with round_of(pool, Path(folder)) as one:
            feed = await one.feed()
            items = [Item(f"Round {n} of the talks", f"{'Long words. ' * 150}{n}", f"g{n}") for n in range(count)]
            started = time.monotonic()
            kinds = await one.listing(feed, *items)
            stored_s = time.monotonic() - started
            started = time.monotonic()
            again = await one.listing(feed, *items)
            known_s = time.monotonic() - started
    await pool.close()
    return {
        "listed": str(count),
        "stored": f"{kinds.count('stored')} in {stored_s:.1f} s",
        "known again": f"{again.count('known')} in {known_s:.1f} s",
    }


def show(console: Console, title: str, row: dict[str, str]) -> None:
    table = Table(*row, title=title)
    table.add_row(*row.values())
    console.print(table)


def main(feeds: Annotated[int, typer.Option()] = 10_000, seconds: Annotated[float, typer.Option()] = 60) -> None:
    console = Console()
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    publisher = subprocess.Popen([sys.executable, "-m", "tests.bench.publisher"], stdout=subprocess.PIPE, text=True)
    try:
        assert publisher.stdout is not None
        port = int(publisher.stdout.readline())
        row = asyncio.run(run(feeds, seconds, port, is_overdue=False))
        show(console, f"{feeds} feeds every {INTERVAL_S:.0f} s, {seconds:.0f} s of it", row)
        row = asyncio.run(run(feeds, min(seconds, 30), port, is_overdue=True))
        show(console, "All overdue: the highest sustained rate", row)
    finally:
        publisher.kill()
        publisher.wait()
    show(console, "Parsing", asyncio.run(parsing()))
    show(console, "Storing", asyncio.run(storing(2000)))


if __name__ == "__main__":
    typer.run(main)
