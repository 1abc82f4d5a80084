"""Feeds: what is polled, for whom, and when next."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.errors import AlreadyExists, NotFound, StorageError
from handlers.model import Feed
from storage.columns import seen_by
from storage.engine import insert_into
from storage.tables import AnyRow, FeedRow

URL_LENGTH = 600
"""An address is indexed; longer ones are refused, since cutting one would poll another place."""

_POLLING = ("name", "etag", "last_modified", "next_poll_at", "last_polled_at", "last_error", "failures", "is_baselined")


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
        is_due = or_(FeedRow.next_poll_at.is_(None), FeedRow.next_poll_at <= now)
        order = (FeedRow.next_poll_at.is_not(None), FeedRow.next_poll_at, FeedRow.id)
        due = select(FeedRow.id).where(is_due).order_by(*order).limit(limit).with_for_update(skip_locked=True).cte("due")
        claim = update(FeedRow).where(FeedRow.id.in_(select(due.c.id)))
        moved = claim.values(next_poll_at=now + timedelta(seconds=lease_s)).returning(FeedRow)
        return sorted(map(_feed, await self._connection.execute(moved)), key=lambda feed: feed.id or 0)

    async def polled(self, feed: Feed) -> None:
        """Save the polling fields. A feed that was removed meanwhile stays removed."""
        values = {name: value for name, value in asdict(feed).items() if name in _POLLING}
        await self._connection.execute(update(FeedRow).where(FeedRow.id == feed.id).values(values))

    async def all(self) -> list[Feed]:
        rows = await self._connection.execute(select(FeedRow).order_by(FeedRow.id))
        return [_feed(row) for row in rows]

    async def list(self, guild_id: int | None) -> list[Feed]:
        """The operator's feeds and this server's own."""
        query = select(FeedRow).where(seen_by(FeedRow.guild_id, guild_id)).order_by(FeedRow.guild_id, FeedRow.id)
        return [_feed(row) for row in await self._connection.execute(query)]


def _feed(row: AnyRow) -> Feed:
    return Feed(**row._mapping)  # pyright: ignore[reportPrivateUsage] # public in spite of its underscore
