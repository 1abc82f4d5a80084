"""Articles into the record: feeds polled from a real server, files, revisions, failures that stay alone."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.ingest import Ingest, Source
from bot.polls import Polls
from bot.pool import Pool
from bot.robots import Robots
from handlers.fetch import Fetcher
from handlers.model import Alert, Article, Feed, Watch
from handlers.polling import Pace
from storage import Store
from tests.articles import readiness, refusal, today, write_article
from tests.site import Page, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

GUILD, CHANNEL = 70, 80


def now() -> datetime:
    return datetime.now(UTC)


def rss(*items: tuple[str, str], day: datetime | None = None) -> bytes:
    entries = "".join(
        f"<item><title>{title}</title><guid>{title}</guid>"
        f"<pubDate>{format_datetime(day or now())}</pubDate><description>{text}</description></item>"
        for title, text in items
    )
    return f"<rss version='2.0'><channel><title>Harbour Gazette</title>{entries}</channel></rss>".encode()


@dataclass
class Desk:
    """A store of its own for each test around one pool of workers for all."""

    ingest: Ingest
    polls: Polls
    store: Store
    site: Site
    folder: Path

    async def feed(self, path: str, guild_id: int | None = None) -> Feed:
        async with self.store.write() as unit:
            return await unit.feeds.add(Feed(self.site.url(path), guild_id=guild_id, next_poll_at=now()))

    async def poll(self, feed: Feed) -> tuple[Feed, list[str]]:
        """The feed as it stands after one poll, and what became of its articles."""
        outcomes = await self.polls.poll(feed)
        assert feed.id is not None
        async with self.store.read() as unit:
            return await unit.feeds.get(feed.id), [outcome.kind for outcome in outcomes]

    async def alerts(self) -> list[Alert]:
        async with self.store.read() as unit:
            return await unit.alerts.waiting(100)

    async def statements(self, guild_id: int | None = None) -> int:
        async with self.store.read() as unit:
            return await unit.statements.count(guild_id=guild_id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Pool]:
    pool = Pool()
    yield pool
    await pool.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(pool: Pool, tmp_path: Path) -> AsyncIterator[Desk]:
    store = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/parley.db")
    await store.migrate()
    async with store.write() as unit:
        await unit.watches.add(Watch(GUILD, CHANNEL), now())
    async with Site() as site, Fetcher(clock=now, allow=frozenset({site.host}), total_s=5) as fetcher:
        ingest = Ingest(store, pool, fetcher, now, timedelta(days=3), lambda: None)
        yield Desk(ingest, Polls(ingest, Robots(fetcher, pool, now), Pace()), store, site, tmp_path)
    await store.close()


async def test_first_fetch_is_a_silent_baseline_and_the_next_item_alerts(desk: Desk) -> None:
    desk.site.pages["/feed"] = Page(rss(("Old", refusal("Iran", "Iraq"))), "application/rss+xml", etag='"1"')
    feed, kinds = await desk.poll(await desk.feed("/feed"))
    assert (kinds, feed.is_baselined, feed.etag, feed.name) == (["stored"], True, '"1"', "Harbour Gazette")
    assert await desk.alerts() == []

    both = rss(("New", readiness("Venezuela", "Colombia")), ("Old", refusal("Iran", "Iraq")))
    desk.site.pages["/feed"] = Page(both, "application/rss+xml", etag='"2"')
    feed, kinds = await desk.poll(feed)
    assert kinds == ["stored", "known"]
    (alert,) = await desk.alerts()
    assert (alert.position.speaker, alert.position.counterpart, alert.watch.channel_id) == ("Venezuela", "Colombia", CHANNEL)
    assert alert.position.reports[0].outlet == "Harbour Gazette"


async def test_an_unchanged_feed_is_not_read_again(desk: Desk) -> None:
    desk.site.pages["/feed"] = Page(rss(("Old", refusal("Iran", "Iraq"))), "application/rss+xml", etag='"1"')
    feed, _ = await desk.poll(await desk.feed("/feed"))
    feed, kinds = await desk.poll(feed)
    assert kinds == []
    assert desk.site.requests[-1].headers["If-None-Match"] == '"1"'
    assert feed.last_error is None


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (Page(b"<html><body>Welcome</body></html>"), "is a web page, not a feed"),
        (Page(b"", status=404), "404"),
        (Page(b"\x89PNG\r\n\x1a\n\x00\x00", "image/png"), "is a PNG image, not text"),
        (Page(b"", "application/rss+xml"), "is empty"),
    ],
)
async def test_a_failing_feed_says_why_and_backs_off(desk: Desk, page: Page, words: str) -> None:
    desk.site.pages["/feed"] = page
    feed, kinds = await desk.poll(await desk.feed("/feed"))
    assert kinds == []
    assert words in (feed.last_error or "")
    first = feed.next_poll_at
    feed, _ = await desk.poll(feed)
    assert feed.failures == 2
    assert first is not None
    assert feed.next_poll_at is not None
    assert feed.next_poll_at - first > timedelta(seconds=200)


async def test_one_bad_feed_does_not_stop_the_next(desk: Desk) -> None:
    desk.site.pages["/good"] = Page(rss(("Old", refusal("Iran", "Iraq"))), "application/rss+xml")
    bad, _ = await desk.poll(await desk.feed("/silent"))
    assert "timed out" in (bad.last_error or "")
    _, kinds = await desk.poll(await desk.feed("/good"))
    assert kinds == ["stored"]


async def test_an_article_that_fails_leaves_the_others_and_is_offered_again(desk: Desk) -> None:
    desk.site.pages["/feed"] = Page(rss(("A", refusal("Iran", "Iraq")), ("B", refusal("Iran", "Turkey"))), etag='"1"')

    class Stumbling(Pool):
        """Its first article fails for a reason that is not the article's."""

        failed = False

        async def read(self, article: Article) -> object:
            if not Stumbling.failed:
                Stumbling.failed = True
                raise RuntimeError("out of memory")
            return await desk.ingest.pool.read(article)

        async def parse_feed(self, document: object) -> object:
            return await desk.ingest.pool.parse_feed(document)

    stumbling = replace(desk.polls, ingest=replace(desk.ingest, pool=Stumbling()))
    feed = await desk.feed("/feed")
    outcomes = await stumbling.poll(feed)
    assert [outcome.kind for outcome in outcomes] == ["failed", "stored"]
    assert feed.id is not None
    async with desk.store.read() as unit:
        feed = await unit.feeds.get(feed.id)
    assert (feed.etag, feed.is_baselined) == (None, False)
    feed, kinds = await desk.poll(feed)
    assert kinds == ["stored", "known"]
    assert (feed.etag, feed.is_baselined) == ('"1"', True)
    assert await desk.alerts() == [], "what belonged to the baseline stays silent when it comes late"


