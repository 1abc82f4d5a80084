"""Articles that come in → what the store has of each: the article it is, and whether its text is news. Used by `articles.py`.

Many are looked up with three questions, since a feed lists hundreds of which all but one are known.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import func, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Article
from storage.columns import Utc, seen_by
from storage.engine import insert_into
from storage.tables import AnyRow, ArticleKeyRow, ArticleRow, RevisionRow
from storage.text import clean_key, clean_name

TITLE, GUID, TEASER = "title:", "guid:", "teaser:"
"""How the keys begin that `handlers.identity` makes."""
TITLE_FOR = timedelta(days=7)
"""For so long one headline of one outlet is one article (mediacloud/rss-fetcher compares as far back)."""
SAME_HEADLINE = 50
"""Likeness in per cent below which two headlines under one GUID tell of two articles: some feeds number their entries."""
SAME_TEXT_LENGTH = 200
"""From so many characters on, equal content under another identity is the same article; short texts may meet by chance.

Not where the outlets differ: a reprint is a report of its own.
"""
MOST_REVISIONS = 24
"""Some feeds print the time into each article; edits beyond these are of that kind (lemon24/reader has the same limit)."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """An article that comes in, and the keys by which it may be known, `identity` the first of them."""

    article: Article
    identity: str
    content_hash: str
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What the store has of an article that comes in. `is_known`: it would not be stored; `is_own`: not the operator's copy."""

    article_id: int | None = None
    revision: int = 0
    is_known: bool = False
    is_own: bool = True
    feed_id: int | None = None
    keys: frozenset[str] = frozenset()
    """Those of the given keys that are known."""
    completions: int = 0
    """How many of its teasers were completed from its page."""

    def free(self, identity: str, content_hash: str) -> str:
        """The identity for a new article, also where another one has it: a GUID that its feed gave away twice."""
        key = clean_key(identity)
        return clean_key(f"{key} {content_hash}") if key in self.keys else key


@dataclass(frozen=True, slots=True)
class _Rows:
    """What three questions brought, for all sightings together."""

    by_key: dict[str, list[AnyRow]]
    texts: dict[str, list[AnyRow]]
    teasers: dict[int, set[str]]


class Sightings:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def look(
        self, sightings: Sequence[Sighting], guild_id: int | None, feed_id: int | None, seen_at: datetime | None
    ) -> list[Found]:
        """Headlines count only with a time, for they are an article's for some days."""
        by_key = await self._by_key({key for one in sightings for key in _keys(one)}, guild_id)
        texts = await self._texts({clean_key(one.content_hash) for one in sightings}, guild_id)
        numbers = {row.id for rows in by_key.values() for row in rows}
        rows = _Rows(by_key, texts, await self._teasers(numbers if any(one.keys for one in sightings) else set()))
        return [_found(one, rows, guild_id, feed_id, seen_at) for one in sightings]

    async def remember(self, article_id: int, guild_id: int | None, keys: Sequence[str], seen_at: datetime) -> None:
        """Those that are known stay as they are."""
        rows = [
            {"key": key, "guild_id": guild_id, "article_id": article_id, "seen_at": seen_at}
            for key in dict.fromkeys(map(clean_key, keys))
        ]
        if rows:
            await self._connection.execute(insert_into(self._connection, ArticleKeyRow).values(rows).on_conflict_do_nothing())

    async def _by_key(self, keys: set[str], guild_id: int | None) -> dict[str, list[AnyRow]]:
        """For each key the articles that it names, the likeliest first: the one whose identity it is, then the newest."""
        names = ("id", "guild_id", "revision", "feed_id", "outlet", "url", "title", "published")
        columns: list[Any] = [getattr(ArticleRow, name) for name in names]
        own: list[Any] = [literal(0).label("rank"), null().cast(Utc).label("keyed_at"), ArticleRow.identity.label("key")]
        other: list[Any] = [literal(1).label("rank"), ArticleKeyRow.seen_at.label("keyed_at"), ArticleKeyRow.key.label("key")]
        by_identity = select(*columns, *own).where(ArticleRow.identity.in_(keys), seen_by(ArticleRow.guild_id, guild_id))
        by_key = select(*columns, *other).join(ArticleKeyRow, ArticleKeyRow.article_id == ArticleRow.id)
        by_key = by_key.where(ArticleKeyRow.key.in_(keys), seen_by(ArticleKeyRow.guild_id, guild_id))
        found: defaultdict[str, list[AnyRow]] = defaultdict(list)
        for row in await self._connection.execute(union_all(by_identity, by_key)):
            found[row.key].append(row)
        for rows in found.values():
            rows.sort(key=lambda row: (row.rank, -row.id))
        return found

    async def _texts(self, hashes: set[str], guild_id: int | None) -> dict[str, list[AnyRow]]:
        is_long = (func.length(RevisionRow.text) >= SAME_TEXT_LENGTH).label("is_long")
        query = select(RevisionRow.content_hash, ArticleRow.id, ArticleRow.outlet, is_long)
        query = query.join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
        query = query.where(RevisionRow.content_hash.in_(hashes), seen_by(ArticleRow.guild_id, guild_id))
        found: defaultdict[str, list[AnyRow]] = defaultdict(list)
        for row in await self._connection.execute(query):
            found[row.content_hash].append(row)
        return found

    async def _teasers(self, numbers: set[int]) -> dict[int, set[str]]:
        found: defaultdict[int, set[str]] = defaultdict(set)
        if numbers:
            is_teaser = ArticleKeyRow.key.startswith(TEASER, autoescape=True)
            query = select(ArticleKeyRow.article_id, ArticleKeyRow.key)
            for row in await self._connection.execute(query.where(ArticleKeyRow.article_id.in_(numbers), is_teaser)):
                found[row.article_id].add(row.key)
        return found


