"""Alerts: the outbox. One row for a watch and a position, whatever happens; a row of `delivery` for every try to send."""

import base64
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.errors import NotFound, StorageError
from handlers.model import Alert, AlertState, Position, Watch
from storage.columns import Utc
from storage.engine import insert_into
from storage.outbox import AlertRow, DeliveryRow, WatchRow
from storage.positions import Positions
from storage.tables import AnyRow, PositionRow
from storage.watches import WATCH_COLUMNS, watch_of

NONCE_BYTES = 15
"""24 characters in base 32; Discord takes at most 25."""

WAITING: tuple[AlertState, ...] = ("pending", "sending")


class Alerts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, watch: Watch, position: Position, now: datetime) -> Alert | None:
        """None: this watch has met this position before, in whichever owner's articles, or it was removed meanwhile; or another
        watch has told the same channel.
        """
        is_there = select(WatchRow.id).where(WatchRow.id == watch.id, WatchRow.is_removed.is_(False))
        if await self._connection.scalar(is_there) is None:
            return None
        key = await self._connection.scalar(select(PositionRow.key).where(PositionRow.id == position.id))
        if key is None:
            raise NotFound(f"there is no position {position.id}")
        told = select(AlertRow.id).join(WatchRow, WatchRow.id == AlertRow.watch_id)
        told = told.where(AlertRow.position_key == key, WatchRow.channel_id == watch.channel_id, AlertRow.state != "removed")
        if await self._connection.scalar(told.limit(1)) is not None:
            return None
        values = {"watch_id": watch.id, "position_id": position.id, "position_key": key, "nonce": _nonce()}
        values |= {"state": "pending", "created_at": now}
        adding = insert_into(self._connection, AlertRow).values(values)
        adding = adding.on_conflict_do_nothing(index_elements=["watch_id", "position_key"]).returning(AlertRow)
        row = (await self._connection.execute(adding)).one_or_none()
        return None if row is None else _alert(row, watch, position)

    async def get(self, alert_id: int) -> Alert:
        found = await self._read(_alerts().where(AlertRow.id == alert_id))
        if not found:
            raise NotFound(f"there is no alert {alert_id}")
        return found[0]

    async def waiting(self, limit: int) -> list[Alert]:
        """Oldest first: those that are not sent yet, whether a job knows them or not."""
        return await self._read(_alerts().where(AlertRow.state.in_(WAITING)).order_by(AlertRow.id).limit(limit))

    async def sending(self, alert_id: int, now: datetime) -> Alert:
        """Note that a try begins. StorageError when the alert waits no longer."""
        begin = update(AlertRow).where(AlertRow.id == alert_id, AlertRow.state.in_(WAITING))
        begun = begin.values(
            state="sending",
            first_attempt_at=func.coalesce(AlertRow.first_attempt_at, literal(now, Utc())),
        )
        if not (await self._connection.execute(begun)).rowcount:
            raise StorageError(f"alert {alert_id} does not wait to be sent")
        await self._connection.execute(insert(DeliveryRow).values(alert_id=alert_id, started_at=now))
        return await self.get(alert_id)

    async def sent(self, alert_id: int, message_id: int, now: datetime) -> None:
        await self._end(alert_id, "sent", now, message_id=message_id, error=None)

    async def failed(self, alert_id: int, error: str, now: datetime) -> None:
        """It will not be tried again."""
        await self._end(alert_id, "failed", now, error=error)

    async def removed(self, alert_id: int, now: datetime) -> None:
        """Somebody deleted the message."""
        await self._end(alert_id, "removed", now)

    async def counts(self, guild_id: int | None) -> dict[AlertState, int]:
        """A server's alerts by state, every state named; all servers' for the operator (None)."""
        query = (
            select(AlertRow.state, func.count().label("number"))
            .join(WatchRow, WatchRow.id == AlertRow.watch_id)
            .group_by(AlertRow.state)
        )
        if guild_id is not None:
            query = query.where(WatchRow.guild_id == guild_id)
        found = {row.state: row.number for row in await self._connection.execute(query)}
        return {state: found.get(state, 0) for state in get_args(AlertState)}

    async def shown(self, position_id: int) -> list[Alert]:
        """The alerts about a position that stand in a channel or are on their way, be they made of the operator's or of a
        server's own copy.
        """
        query = select(PositionRow.key, PositionRow.guild_id).where(PositionRow.id == position_id)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return []
        alerts = (
            _alerts().where(AlertRow.position_key == row.key, AlertRow.state.in_(("sending", "sent"))).order_by(AlertRow.id)
        )
        return await self._read(alerts if row.guild_id is None else alerts.where(WatchRow.guild_id == row.guild_id))

    async def _end(self, alert_id: int, outcome: AlertState, now: datetime, **values: Any) -> None:
        changed = update(AlertRow).where(AlertRow.id == alert_id).values({"state": outcome} | values)
        if not (await self._connection.execute(changed)).rowcount:
            raise NotFound(f"there is no alert {alert_id}")
        last = select(func.max(DeliveryRow.id)).where(DeliveryRow.alert_id == alert_id).scalar_subquery()
        ended = update(DeliveryRow).where(DeliveryRow.id == last, DeliveryRow.ended_at.is_(None))
        await self._connection.execute(ended.values(ended_at=now, outcome=outcome, error=values.get("error")))

    async def _read(self, query: Any) -> list[Alert]:
        rows: Sequence[AnyRow] = (await self._connection.execute(query)).all()
        by_server: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            by_server[row.watch_guild_id].append(row.position_id)
        positions: dict[tuple[int, int], Position] = {}
        for guild_id, numbers in by_server.items():
            for position in await Positions(self._connection).complete(sorted(set(numbers)), guild_id or None):
                positions[guild_id, position.id] = position
        watches = await self._watches({row.watch_id for row in rows})
        return [_alert(row, watches[row.watch_id], positions[row.watch_guild_id, row.position_id]) for row in rows]

    async def _watches(self, numbers: set[int]) -> dict[int, Watch]:
        query = select(*WATCH_COLUMNS).where(WatchRow.id.in_(sorted(numbers)))
        return {row.id: watch_of(row) for row in await self._connection.execute(query)}


def _alerts() -> Any:
    return select(AlertRow, WatchRow.guild_id.label("watch_guild_id")).join(WatchRow, WatchRow.id == AlertRow.watch_id)


def _alert(row: AnyRow, watch: Watch, position: Position) -> Alert:
    return Alert(
        id=row.id,
        watch=watch,
        position=position,
        nonce=row.nonce,
        state=row.state,
        created_at=row.created_at,
        first_attempt_at=row.first_attempt_at,
        message_id=row.message_id,
        error=row.error,
    )


def _nonce() -> str:
    return base64.b32encode(uuid.uuid4().bytes[:NONCE_BYTES]).decode().lower()
