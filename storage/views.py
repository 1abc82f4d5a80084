"""The record of a pair as one server sees it, where its own articles tell of the pair too: the operator's and its own as one.

Such a pair is placed at the question; all others stand as their owner's rows say.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Stance
from storage.columns import owned_by, seen_by
from storage.occasions import Day, Run, Standing, Step, Taken, days_of, follow
from storage.tables import AnyRow, CurrentPositionRow, PositionRow

Pair = tuple[int, int]
"""Speaker, counterpart."""


@dataclass(slots=True)
class View:
    """A pair, placed. Equal keys are one position: `same` gives each row the one that stands for it."""

    days: list[Day] = field(default_factory=list[Day])
    placed: dict[int, Standing] = field(default_factory=dict[int, Standing])
    steps: list[Step] = field(default_factory=list[Step])
    run: Run | None = None
    same: dict[int, int] = field(default_factory=dict[int, int])


def view_of(rows: Iterable[AnyRow]) -> View:
    """Place all positions of a pair, the operator's rows first."""
    view = View()
    taken: dict[str, Taken] = {}
    for row in rows:
        own = Taken(row.id, Stance(row.stance), row.day, frozenset(row.families), row.is_scoped)
        first = taken.get(row.key)
        taken[row.key] = own if first is None else _together(first, own)
        view.same[row.id] = taken[row.key].number
    view.days = days_of(taken.values())
    for day in view.days:
        view.run, stands, steps = follow(day, view.run)
        view.placed |= stands
        view.steps += steps
    return view


def _together(one: Taken, other: Taken) -> Taken:
    return Taken(one.number, one.stance, one.day, one.families | other.families, one.is_scoped and other.is_scoped)


async def views(connection: AsyncConnection, pairs: Iterable[Pair], guild_id: int | None) -> dict[Pair, View]:
    """The views of these pairs, whole."""
    wanted = set(pairs)
    if not wanted:
        return {}
    # A few pairs more come along: SQLite finds no index for a list of pairs.
    query = select(PositionRow).where(PositionRow.speaker_id.in_(sorted({speaker for speaker, _ in wanted})))
    query = query.where(PositionRow.counterpart_id.in_(sorted({counterpart for _, counterpart in wanted})))
    query = query.where(PositionRow.is_live.is_(True), seen_by(PositionRow.guild_id, guild_id))
    rows: dict[Pair, list[AnyRow]] = defaultdict(list)
    for row in await connection.execute(query.order_by(PositionRow.guild_id, PositionRow.id)):
        rows[row.speaker_id, row.counterpart_id].append(row)
    return {pair: view_of(rows[pair]) for pair in wanted}


async def shared_pairs(connection: AsyncConnection, pairs: Iterable[Pair] | None, guild_id: int | None) -> set[Pair]:
    """Those of these pairs (None: of all) of which the server's own articles tell."""
    if guild_id is None:
        return set()
    query = select(CurrentPositionRow.speaker_id, CurrentPositionRow.counterpart_id)
    query = query.where(owned_by(CurrentPositionRow.guild_id, guild_id))
    if pairs is None:
        return {(row.speaker_id, row.counterpart_id) for row in await connection.execute(query)}
    wanted = set(pairs)
    query = query.where(CurrentPositionRow.speaker_id.in_(sorted({speaker for speaker, _ in wanted})))
    return {(row.speaker_id, row.counterpart_id) for row in await connection.execute(query)} & wanted


async def standings(connection: AsyncConnection, rows: Sequence[AnyRow], guild_id: int | None) -> Mapping[int, Standing]:
    """How each of these position rows stands for a server, by its number."""
    pairs = {(row.speaker_id, row.counterpart_id) for row in rows}
    own = await views(connection, await shared_pairs(connection, pairs, guild_id), guild_id)
    undated = {(row.speaker_id, row.counterpart_id) for row in rows if row.day is None and row.is_live} - own.keys()
    runs = await _last_runs(connection, undated, guild_id) | {pair: view.run for pair, view in own.items()}
    found: dict[int, Standing] = {}
    for row in rows:
        pair = (row.speaker_id, row.counterpart_id)
        if row.day is None:
            found[row.id] = _undated(Stance(row.stance), runs.get(pair))
        elif pair in own:
            found[row.id] = own[pair].placed.get(own[pair].same.get(row.id, 0), Standing(holds_since=row.day))
        else:
            found[row.id] = _stored(row)
    return found


def _undated(stance: Stance, run: Run | None) -> Standing:
    """A position without a day makes no shift; it only tells when the latest dated stance is its own."""
    return Standing(run.stance, run.day) if run is not None and run.stance is stance else Standing()


def _stored(row: AnyRow) -> Standing:
    previous = Stance(row.previous) if row.previous else None
    return Standing(previous, row.previous_day, row.holds_since, row.restatements, row.is_settled, row.dispute)


async def _last_runs(connection: AsyncConnection, pairs: set[Pair], guild_id: int | None) -> dict[Pair, Run | None]:
    found: dict[Pair, Run | None] = {}
    for speaker, counterpart in sorted(pairs):
        query = select(PositionRow).where(PositionRow.speaker_id == speaker, PositionRow.counterpart_id == counterpart)
        query = query.where(PositionRow.is_live.is_(True), PositionRow.is_settled.is_(True), PositionRow.day.is_not(None))
        query = query.where(seen_by(PositionRow.guild_id, guild_id)).order_by(PositionRow.day.desc()).limit(1)
        row = (await connection.execute(query)).one_or_none()
        found[speaker, counterpart] = Run(row.id, Stance(row.stance), row.day, row.holds_since) if row else None
    return found
