"""Where each pair of an actor stands, now or as of a day: by steps down the pair's index, whose other rows are not read."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from storage.columns import seen_by
from storage.standing import recency
from storage.tables import AnyRow, CurrentPositionRow, PositionRow

Pair = tuple[int, int]
"""Speaker, counterpart."""

_Known = aliased(PositionRow)


async def latest(
    connection: AsyncConnection,
    speakers: Sequence[int],
    counterparts: Sequence[int] | None,
    guild_id: int | None,
    as_of: date | None,
) -> list[int]:
    """The positions of each pair's latest day, one for each stance; the latest seen of a pair that has no day at all."""
    days = await latest_days(connection, speakers, counterparts, guild_id)
    pairs: dict[Pair, list[AnyRow]] = defaultdict(list)
    for query in (_of_latest_day(as_of), _undated()):
        for row in await connection.execute(_asked(query, speakers, counterparts, guild_id)):
            pair = row.speaker_id, row.counterpart_id
            # A day that only one owner's sources give is the pair's.
            if (row.day is None) is (days[pair] is None):
                pairs[pair].append(row)
    ordered = sorted((row for known in pairs.values() for row in _last_of(known)), key=_order, reverse=True)
    return [row.position_id for row in ordered]


async def latest_days(
    connection: AsyncConnection, speakers: Sequence[int], counterparts: Sequence[int] | None, guild_id: int | None
) -> dict[Pair, date | None]:
    """Of every pair on record; None: none of its positions has a day."""
    own = CurrentPositionRow
    query = select(own.speaker_id, own.counterpart_id, own.day)
    found: dict[Pair, date | None] = {}
    for row in await connection.execute(_asked(query, speakers, counterparts, guild_id)):
        days = [day for day in (found.get((row.speaker_id, row.counterpart_id)), row.day) if day is not None]
        found[row.speaker_id, row.counterpart_id] = max(days, default=None)
    return found


def _asked(query: Any, speakers: Sequence[int], counterparts: Sequence[int] | None, guild_id: int | None) -> Any:
    own = CurrentPositionRow
    query = query.where(seen_by(own.guild_id, guild_id), own.speaker_id.in_(speakers))
    return query if counterparts is None else query.where(own.counterpart_id.in_(counterparts))


def _of_latest_day(as_of: date | None) -> Any:
    """The positions that each owner has of a pair's latest day, on or before a day if one is given."""
    own, row = CurrentPositionRow, PositionRow
    day: Any = own.day
    if as_of is not None:
        # The last step of a walk down the pair's index. (Either database would read all of the pair for a max.)
        known = select(_Known.day).where(*_same_pair(_Known), _Known.is_live.is_(True), _Known.day <= as_of)
        day = known.order_by(_Known.day.desc()).limit(1).correlate(own).scalar_subquery()
    return _found(and_(*_same_pair(row), row.day == day, row.is_live.is_(True)))


def _undated() -> Any:
    """Each owner's current position where it has no day."""
    return _found(PositionRow.id == CurrentPositionRow.position_id).where(CurrentPositionRow.day.is_(None))


def _found(is_meant: ColumnElement[bool]) -> Any:
    own, row = CurrentPositionRow, PositionRow
    query = select(own.speaker_id, own.counterpart_id, row.id.label("position_id"), row.day, row.first_seen_at, row.stance)
    return query.join(row, is_meant)


def _same_pair(row: Any) -> list[ColumnElement[bool]]:
    own = CurrentPositionRow
    return [row.guild_id == own.guild_id, row.speaker_id == own.speaker_id, row.counterpart_id == own.counterpart_id]


def _last_of(known: Sequence[AnyRow]) -> list[AnyRow]:
    ordered = sorted(known, key=_order)
    last = ordered[-1].day
    together = [row for row in ordered if row.day == last] if last else ordered[-1:]
    return list({row.stance: row for row in together}.values())


def _order(row: AnyRow) -> Any:
    return recency(row.day, row.first_seen_at), row.position_id
