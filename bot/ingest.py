"""The heart: a document comes in, its articles are read, and what they say is stored with the alerts it raises.

One transaction holds an article, its statements, the positions they make and the alerts of the watches that those meet,
so a crash loses none and doubles none. Sending is a second step (`deliver.py`). A failure in one article or feed is
logged with its subject and returned; the others go on. Imports no discord.
"""

import logging
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from bot.ahead import ahead
from bot.opening import Unread, articles_of, read_files
from bot.pool import Pool
from handlers.errors import FetchError, FormatError, ParleyError
from handlers.fetch import Fetcher
from handlers.identity import content_hash, further_keys, identity
from handlers.model import Alert, Article, Document, Position, Reading, Watch
from handlers.watching import match
from storage import Store, Unit
from storage.sightings import Sighting

log = logging.getLogger(__name__)

READ_AHEAD = 8
"""Articles that may be read while an earlier one is stored: enough for the pool's processes never to wait."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article, or why a document gave none (`error`, one line for a person)."""

    origin: str
    kind: Literal["stored", "revised", "known", "failed"]
    id: str | None = None
    statements: int = 0
    alerts: int = 0
    error: str | None = None
    may_pass: bool = False
    """The failure was not the document's own (a full disk, no memory): trying again may help."""
    language: str | None = None
    """Of an article that was read: "en", or that for which it was not analysed."""


@dataclass(frozen=True, slots=True)
class Readable:
    """An article that is not known yet, and what a backend found in it."""

    one: Sighting
    reading: Reading


@dataclass(frozen=True, slots=True)
class Source:
    """On whose behalf an article comes in. `is_silent`: it enters the record without an alert."""

    guild_id: int | None = None
    feed_id: int | None = None
    outlet: str | None = None
    published: date | None = None
    is_silent: bool = False


OPERATOR = Source()


