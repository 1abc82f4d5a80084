"""The schedule: due feeds are polled, changed files are read, nothing runs beside itself, and nothing stays after a stop."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot import schedule as scheduling
from bot.folder import Folder
from bot.ingest import Ingest
from bot.polls import Polls
from bot.pool import Pool
from bot.robots import Robots
from bot.schedule import POLL_LEASE_S, Schedule
from handlers.fetch import Fetcher
from handlers.model import Article, Feed, Reading
from handlers.polling import Pace
from storage import Store
from tests.articles import put, refusal, today, write_article
from tests.site import Page, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

INTERVAL_S = 600.0


def rss(*texts: str) -> Page:
    items = "".join(f"<item><title>{text}</title><guid>{text}</guid><description>{text}</description></item>" for text in texts)
    return Page(f"<rss version='2.0'><channel><title>Gazette</title>{items}</channel></rss>".encode(), "application/rss+xml")


class FullDisk(Pool):
    """The first reading fails for want of something of ours."""

    def __init__(self, pool: Pool) -> None:
        super().__init__()
        self.parse = pool.parse
        self.parse_feed = pool.parse_feed
        self.pool, self.readings = pool, 0

    async def read(self, article: Article) -> Reading:
        self.readings += 1
        if self.readings == 1:
            raise OSError("no space left on device")
        return await self.pool.read(article)


@dataclass
class Round:
    """Everything that a schedule needs; its clock goes on by itself and can be moved ahead."""

    store: Store
    pool: Pool
    fetcher: Fetcher
    site: Site
    folder: Path
    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def feed(self, path: str) -> Feed:
        async with self.store.write() as unit:
            return await unit.feeds.add(Feed(self.site.url(path), next_poll_at=self.now()))

    async def feeds(self) -> list[Feed]:
        async with self.store.read() as unit:
            return await unit.feeds.all()

    async def stored(self) -> int:
        async with self.store.read() as unit:
            return await unit.articles.count(None)

    def asked(self, path: str) -> int:
        return sum(request.path == path for request in self.site.requests)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """A schedule that ticks while the block lasts, then is stopped."""
        ingest = Ingest(self.store, self.pool, self.fetcher, self.now, timedelta(days=3), lambda: None)
        polls = Polls(ingest, Robots(self.fetcher, self.pool, self.now), Pace(INTERVAL_S), chance=lambda: 0.5)
        schedule = Schedule(self.store, polls, Folder(self.folder), tick_s=0.05, now=self.now)
        task = asyncio.create_task(schedule.run())
        yield
        assert not task.done()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def until(self, found: Callable[[], bool]) -> None:
        for _ in range(1500):
            if found():
                return
            await asyncio.sleep(0.01)
        raise TimeoutError

    async def until_stored(self, count: int) -> None:
        for _ in range(1500):
            if await self.stored() >= count:
                return
            await asyncio.sleep(0.01)
        raise TimeoutError


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Pool]:
    pool = Pool()
    await pool.start()
    yield pool
    await pool.close()


@pytest_asyncio.fixture(loop_scope="module")
async def round_(pool: Pool, sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Round]:
    shutil.copyfile(sqlite_template, tmp_path / "parley.db")
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/parley.db")
    (folder := tmp_path / "articles").mkdir()
    async with Site() as site, Fetcher(clock=lambda: datetime.now(UTC), allow=frozenset({site.host}), total_s=20) as fetcher:
        yield Round(store, pool, fetcher, site, folder)
    await store.close()


async def test_a_due_feed_is_polled_and_then_waits_its_interval(round_: Round) -> None:
    round_.site.pages["/feed"] = rss(refusal("Iran", "Iraq"))
    await round_.feed("/feed")
    async with round_.running():
        await round_.until_stored(1)
        await asyncio.sleep(0.3)
        assert round_.asked("/feed") == 1
        (feed,) = await round_.feeds()
        assert feed.next_poll_at is not None
        assert timedelta(seconds=INTERVAL_S - 10) < feed.next_poll_at - round_.now() <= timedelta(seconds=INTERVAL_S)
        round_.site.pages["/feed"] = rss(refusal("Iran", "Turkey"))
        round_.ahead += timedelta(seconds=INTERVAL_S)
        await round_.until_stored(2)


async def test_a_slow_feed_is_not_polled_beside_itself_and_stops_no_other(round_: Round) -> None:
    round_.site.pages["/feed"] = rss(refusal("Iran", "Iraq"))
    await round_.feed("/silent")
    async with round_.running():
        await round_.until(lambda: round_.asked("/silent") == 1)
        for _ in range(3):
            round_.ahead += timedelta(seconds=POLL_LEASE_S + 1)
            await asyncio.sleep(0.2)
        await round_.feed("/feed")
        await round_.until_stored(1)
        assert round_.asked("/silent") == 1


async def test_a_failing_feed_leaves_the_others(round_: Round) -> None:
    round_.site.pages["/good"] = rss(refusal("Iran", "Iraq"))
    round_.site.pages["/page"] = Page(b"<html><body>Welcome</body></html>")
    for path in ("/missing", "/garbage", "/page", "/good"):
        await round_.feed(path)
    async with round_.running():
        await round_.until_stored(1)
        await round_.until(lambda: round_.asked("/page") == 1)
        await asyncio.sleep(0.2)
    errors = {feed.url.rpartition("/")[2]: feed.last_error for feed in await round_.feeds()}
    assert errors["good"] is None
    assert all(errors[name] for name in ("missing", "garbage", "page"))


async def test_files_that_come_are_read_and_a_bad_one_is_not_repeated(round_: Round, caplog: pytest.LogCaptureFixture) -> None:
    async with round_.running():
        put(round_.folder / "bad.json", b'{"text": ')
        write_article(round_.folder, "good", refusal("Iran", "Iraq"), published=today())
        await round_.until_stored(1)
        await asyncio.sleep(0.3)
    failed = [record.__dict__["origin"] for record in caplog.records if record.msg == "document_failed"]
    assert failed == [str(round_.folder / "bad.json")]


async def test_a_file_that_failed_for_a_reason_of_ours_comes_again(round_: Round, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduling, "AGAIN_S", 0.4)
    full = FullDisk(round_.pool)
    round_.pool = full
    write_article(round_.folder, "good", refusal("Iran", "Iraq"), published=today())
    async with round_.running():
        await round_.until(lambda: full.readings == 1)
        failed_at = time.monotonic()
        await round_.until(lambda: full.readings == 2)
        assert time.monotonic() - failed_at >= 0.3
        await round_.until_stored(1)
        await asyncio.sleep(0.6)
    assert full.readings == 2


async def test_a_folder_that_cannot_be_read_is_logged_and_feeds_go_on(round_: Round, caplog: pytest.LogCaptureFixture) -> None:
    round_.site.pages["/feed"] = rss(refusal("Iran", "Iraq"))
    (round_.folder / ("x" * 200)).symlink_to(round_.folder)
    (round_.folder / "loop.txt").symlink_to("loop.txt")
    await round_.feed("/feed")
    async with round_.running():
        await round_.until_stored(1)
        write_article(round_.folder, "good", refusal("Iran", "Turkey"), published=today())
        await round_.until_stored(2)


def works() -> set[str]:
    """The tasks that run, but for the connections of the site."""
    running = {task.get_name(): task.get_coro() for task in asyncio.all_tasks()}
    return {name for name, work in running.items() if not getattr(work, "__qualname__", "").startswith("RequestHandler")}


async def test_nothing_stays_after_a_stop(round_: Round) -> None:
    before = works()
    for number in range(3):
        await round_.feed(f"/silent?{number}")
    async with round_.running():
        await round_.until(lambda: round_.asked("/silent") == 3)
        assert {"feed 1", "feed 2", "feed 3"} < works()
    assert works() == before
    assert all(feed.last_polled_at is None for feed in await round_.feeds())
