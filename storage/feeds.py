"""Feeds: what is polled, for whom, and when next."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.errors import AlreadyExists, NotFound, StorageError
from handlers.model import Feed
from storage.columns import owned_by, seen_by
from storage.engine import insert_into
from storage.tables import AnyRow, ArticleRow, FeedRow, StatementRow

URL_LENGTH = 600
"""An address is indexed; longer ones are refused, since cutting one would poll another place."""

_GIVEN = {"id", "url", "guild_id", "channel_id", "state"}
"""What people decide; everything else about a feed is learned by polling it."""


class Feeds:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, feed: Feed) -> Feed:
        """The feed with its id. AlreadyExists: its owner has that URL."""
        if len(feed.url) > URL_LENGTH:
            raise StorageError(f"a feed's address may have {URL_LENGTH} characters, this one has {len(feed.url)}")
        values = asdict(replace(feed, id=None))
        del values["id"]
        adding = insert_into(self._connection, FeedRow).values(values).on_conflict_do_nothing().returning(FeedRow)
        row = (await self._connection.execute(adding)).one_or_none()
        if row is None:
            raise AlreadyExists(f"{feed.url} is a feed already")
        return _feed(row)

    async def get(self, feed_id: int) -> Feed:
        row = (await self._connection.execute(select(FeedRow).where(FeedRow.id == feed_id))).one_or_none()
        if row is None:
            raise NotFound(f"there is no feed {feed_id}")
        return _feed(row)

    async def remove(self, feed_id: int) -> None:
        """What it brought stays in the record."""
        found = await self._connection.execute(delete(FeedRow).where(FeedRow.id == feed_id))
        if not found.rowcount:
            raise NotFound(f"there is no feed {feed_id}")

    async def remove_all(self, guild_id: int) -> int:
        """Those of a server that put the bot out; how many there were."""
        gone = await self._connection.execute(delete(FeedRow).where(FeedRow.guild_id == guild_id))
        return gone.rowcount

    async def claim_due(self, now: datetime, lease_s: float, limit: int) -> list[Feed]:
        """Due feeds, longest due first, each moved on by the lease: nobody else gets it, and a crash loses no poll."""
        is_due = and_(FeedRow.state == "active", or_(FeedRow.next_poll_at.is_(None), FeedRow.next_poll_at <= now))
        order = (FeedRow.next_poll_at.is_not(None), FeedRow.next_poll_at, FeedRow.id)
        due = select(FeedRow.id).where(is_due).order_by(*order).limit(limit).with_for_update(skip_locked=True).cte("due")
        claim = update(FeedRow).where(FeedRow.id.in_(select(due.c.id)))
        moved = claim.values(next_poll_at=now + timedelta(seconds=lease_s)).returning(FeedRow)
        return sorted(map(_feed, await self._connection.execute(moved)), key=lambda feed: feed.id or 0)

    async def polled(self, feed: Feed) -> None:
        """Save what was learned. A feed that was removed meanwhile stays removed, one that was paused stays paused."""
        values = {name: value for name, value in asdict(feed).items() if name not in _GIVEN}
        await self._connection.execute(update(FeedRow).where(FeedRow.id == feed.id).values(values))
        if feed.state == "gone":
            is_polled = (FeedRow.id == feed.id, FeedRow.state == "active")
            await self._connection.execute(update(FeedRow).where(*is_polled).values(state="gone"))

    async def pause(self, feed_id: int) -> Feed:
        """Poll it no more until it is resumed. NotFound: there is none."""
        return await self._changed(feed_id, state="paused")

    async def resume(self, feed_id: int, now: datetime) -> Feed:
        """Poll it again, at once and as if it had never failed."""
        return await self._changed(
            feed_id, state="active", next_poll_at=now, failures=0, strain=0.0, last_error=None, is_reported=False
        )

    async def move(self, feed_id: int, url: str) -> bool:
        """Poll another address from now on. False, and nothing is done, when its owner has a feed there already."""
        found = (await self._connection.execute(select(FeedRow.guild_id).where(FeedRow.id == feed_id))).one_or_none()
        if found is None or len(url) > URL_LENGTH:
            return False
        taken = exists().where(FeedRow.url == url, owned_by(FeedRow.guild_id, found.guild_id))
        if await self._connection.scalar(select(taken)):
            return False
        await self._changed(feed_id, url=url)
        return True

    async def postpone(self, feed_id: int, until: datetime) -> None:
        """Give a claimed feed back: it is due again then."""
        await self._connection.execute(update(FeedRow).where(FeedRow.id == feed_id).values(next_poll_at=until))

    async def hold(self, site: str, until: datetime) -> int:
        """Let every feed of a site wait that long, as its server asked; how many that are."""
        is_earlier = or_(FeedRow.next_poll_at.is_(None), FeedRow.next_poll_at < until)
        held = update(FeedRow).where(FeedRow.site == site, is_earlier).values(next_poll_at=until)
        return (await self._connection.execute(held)).rowcount

    async def _changed(self, feed_id: int, **values: Any) -> Feed:
        changing = update(FeedRow).where(FeedRow.id == feed_id).values(values).returning(FeedRow)
        row = (await self._connection.execute(changing)).one_or_none()
        if row is None:
            raise NotFound(f"there is no feed {feed_id}")
        return _feed(row)

    async def brought(self, feed_id: int) -> tuple[int, int]:
        """How many articles and how many statements on record came first from this feed."""
        counts = ArticleRow.feed_id == feed_id, ArticleRow.is_shadowed.is_(False)
        articles = await self._connection.scalar(select(func.count()).select_from(ArticleRow).where(*counts))
        told = select(func.count()).select_from(StatementRow).join(ArticleRow, ArticleRow.id == StatementRow.article_id)
        on_record = StatementRow.is_live.is_(True), StatementRow.taken.is_not(None)
        statements = await self._connection.scalar(told.where(*counts, *on_record))
        return articles or 0, statements or 0

    async def all(self) -> list[Feed]:
        rows = await self._connection.execute(select(FeedRow).order_by(FeedRow.id))
        return [_feed(row) for row in rows]

    async def list(self, guild_id: int | None) -> list[Feed]:
        """The operator's feeds and this server's own."""
        query = select(FeedRow).where(seen_by(FeedRow.guild_id, guild_id)).order_by(FeedRow.guild_id, FeedRow.id)
        return [_feed(row) for row in await self._connection.execute(query)]


def _feed(row: AnyRow) -> Feed:
    return Feed(**row._mapping)  # pyright: ignore[reportPrivateUsage] # public in spite of its underscore
