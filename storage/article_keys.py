"""By which keys an article is found again: its identity, and what else feeds and pages call it. Used by `articles.py` alone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Article
from storage.columns import owned_by
from storage.engine import insert_into
from storage.tables import AnyRow, ArticleKeyRow, ArticleRow
from storage.text import clean_key

TITLE, GUID, TEASER = "title:", "guid:", "teaser:"
"""How the keys begin that `handlers.identity` makes."""
TITLE_FOR = timedelta(days=7)
"""For so long one headline of one outlet is one article (mediacloud/rss-fetcher compares as far back)."""
SAME_HEADLINE = 50
"""Likeness in per cent below which two headlines under one GUID tell of two articles: some feeds number their entries."""


class ArticleKeys:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def remember(self, article_id: int, guild_id: int | None, keys: Sequence[str], seen_at: datetime) -> None:
        """Those that are known stay as they are."""
        rows = [
            {"key": clean_key(key), "guild_id": guild_id, "article_id": article_id, "seen_at": seen_at}
            for key in dict.fromkeys(keys)
        ]
        if rows:
            await self._connection.execute(insert_into(self._connection, ArticleKeyRow).on_conflict_do_nothing(), rows)

    async def teasers(self, article_id: int) -> set[str]:
        """Keys of the teasers that the article's page completed."""
        is_teaser = (ArticleKeyRow.article_id == article_id, ArticleKeyRow.key.startswith(TEASER, autoescape=True))
        return set(await self._connection.scalars(select(ArticleKeyRow.key).where(*is_teaser)))

    async def find(
        self, keys: Sequence[str], guild_id: int | None, article: Article, seen_at: datetime | None
    ) -> tuple[AnyRow | None, frozenset[str]]:
        """The owner's article that one of the keys names, the first key first, and all keys that name any.

        The row has id, revision, feed_id, outlet and more.

        Headlines count only with a time, for they are an article's for some days.
        """
        keys = [key for key in keys if not key.startswith(TITLE) or seen_at is not None]
        own = owned_by(ArticleRow.guild_id, guild_id)
        columns = (ArticleRow.id, ArticleRow.revision, ArticleRow.feed_id, ArticleRow.outlet)
        columns += (ArticleRow.url, ArticleRow.title, ArticleRow.published, ArticleRow.revised_at)
        by_identity = select(*columns, ArticleRow.identity.label("key")).where(own, ArticleRow.identity.in_(keys))
        rows = {row.key: row for row in await self._connection.execute(by_identity)}
        by_key = select(*columns, ArticleKeyRow.key).join(ArticleKeyRow, ArticleKeyRow.article_id == ArticleRow.id)
        by_key = by_key.where(owned_by(ArticleKeyRow.guild_id, guild_id), ArticleKeyRow.key.in_(keys))
        if seen_at is not None:
            is_recent = ArticleKeyRow.seen_at >= seen_at - TITLE_FOR
            by_key = by_key.where(or_(~ArticleKeyRow.key.startswith(TITLE, autoescape=True), is_recent))
        # The newest of those that share a key; never in place of the article whose identity it is.
        found = {row.key: row for row in await self._connection.execute(by_key.order_by(ArticleRow.id))}
        rows = found | rows
        row = next((rows[key] for key in keys if key in rows and _is_same(key, rows[key], article)), None)
        return row, frozenset(rows)


def _is_same(key: str, row: AnyRow, article: Article) -> bool:
    """Whether a key that could name several articles names this one."""
    if key.startswith(TITLE):
        # Two addresses on two days are two articles under one headline ("Talks end without a deal").
        days_differ = article.published is not None and row.published is not None and article.published != row.published
        return not (days_differ and article.url is not None and row.url is not None)
    if key.startswith(GUID) and article.url != row.url:
        return fuzz.token_set_ratio(article.title or "", row.title or "") >= SAME_HEADLINE
    return True
