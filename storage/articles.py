"""Articles and their revisions: each text once for whoever may see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.errors import NotFound
from handlers.model import Article
from storage.columns import OPERATOR, owned_by, seen_by
from storage.engine import hold
from storage.recording import withdraw
from storage.sightings import SAME_TEXT_LENGTH, Found, Sighting, Sightings
from storage.tables import AnyRow, ArticleRow, RevisionRow
from storage.text import clean_key, clean_name


@dataclass(frozen=True, slots=True)
class Added:
    """What `add` made; `positions.record` takes it."""

    article_id: int
    revision_id: int
    is_revision: bool
    """True: the article was known, and its text changed."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article with its latest text. `seen_at`: when that text was first seen."""

    id: int
    article: Article
    revision: int
    revision_id: int
    seen_at: datetime
    guild_id: int | None
    feed_id: int | None


class Articles:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._sightings = Sightings(connection)

    async def add(
        self,
        article: Article,
        identity: str,
        content_hash: str,
        *,
        guild_id: int | None,
        feed_id: int | None,
        language: str | None,
        seen_at: datetime,
        keys: Sequence[str] = (),
    ) -> Added | None:
        """Store a text that is not known yet; None when it is. `keys` are remembered either way.

        A server's copy of an article that the operator has is not stored. A server's earlier copy of what the operator
        adds stays, but leaves the record.
        """
        await hold(self._connection, "record")
        one = Sighting(article, identity, content_hash, tuple(keys))
        (found,) = await self.look([one], guild_id, feed_id=feed_id, seen_at=seen_at)
        if found.is_known:
            if found.article_id is not None and found.is_own:
                await self._sightings.remember(found.article_id, guild_id, keys, seen_at)
            return None
        told = _told(article, language, content_hash, seen_at)
        if found.article_id is None:
            told |= {"guild_id": guild_id, "feed_id": feed_id, "identity": found.free(identity, content_hash), "revision": 1}
            told |= {"origin": article.origin, "input_id": article.id, "seen_at": seen_at}
            article_id = await self._insert(ArticleRow, told)
        else:
            article_id = found.article_id
            known = {name: value for name, value in told.items() if value is not None}
            known |= {"revision": found.revision + 1, "is_shadowed": False}
            await self._connection.execute(update(ArticleRow).where(ArticleRow.id == article_id).values(known))
        revision = {"article_id": article_id, "number": found.revision + 1, "text": article.text}
        revision |= {"content_hash": clean_key(content_hash), "seen_at": seen_at}
        revision_id = await self._insert(RevisionRow, revision)
        await self._sightings.remember(article_id, guild_id, keys, seen_at)
        if guild_id is None:
            await self._shadow_copies(clean_key(identity), clean_key(content_hash), article.outlet)
        return Added(article_id, revision_id, found.article_id is not None)

    async def knows(self, identity: str, content_hash: str, guild_id: int | None, *, outlet: str | None = None) -> bool:
        """Whether `add` would store nothing. Without an outlet, a reprint by another one is known too."""
        (found,) = await self.look([Sighting(Article("", "", outlet=outlet), identity, content_hash)], guild_id)
        return found.is_known

    async def look(
        self,
        sightings: Sequence[Sighting],
        guild_id: int | None,
        *,
        feed_id: int | None = None,
        seen_at: datetime | None = None,
    ) -> list[Found]:
        """What `add` would find, for each."""
        return await self._sightings.look(sightings, guild_id, feed_id, seen_at)

    async def remember(self, article_id: int, guild_id: int | None, keys: Sequence[str], seen_at: datetime) -> None:
        """By these keys too the article is found from now on."""
        await self._sightings.remember(article_id, guild_id, keys, seen_at)

    async def get(self, article_id: int) -> StoredArticle:
        latest = RevisionRow.number == ArticleRow.revision
        query = select(ArticleRow, RevisionRow.text, RevisionRow.id.label("revision_id"), RevisionRow.seen_at.label("read_at"))
        query = query.join(RevisionRow, (RevisionRow.article_id == ArticleRow.id) & latest)
        row = (await self._connection.execute(query.where(ArticleRow.id == article_id))).one_or_none()
        if row is None:
            raise NotFound(f"there is no article {article_id}")
        return _stored(row)

    async def count(self, guild_id: int | None) -> int:
        return await self._connection.scalar(select(func.count()).select_from(ArticleRow).where(*_seen(guild_id))) or 0

    async def languages(self, guild_id: int | None) -> dict[str | None, int]:
        """How many articles there are in each language; None: not told."""
        query = select(ArticleRow.language, func.count()).where(*_seen(guild_id)).group_by(ArticleRow.language)
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def newest_seen_at(self, guild_id: int | None) -> datetime | None:
        return await self._connection.scalar(select(func.max(ArticleRow.revised_at)).where(*_seen(guild_id)))

    async def outlets(self, guild_id: int | None) -> list[str]:
        """In order. A leap through the index from each outlet to the next: a hundred of them in as many steps."""
        found: set[str] = set()
        for owner in sorted({OPERATOR, guild_id or OPERATOR}):
            mine = (owned_by(ArticleRow.guild_id, owner), ArticleRow.is_shadowed.is_(False))
            first = select(func.min(ArticleRow.outlet).label("outlet")).where(*mine).cte("outlets", recursive=True)
            following = select(func.min(ArticleRow.outlet)).where(*mine, ArticleRow.outlet > first.c.outlet)
            steps = first.union_all(select(following.scalar_subquery()).where(first.c.outlet.is_not(None)))
            found.update(await self._connection.scalars(select(steps.c.outlet).where(steps.c.outlet.is_not(None))))
        return sorted(outlet for outlet in found if outlet)

    async def _insert(self, table: Any, values: dict[str, Any]) -> int:
        return (await self._connection.execute(insert(table).values(values).returning(table.id))).scalar_one()

    async def _shadow_copies(self, identity: str, content_hash: str, outlet: str | None) -> None:
        same_text = _same_text(content_hash, outlet).where(RevisionRow.number == ArticleRow.revision)
        is_copy = (ArticleRow.identity == identity) | ArticleRow.id.in_(same_text)
        copies = update(ArticleRow).where(is_copy, ArticleRow.guild_id != OPERATOR, ArticleRow.is_shadowed.is_(False))
        marked = await self._connection.scalars(copies.values(is_shadowed=True).returning(ArticleRow.id))
        await withdraw(self._connection, marked.all())


