"""Watches: what each channel follows."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.errors import NotFound
from handlers.model import Stance, Watch
from storage.outbox import AlertRow, WatchRow
from storage.tables import AnyRow

WATCH_COLUMNS = tuple(getattr(WatchRow, name) for name in Watch.__dataclass_fields__)


class Watches:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, watch: Watch, now: datetime) -> Watch:
        values = asdict(watch) | {"stances": [stance.value for stance in watch.stances], "created_at": now}
        del values["id"]
        number = (await self._connection.execute(insert(WatchRow).values(values).returning(WatchRow.id))).scalar_one()
        return replace(watch, id=number)

    async def get(self, watch_id: int, guild_id: int) -> Watch:
        """NotFound, too, for a watch of another server."""
        query = _standing().where(WatchRow.id == watch_id, WatchRow.guild_id == guild_id)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise NotFound(f"there is no watch {watch_id}")
        return watch_of(row)

    async def remove(self, watch_id: int, guild_id: int) -> None:
        """Its alerts that wait are dropped with it; those that were sent keep what they were for."""
        await self.get(watch_id, guild_id)
        await self._remove(WatchRow.id == watch_id)

    async def remove_all(self, guild_id: int) -> int:
        """Those of a server that put the bot out; how many there were."""
        return await self._remove(WatchRow.guild_id == guild_id)

    async def remove_channel(self, channel_id: int) -> int:
        """Those of a channel that is gone; how many there were."""
        return await self._remove(WatchRow.channel_id == channel_id)

    async def _remove(self, which: ColumnElement[bool]) -> int:
        ending = update(WatchRow).where(which, WatchRow.is_removed.is_(False)).values(is_removed=True)
        removed = (await self._connection.scalars(ending.returning(WatchRow.id))).all()
        waiting = update(AlertRow).where(AlertRow.watch_id.in_(removed), AlertRow.state.in_(("pending", "sending")))
        await self._connection.execute(waiting.values(state="removed"))
        return len(removed)

    async def all(self) -> list[Watch]:
        return [watch_of(row) for row in await self._connection.execute(_standing())]

    async def list(self, guild_id: int) -> list[Watch]:
        return [watch_of(row) for row in await self._connection.execute(_standing().where(WatchRow.guild_id == guild_id))]


def _standing() -> Any:
    return select(*WATCH_COLUMNS).where(WatchRow.is_removed.is_(False)).order_by(WatchRow.id)


def watch_of(row: AnyRow) -> Watch:
    values: dict[str, Any] = {name: getattr(row, name) for name in Watch.__dataclass_fields__}
    values["stances"] = tuple(map(Stance, row.stances))
    return Watch(**values)
