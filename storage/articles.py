"""Articles and their revisions: each text once for whoever may see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.errors import NotFound
from handlers.model import Article
from storage.columns import OPERATOR, owned_by, seen_by
from storage.engine import hold
from storage.recording import withdraw
from storage.tables import AnyRow, ArticleRow, RevisionRow
from storage.text import clean_key, clean_name

SAME_TEXT_LENGTH = 200
"""From so many characters on, equal content under another identity is the same article; short texts may meet by chance.

Not where the outlets differ: a reprint is a report of its own.
"""


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
    ) -> Added | None:
        """Store a text that is not known yet; None when it is.

        A server's copy of an article that the operator has is not stored. A server's earlier copy of what the operator
        adds stays, but leaves the record.
        """
        await hold(self._connection, "record")
        if await self.knows(identity, content_hash, guild_id, outlet=article.outlet):
            return None
        own = await self._own(clean_key(identity), guild_id)
        told = _told(article, language, content_hash, seen_at)
        if own is None:
            told |= {"guild_id": guild_id, "feed_id": feed_id, "identity": clean_key(identity), "revision": 1}
            told |= {"origin": article.origin, "input_id": article.id, "seen_at": seen_at}
            article_id = await self._insert(ArticleRow, told)
        else:
            article_id = own.id
            known = {name: value for name, value in told.items() if value is not None}
            known |= {"revision": own.revision + 1, "is_shadowed": False}
            await self._connection.execute(update(ArticleRow).where(ArticleRow.id == article_id).values(known))
        number = 1 if own is None else own.revision + 1
        revision = {"article_id": article_id, "number": number, "text": article.text}
        revision |= {"content_hash": clean_key(content_hash), "seen_at": seen_at}
        revision_id = await self._insert(RevisionRow, revision)
        if guild_id is None:
            await self._shadow_copies(clean_key(identity), clean_key(content_hash), article.outlet)
        return Added(article_id, revision_id, own is not None)

    async def knows(self, identity: str, content_hash: str, guild_id: int | None, *, outlet: str | None = None) -> bool:
        """Whether `add` would store nothing. Without an outlet, a reprint by another one is known too."""
        identity, content_hash = clean_key(identity), clean_key(content_hash)
        if guild_id is not None and await self._own(identity, None) is not None:
            return True
        own = await self._own(identity, guild_id)
        if own is not None:
            # Any revision counts: two feeds that carry one article in two lengths would revise it for ever.
            same = exists().where(RevisionRow.article_id == own.id, RevisionRow.content_hash == content_hash)
            return bool(await self._connection.scalar(select(same)))
        # And here: an old copy of an article must not bring back what was corrected since.
        twin = _same_text(content_hash, outlet).where(seen_by(ArticleRow.guild_id, guild_id))
        return bool(await self._connection.scalar(select(twin.exists())))

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

    async def newest_seen_at(self, guild_id: int | None) -> datetime | None:
        return await self._connection.scalar(select(func.max(ArticleRow.revised_at)).where(*_seen(guild_id)))

    async def outlets(self, guild_id: int | None) -> list[str]:
        query = select(ArticleRow.outlet).where(*_seen(guild_id), ArticleRow.outlet.is_not(None)).distinct()
        return [outlet for outlet in await self._connection.scalars(query.order_by(ArticleRow.outlet)) if outlet]

    async def _own(self, identity: str, guild_id: int | None) -> AnyRow | None:
        query = select(ArticleRow.id, ArticleRow.revision)
        query = query.where(ArticleRow.identity == identity, owned_by(ArticleRow.guild_id, guild_id))
        return (await self._connection.execute(query)).one_or_none()

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
