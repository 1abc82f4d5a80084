"""Feeds polled for tests: a store of its own, a loopback site, real parsing, and readings that find nothing, at once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

from bot.ingest import Ingest, Outcome
from bot.polls import Polls
from bot.pool import Pool
from bot.robots import Robots
from handlers.fetch import Fetcher
from handlers.model import Article, Feed, Reading
from handlers.polling import Pace, Told
from storage import Store, Unit
from storage.articles import StoredArticle
from tests.site import Page, Site

NOW = datetime(2025, 2, 10, 12, 0, tzinfo=UTC)


class Unreading(Pool):
    """Parses in a worker as ever; reads no article, so that no model is loaded."""

    async def read(self, article: Article) -> Reading:
        return Reading(language="en")


@dataclass(frozen=True)
class Item:
    """An item of an RSS feed; what is None is left out."""

    title: str | None = "Talks will not resume"
    text: str | None = "The ministry said that the talks will not resume before spring."
    guid: str | None = None
    link: str | None = None
    day: datetime | str | None = NOW

    def xml(self) -> str:
        day = format_datetime(self.day) if isinstance(self.day, datetime) else self.day
        parts = {"title": self.title, "description": self.text, "guid": self.guid, "link": self.link, "pubDate": day}
        return "".join(("<item>", *(f"<{n}>{escape(v)}</{n}>" for n, v in parts.items() if v is not None), "</item>"))


def rss(items: Sequence[Item], title: str = "Harbour Gazette", channel: str = "") -> bytes:
    return (
        f"<rss version='2.0'><channel><title>{title}</title>{channel}{''.join(i.xml() for i in items)}</channel></rss>".encode()
    )


@dataclass
class Round:
    """What a test of polling needs; `told` collects what channels would hear."""

    store: Store
    site: Site
    polls: Polls
    at: datetime = NOW
    told: list[Told] = field(default_factory=list[Told])
    answers: int = 0

    def now(self) -> datetime:
        return self.at

    async def feed(self, path: str = "/feed", **fields: object) -> Feed:
        async with self.store.write() as unit:
            return await unit.feeds.add(Feed(self.site.url(path), **fields))  # pyright: ignore[reportArgumentType]

    async def again(self, feed: Feed) -> Feed:
        assert feed.id is not None
        async with self.store.read() as unit:
            return await unit.feeds.get(feed.id)

    async def poll(self, feed: Feed) -> list[Outcome]:
        return await self.polls.poll(await self.again(feed))

    async def listing(self, feed: Feed, *items: Item, title: str = "Harbour Gazette") -> list[str]:
        """What becomes of these items when the feed lists them. No two answers are the same bytes."""
        path = feed.url.removeprefix(self.site.url(""))
        self.answers += 1
        self.site.pages[path] = Page(rss(items, title) + b"\n" * self.answers, "application/rss+xml")
        return [outcome.kind for outcome in await self.poll(feed)]

    async def articles(self) -> list[StoredArticle]:
        async with self.store.read() as unit:
            return [await unit.articles.get(number + 1) for number in range(await unit.articles.count(None))]

    def asked(self, path: str) -> int:
        return sum(request.path == path for request in self.site.requests)


@asynccontextmanager
async def round_of(pool: Pool, folder: Path, **options: object) -> AsyncIterator[Round]:
    store = await Store.open(f"sqlite+aiosqlite:///{folder}/parley.db")
    await store.migrate()
    rounds: list[Round] = []

    def now() -> datetime:
        return rounds[0].at if rounds else NOW

    async def tell(_unit: Unit, told: Told) -> None:
        rounds[0].told.append(told)

    async with Site() as site:
        allow = frozenset({site.host, *(f"{name}:{site.port}" for name in ("one.example", "two.example"))})
        options = {"clock": now, "allow": allow, "total_s": 5} | options
        async with Fetcher(**options) as fetcher:  # pyright: ignore[reportArgumentType]
            ingest = Ingest(store, pool, fetcher, now, timedelta(days=3), lambda: None)
            polls = Polls(ingest, Robots(fetcher, pool, now), Pace(), tell, lambda: 0.5)
            rounds.append(Round(store, site, polls))
            yield rounds[0]
    await store.close()