def _same_text(content_hash: str, outlet: str | None) -> Any:
    found = select(ArticleRow.id).join(RevisionRow, RevisionRow.article_id == ArticleRow.id)
    found = found.where(RevisionRow.content_hash == content_hash, func.length(RevisionRow.text) >= SAME_TEXT_LENGTH)
    return found.where(or_(ArticleRow.outlet.is_(None), ArticleRow.outlet == clean_name(outlet))) if outlet else found


def _seen(guild_id: int | None) -> tuple[Any, ...]:
    return seen_by(ArticleRow.guild_id, guild_id), ArticleRow.is_shadowed.is_(False)


def _told(article: Article, language: str | None, content_hash: str, seen_at: datetime) -> dict[str, Any]:
    """What a later revision may tell anew; what it does not know stays as it was."""
    return {
        "url": article.url,
        "outlet": clean_name(article.outlet) if article.outlet else None,
        "title": article.title,
        "published": article.published,
        "language": language or article.language,
        "content_hash": clean_key(content_hash),
        "revised_at": seen_at,
    }


def _stored(row: AnyRow) -> StoredArticle:
    article = Article(row.text, row.origin, row.input_id, row.url, row.outlet, row.title, row.published, row.language)
    return StoredArticle(row.id, article, row.revision, row.revision_id, row.read_at, row.guild_id, row.feed_id)