@dataclass(frozen=True, slots=True)
class Ingest:
    """Everything that a document passes on its way into the record."""

    store: Store
    pool: Pool
    fetcher: Fetcher
    now: Callable[[], datetime]
    max_age: timedelta | None
    """Articles and positions older than this raise no alert; None: all do."""
    wake: Callable[[], None]
    """Called after alerts were committed, so that delivery need not wait for its tick."""

    async def paths(self, paths: Iterable[Path], source: Source = OPERATOR) -> AsyncGenerator[Outcome]:
        """Files, one outcome an article; a file that cannot be read is one outcome too."""
        async with aclosing(read_files(paths, self.now)) as documents, aclosing(self.documents(documents, source)) as outcomes:
            async for outcome in outcomes:
                yield outcome

    async def documents(
        self, documents: AsyncIterable[Document | Unread], source: Source = OPERATOR
    ) -> AsyncGenerator[Outcome]:
        """Every article of every document, whatever its format. The pool is kept busy; what is stored is stored in order."""
        found = articles_of(self.pool, documents, outlet=source.outlet, published=source.published)

        async def read(one: Article | Unread) -> Outcome | Readable:
            return failed(one.origin, one.error) if isinstance(one, Unread) else await self._read(one, source)

        async with aclosing(found), aclosing(ahead(found, read, READ_AHEAD)) as readings:
            async for one in readings:
                yield one if isinstance(one, Outcome) else await self._stored(one, source)

    async def article(self, article: Article, source: Source = OPERATOR, entry: Article | None = None) -> Outcome:
        """Read and store one article. Never raises for what the article holds.

        `entry`: how a feed listed it before its page was read, so that the feed's next answer finds it known.
        """
        one = await self._read(article, source, entry)
        return one if isinstance(one, Outcome) else await self._stored(one, source)

    async def fresh(self, one: Sighting, source: Source) -> Outcome:
        """Read and store an article that was looked for and is not known."""
        try:
            readable = Readable(one, await self.pool.read(one.article))
        except Exception as error:
            return failed(one.article.origin, error, one.article.id)
        return await self._stored(readable, source)

    async def _read(self, article: Article, source: Source, entry: Article | None = None) -> Outcome | Readable:
        """The reading, unless the article is known or cannot be read."""
        try:
            one = sighting(article, entry)
            async with self.store.read() as unit:
                (found,) = await unit.articles.look([one], source.guild_id, feed_id=source.feed_id, seen_at=self.now())
            if found.is_known:
                if entry is not None and found.is_own and found.article_id is not None:
                    async with self.store.write() as unit:
                        await unit.articles.remember(found.article_id, source.guild_id, one.keys, self.now())
                return Outcome(article.origin, "known", article.id)
            return Readable(one, await self.pool.read(article))
        except Exception as error:
            return failed(article.origin, error, article.id)

    async def _stored(self, one: Readable, source: Source) -> Outcome:
        try:
            return await self._store(one, source)
        except Exception as error:
            return failed(one.one.article.origin, error, one.one.article.id)

    async def _store(self, one: Readable, source: Source) -> Outcome:
        article, reading = one.one.article, one.reading
        alerts, seen_at = 0, self.now()
        async with self.store.write() as unit:
            added = await unit.articles.add(
                article,
                one.one.identity,
                one.one.content_hash,
                guild_id=source.guild_id,
                feed_id=source.feed_id,
                language=reading.language,
                seen_at=seen_at,
                keys=one.one.keys,
            )
            if added is None:
                return Outcome(article.origin, "known", article.id)
            recorded = await unit.positions.record(added, reading)
            positions = recorded.positions
            updates = await self.update_shown(unit, [*(position.id for position in positions), *recorded.changed])
            if not source.is_silent:
                news = _new_in_revision(positions, seen_at) if added.is_revision else positions
                watches = await unit.watches.all() if news else []
                found = match(news, watches, article_id=added.article_id, oldest=self._oldest())
                alerts = await self._announce(unit, found)
        if alerts or updates:
            self.wake()
        kind = "revised" if added.is_revision else "stored"
        told = {"kind": kind, "origin": article.origin, "statements": len(reading.statements), "alerts": alerts}
        log.info("article_added", extra=told)
        return Outcome(article.origin, kind, article.id, len(reading.statements), alerts, language=reading.language)

    async def _announce(self, unit: Unit, found: Iterable[tuple[Watch, Position]]) -> int:
        count = 0
        for watch, position in found:
            alert = await unit.alerts.add(watch, position, self.now())
            if alert is not None:
                count += 1
                await enqueue_delivery(unit, alert, self.now())
        return count

    async def update_shown(self, unit: Unit, positions: Iterable[int]) -> int:
        """What already stands in a channel is drawn again with what came to it: no second message."""
        count = 0
        for number in positions:
            for alert in await unit.alerts.shown(number):
                count += 1
                await enqueue_delivery(unit, alert, self.now(), name="update")
        return count

    def _oldest(self) -> date | None:
        return None if self.max_age is None else (self.now() - self.max_age).date()


def sighting(article: Article, entry: Article | None = None) -> Sighting:
    """An article with everything by which it may be known."""
    return Sighting(article, identity(article), content_hash(article), further_keys(article, entry))


async def enqueue_delivery(unit: Unit, alert: Alert, now: datetime, *, name: str = "deliver") -> None:
    """One job an alert, in the alert's own transaction; those of one channel run one after another."""
    lock = f"channel:{alert.watch.channel_id}"
    await unit.jobs.enqueue(name, str(alert.id), {"alert": alert.id}, run_at=now, lock=lock)


def _new_in_revision(positions: Iterable[Position], seen_at: datetime) -> list[Position]:
    """What only the edit brought: a stub that grew may alert, other words for the same may not.

    Without a day the same position in other words cannot be told from another one, so it stays silent.
    """
    return [position for position in positions if position.day is not None and position.first_seen_at >= seen_at]


def failed(origin: str, error: Exception, article_id: str | None = None) -> Outcome:
    """Told in one line; logged with a traceback when nobody foresaw it."""
    is_ours = not isinstance(error, (FormatError, FetchError))
    if isinstance(error, ParleyError):
        text = str(error)
        log.warning("document_failed", extra={"origin": origin, "article": article_id, "error": text})
    else:
        text = f"{origin}: failed unexpectedly ({type(error).__name__})"
        log.error("document_failed", exc_info=error, extra={"origin": origin, "article": article_id})
    return Outcome(origin, "failed", article_id, error=text, may_pass=is_ours)