def _keys(one: Sighting) -> list[str]:
    return list(dict.fromkeys(map(clean_key, (one.identity, *one.keys))))


def _found(one: Sighting, rows: _Rows, guild_id: int | None, feed_id: int | None, seen_at: datetime | None) -> Found:
    keys = _keys(one)
    known = frozenset(key for key in keys if any(row.guild_id == guild_id for row in rows.by_key.get(key, ())))
    theirs = _named(one.article, keys, rows, None, seen_at)
    if guild_id is not None and theirs is not None:
        return Found(theirs.id, theirs.revision, is_known=True, is_own=False, keys=known)
    same_text = rows.texts.get(clean_key(one.content_hash), [])
    own = _named(one.article, keys, rows, guild_id, seen_at)
    if own is None:
        # And here: an old copy of an article must not bring back what was corrected since.
        outlet = clean_name(one.article.outlet) if one.article.outlet else None
        twins = (row for row in same_text if row.is_long and (outlet is None or row.outlet in (None, outlet)))
        return Found(is_known=any(twins), keys=known)
    # Any revision counts: two feeds that carry one article in two lengths would revise it for ever.
    is_known = any(row.id == own.id for row in same_text) or own.revision >= MOST_REVISIONS
    is_known = is_known or not _may_revise(own, one.article, feed_id)
    teasers = rows.teasers.get(own.id, set[str]())
    is_known = is_known or not teasers.isdisjoint(keys)
    return Found(own.id, own.revision, is_known, feed_id=own.feed_id, keys=known, completions=len(teasers))


def _named(article: Article, keys: list[str], rows: _Rows, guild_id: int | None, seen_at: datetime | None) -> AnyRow | None:
    """The owner's article that the first of the keys names that names any."""
    candidates = ((key, row) for key in keys for row in rows.by_key.get(key, ()) if row.guild_id == guild_id)
    return next((row for key, row in candidates if _is_same(key, row, article, seen_at)), None)


def _is_same(key: str, row: AnyRow, article: Article, seen_at: datetime | None) -> bool:
    """Whether a key that could name several articles names this one."""
    if key.startswith(TITLE):
        if seen_at is None or row.keyed_at is None or row.keyed_at < seen_at - TITLE_FOR:
            return False
        # Two addresses on two days are two articles under one headline ("Talks end without a deal").
        days_differ = article.published is not None and row.published is not None and article.published != row.published
        return not (days_differ and article.url is not None and row.url is not None)
    if key.startswith(GUID) and (article.url is None or article.url != row.url):
        return fuzz.token_set_ratio(article.title or "", row.title or "") >= SAME_HEADLINE
    return True


def _may_revise(own: AnyRow, article: Article, feed_id: int | None) -> bool:
    """A feed edits what it brought or what its own outlet published, not what a stranger did under an address it names."""
    if feed_id is None or own.feed_id in {None, feed_id} or article.outlet is None or own.outlet is None:
        return True
    return own.outlet == clean_name(article.outlet)
