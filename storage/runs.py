"""The runs of a pair in its owner's own record: from a changed day on, until what follows stands as it stood before.

The rules are those of `occasions.py`; a late article is looked at with the days around it, never with the whole pair.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Stance
from storage.columns import owned_by
from storage.occasions import Run, Standing, Step, Taken, days_of, follow
from storage.record import ShiftRow
from storage.tables import AnyRow, PositionRow

Pair = tuple[int | None, int, int]
"""Owner, speaker, counterpart."""

AT_ONCE = 200
"""Positions read at a time; a late article seldom changes more than the next ones."""

CHUNK = 500

_STANDS = ("previous", "previous_day", "holds_since", "restatements", "is_settled", "dispute")


async def rerun(connection: AsyncConnection, pair: Pair, since: date, changed: set[int]) -> set[int]:
    """Place the pair's positions from that day on. Returns those whose standing changed.

    `changed`: positions whose reports did; what follows the last of them only changes with the run that it continues.
    """
    gone = select(PositionRow.id).where(PositionRow.id.in_(sorted(changed)), PositionRow.is_live.is_(False))
    await connection.execute(delete(ShiftRow).where(ShiftRow.after_id.in_(gone)))
    run = await _before(connection, pair, since)
    last = await _last_changed(connection, pair, changed)
    found: set[int] = set()
    while rows := await _from(connection, pair, since):
        is_end = len(rows) < AT_ONCE
        if not is_end:
            # The last day may go on in the next page.
            rows = [row for row in rows if row.day < rows[-1].day] or await _on(connection, pair, rows[-1].day)
        known = {row.id: row for row in rows}
        placed: dict[int, Standing] = {}
        steps: list[Step] = []
        is_settled = False
        days = days_of(taken_of(row) for row in rows)
        for day in days:
            run, stands, made = follow(day, run)
            same = all(_is_same(known[number], standing) for number, standing in stands.items())
            placed |= stands
            steps += made
            if same and day.stance is not None and (last is None or day.day > last):
                is_settled = True
                break
        found |= await keep(connection, [known[number] for number in placed], placed, steps)
        if is_end or is_settled:
            break
        since = days[-1].day + timedelta(days=1)
    return found


def taken_of(row: AnyRow) -> Taken:
    return Taken(row.id, Stance(row.stance), row.day, frozenset(row.families), row.is_scoped)


async def keep(
    connection: AsyncConnection, rows: Sequence[AnyRow], placed: Mapping[int, Standing], steps: Sequence[Step]
) -> set[int]:
    """Store how these positions stand, and the shifts that they make. Returns those that stood otherwise."""
    moved = [row for row in rows if not _is_same(row, placed[row.id])]
    if moved:
        values = [{f"its_{name}": _value(placed[row.id], name) for name in _STANDS} | {"number": row.id} for row in moved]
        stands = update(PositionRow).where(PositionRow.id == bindparam("number"))
        await connection.execute(stands.values({name: bindparam(f"its_{name}") for name in _STANDS}), values)
    await _keep_shifts(connection, {row.id: row for row in rows}, steps)
    return {row.id for row in moved}


async def _keep_shifts(connection: AsyncConnection, rows: Mapping[int, AnyRow], steps: Sequence[Step]) -> None:
    numbers = sorted(rows)
    before: dict[int, tuple[int, bool]] = {}
    for at in range(0, len(numbers), CHUNK):
        stored = select(ShiftRow.after_id, ShiftRow.before_id, ShiftRow.held)
        known = await connection.execute(stored.where(ShiftRow.after_id.in_(numbers[at : at + CHUNK])))
        before |= {row.after_id: (row.before_id, row.held) for row in known}
    after = {step.after: (step.before, step.held) for step in steps}
    stale = [{"number": number} for number in before if before[number] != after.get(number)]
    if stale:
        await connection.execute(delete(ShiftRow).where(ShiftRow.after_id == bindparam("number")), stale)
    made = [_shift(step, rows[step.after]) for step in steps if before.get(step.after) != (step.before, step.held)]
    if made:
        await connection.execute(insert(ShiftRow), made)


def _shift(step: Step, after: AnyRow) -> dict[str, Any]:
    pair = {"guild_id": after.guild_id, "speaker_id": after.speaker_id, "counterpart_id": after.counterpart_id}
    return {"after_id": step.after, "before_id": step.before, "day": step.day, "held": step.held, **pair}


def _is_same(row: AnyRow, standing: Standing) -> bool:
    return all(getattr(row, name) == _value(standing, name) for name in _STANDS)


def _value(standing: Standing, name: str) -> Any:
    value = getattr(standing, name)
    return value.value if isinstance(value, Stance) else value


async def _before(connection: AsyncConnection, pair: Pair, since: date) -> Run | None:
    query = _of(pair).where(PositionRow.is_settled.is_(True), PositionRow.day < since)
    row = (await connection.execute(query.order_by(PositionRow.day.desc(), PositionRow.id.desc()).limit(1))).one_or_none()
    return None if row is None else Run(row.id, Stance(row.stance), row.day, row.holds_since, row.restatements)


async def _last_changed(connection: AsyncConnection, pair: Pair, changed: set[int]) -> date | None:
    query = _of(pair, is_live=False).where(PositionRow.id.in_(sorted(changed))).order_by(PositionRow.day.desc())
    return max((row.day for row in await connection.execute(query) if row.day), default=None)


async def _from(connection: AsyncConnection, pair: Pair, since: date) -> list[AnyRow]:
    query = _of(pair).where(PositionRow.day >= since).order_by(PositionRow.day, PositionRow.id).limit(AT_ONCE)
    return list(await connection.execute(query))


async def _on(connection: AsyncConnection, pair: Pair, day: date) -> list[AnyRow]:
    return list(await connection.execute(_of(pair).where(PositionRow.day == day)))


def _of(pair: Pair, *, is_live: bool = True) -> Any:
    owner, speaker, counterpart = pair
    query = select(PositionRow).where(owned_by(PositionRow.guild_id, owner), PositionRow.speaker_id == speaker)
    query = query.where(PositionRow.counterpart_id == counterpart)
    return query.where(PositionRow.is_live.is_(True)) if is_live else query