async def test_a_changed_article_is_a_revision_without_a_second_alert(desk: Desk) -> None:
    path = write_article(desk.folder, "a", refusal("Iran", "Iraq"), published=today(), url="https://news.example/a")
    first = [outcome async for outcome in desk.ingest.paths([path])]
    write_article(desk.folder, "a", readiness("Iran", "Iraq"), published=today(), url="https://news.example/a")
    second = [outcome async for outcome in desk.ingest.paths([path])]
    assert [(o.kind, o.statements, o.alerts) for o in (*first, *second)] == [("stored", 1, 1), ("revised", 1, 0)]
    assert await desk.statements() == 1
    async with desk.store.read() as unit:
        (position,) = await unit.positions.current(["Iran"], "Iraq", guild_id=None)
    assert position.stance == "open"


async def test_an_edit_that_brings_a_position_with_its_day_alerts(desk: Desk) -> None:
    day = f"{today():%B} {today().day}, {today().year}"
    said = f"Iran will not negotiate with Iraq, the government of Iran said on {day}.\n"
    path = write_article(desk.folder, "a", "BREAKING: a statement is expected.\n", published=today(), url="https://n.example/a")
    kinds = [(o.kind, o.alerts) async for o in desk.ingest.paths([path])]
    write_article(desk.folder, "a", said, published=today(), url="https://n.example/a")
    kinds += [(o.kind, o.alerts) async for o in desk.ingest.paths([path])]
    write_article(desk.folder, "a", said + "\nMore of it.\n", published=today(), url="https://n.example/a")
    kinds += [(o.kind, o.alerts) async for o in desk.ingest.paths([path])]
    assert kinds == [("stored", 0), ("revised", 1), ("revised", 0)]


async def test_the_same_file_twice_is_known(desk: Desk) -> None:
    path = write_article(desk.folder, "a", refusal("Iran", "Iraq"), published=today())
    kinds = [outcome.kind for _ in range(2) async for outcome in desk.ingest.paths([path])]
    assert kinds == ["stored", "known"]


async def test_a_servers_feed_is_its_own(desk: Desk) -> None:
    desk.site.pages["/feed"] = Page(rss(("Old", refusal("Iran", "Iraq"))), "application/rss+xml")
    await desk.poll(await desk.feed("/feed", guild_id=GUILD))
    assert (await desk.statements(GUILD), await desk.statements(GUILD + 1), await desk.statements(None)) == (1, 0, 0)


async def test_bad_files_are_named_and_the_others_go_on(desk: Desk) -> None:
    (desk.folder / "binary.txt").write_bytes(bytes(range(256)))
    (desk.folder / "empty.txt").write_text("  \n")
    (desk.folder / "lines.jsonl").write_text('{"text": "Nothing to say."}\nnot json\n{"no": "text"}\n')
    names = ["binary.txt", "empty.txt", "missing.txt", "lines.jsonl"]
    outcomes = [outcome async for outcome in desk.ingest.paths([desk.folder / name for name in names])]
    assert [outcome.kind for outcome in outcomes] == ["failed"] * 5 + ["stored"]
    for name, outcome in zip((*names, "lines.jsonl"), outcomes, strict=False):
        assert name in (outcome.error or "")
        assert "\n" not in (outcome.error or "")


async def test_silent_sources_raise_no_alert(desk: Desk) -> None:
    path = write_article(desk.folder, "a", refusal("Iran", "Iraq"), published=today())
    outcomes = [outcome async for outcome in desk.ingest.paths([path], Source(is_silent=True))]
    assert (outcomes[0].statements, outcomes[0].alerts) == (1, 0)
