"""Positions: recorded from readings, and read back complete: reports, the stance before, how long it holds.

A server sees the operator's positions and its own as one: equal keys are one position with the reports of both.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from handlers.errors import NotFound
from handlers.model import Position, Reading, Report, Stance
from handlers.record import Place
from storage import rebuilding, recording, views
from storage.actors import Actors
from storage.articles import Added
from storage.columns import owned_by, seen_by
from storage.engine import hold
from storage.latest import latest, latest_days
from storage.occasions import Standing
from storage.paging import by_place
from storage.relabelled import corrections
from storage.statements import report_of, reports
from storage.tables import NOBODY, ActorRow, AnyRow, CurrentPositionRow, PositionRow, StatementRow

_Speaker = aliased(ActorRow)
_Counterpart = aliased(ActorRow)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an article did: the positions that its statements joined or made, as its owner sees them, and the numbers of
    others whose reports or standing changed with it.
    """

    positions: list[Position]
    changed: list[int]


class Positions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def record(self, added: Added, reading: Reading) -> Recorded:
        """Store what a revision says in the place of what the article said before.

        Harmless to repeat; a revision that has been replaced meanwhile records nothing.
        """
        await hold(self._connection, "record")
        numbers, touched = await recording.write(self._connection, added.revision_id, reading)
        positions = await self.complete(numbers, await self._owner(numbers[0])) if numbers else []
        return Recorded(positions, sorted(touched - set(numbers)))

    async def rebuild(self, speakers: Sequence[int]) -> int:
        """Make the record of these speakers anew from their statements; returns how many those are."""
        await hold(self._connection, "record")
        return await rebuilding.rebuild(self._connection, speakers)

    async def speakers(self, after: int = -1, limit: int = 50) -> list[int]:
        """The numbers of all who take positions, in order, for `rebuild`."""
        return await rebuilding.speakers_after(self._connection, after, limit)

    async def get(self, position_id: int, guild_id: int | None = None) -> Position:
        """As that server sees it; without one, as its owner does. NotFound, too, for another server's.

        A position whose reports have all left the record keeps the last of them.
        """
        owner = await self._owner(position_id)
        found = await self.complete([position_id], guild_id or owner) if owner in {None, guild_id or owner} else []
        if not found:
            raise NotFound(f"there is no position {position_id}")
        return found[0]

    async def current(
        self, actors: Sequence[str], counterpart: str | None, *, guild_id: int | None, as_of: date | None = None
    ) -> list[Position]:
        """The latest position of each pair, on or before a day if one is given, the latest pair first.

        No counterpart: toward anybody. A pair that is known only from statements without a day gives its latest seen one; a
        pair that took unlike stances on its latest day gives each of them, since either alone would mislead.
        """
        known = Actors(self._connection)
        speakers = await known.numbers(actors)
        others = None if counterpart is None else await known.numbers([counterpart])
        return await self.complete(await latest(self._connection, speakers, others, guild_id, as_of), guild_id)

    async def history(
        self,
        actors: Sequence[str] | None,
        counterpart: str | None,
        *,
        guild_id: int | None,
        since: date | None = None,
        until: date | None = None,
        as_of: date | None = None,
        known_by: datetime | None = None,
        before: Place | None = None,
        newest_first: bool = True,
        limit: int = 50,
    ) -> list[Position]:
        """Every position, by day; those without a day come last, and not at all where days are asked for.

        No actors: of anybody; no counterpart: toward anybody. `as_of`: none that was taken later; `known_by`: none that the
        record learnt later. `before` is the place of the last position of the page before.
        """
        known = Actors(self._connection)
        query = select(PositionRow.id).where(PositionRow.is_live.is_(True), _is_once(guild_id))
        if actors is not None:
            query = query.where(PositionRow.speaker_id.in_(await known.numbers(actors)))
        if counterpart is not None:
            query = query.where(PositionRow.counterpart_id.in_(await known.numbers([counterpart])))
        last = min((day for day in (until, as_of) if day is not None), default=None)
        if since is not None:
            query = query.where(PositionRow.day >= since)
        if last is not None:
            query = query.where(PositionRow.day <= last)
        if known_by is not None:
            query = query.where(PositionRow.first_seen_at <= known_by)
        query = by_place(query, PositionRow.day, PositionRow.id, before, newest_first=newest_first).limit(limit)
        return await self.complete((await self._connection.scalars(query)).all(), guild_id)

    async def before(self, position: Position, guild_id: int | None) -> Position | None:
        """The position of the same pair that this one follows, with its words."""
        if position.previous_day is None:
            return None
        pair = [position.speaker], position.counterpart
        found = await self.current(*pair, guild_id=guild_id, as_of=position.previous_day)
        same = (p for p in found if p.counterpart == position.counterpart and p.stance is position.previous)
        return next(same, None)

    async def names(self, guild_id: int | None = None) -> list[str]:
        """Everybody who takes a position in the record, or has one taken toward them."""
        found: set[str] = set()
        for column in (CurrentPositionRow.speaker_id, CurrentPositionRow.counterpart_id):
            query = select(ActorRow.name).join(CurrentPositionRow, column == ActorRow.id).distinct()
            query = query.where(seen_by(CurrentPositionRow.guild_id, guild_id), ActorRow.id != NOBODY)
            found.update(await self._connection.scalars(query))
        return sorted(found)

    async def complete(self, numbers: Sequence[int], guild_id: int | None) -> list[Position]:
        """The positions of these rows, in this order, as a server sees them."""
        if not numbers:
            return []
        rows = await self._rows(numbers)
        parts = await self._parts({row.key for row in rows.values()}, guild_id)
        known = await self._reports({*numbers, *(part.id for found in parts.values() for part in found)})
        stands = await views.standings(self._connection, list(rows.values()), guild_id)
        speakers, others = ({getattr(row, name) for row in rows.values()} for name in ("speaker_id", "counterpart_id"))
        days = await latest_days(self._connection, sorted(speakers), sorted(others), guild_id)
        parties = await Actors(self._connection).parties({row.speaker for row in rows.values()}, guild_id)
        positions: list[Position] = []
        for number in numbers:
            if row := rows.get(number):
                own = list({part.id: part for part in (*parts[row.key], row)}.values())
                position = _position(row, own, known, stands[number], parties.get(row.speaker))
                positions.append(replace(position, latest_day=days.get((row.speaker_id, row.counterpart_id))))
        return await self._with_corrections(positions)

    async def _with_corrections(self, positions: list[Position]) -> list[Position]:
        relabelled = {
            position.id: [report.id for report in position.reports]
            for position in positions
            if all(report.statement.stance is not position.stance for report in position.reports)
        }
        found = await corrections(self._connection, relabelled) if relabelled else {}
        return [replace(each, correction=found[each.id]) if each.id in found else each for each in positions]

    async def _owner(self, position_id: int) -> int | None:
        return await self._connection.scalar(select(PositionRow.guild_id).where(PositionRow.id == position_id))

    async def _rows(self, numbers: Sequence[int]) -> dict[int, AnyRow]:
        query = select(PositionRow, _Speaker.name.label("speaker"), _Counterpart.name.label("counterpart"))
        query = query.join(_Speaker, _Speaker.id == PositionRow.speaker_id)
        query = query.join(_Counterpart, _Counterpart.id == PositionRow.counterpart_id)
        return {row.id: row for row in await self._connection.execute(query.where(PositionRow.id.in_(numbers)))}

    async def _parts(self, keys: set[str], guild_id: int | None) -> dict[str, list[AnyRow]]:
        """The rows that make one position for this server, by key."""
        query = select(PositionRow.id, PositionRow.key, PositionRow.first_seen_at, PositionRow.families)
        query = query.where(PositionRow.key.in_(sorted(keys)), seen_by(PositionRow.guild_id, guild_id))
        parts: dict[str, list[AnyRow]] = defaultdict(list)
        for row in await self._connection.execute(query):
            parts[row.key].append(row)
        return parts

    async def _reports(self, numbers: set[int]) -> dict[int, list[tuple[bool, Report]]]:
        query = reports().where(StatementRow.position_id.in_(sorted(numbers))).order_by(StatementRow.id)
        found: dict[int, list[tuple[bool, Report]]] = defaultdict(list)
        for row in await self._connection.execute(query):
            found[row.position_id].append((row.is_live, report_of(row)))
        return found


def _is_once(guild_id: int | None) -> ColumnElement[bool]:
    """The rows that a server sees, without its own of what the operator's record has too."""
    public = aliased(PositionRow)
    same = select(public.id).where(public.key == PositionRow.key, owned_by(public.guild_id, None), public.is_live.is_(True))
    mine = seen_by(PositionRow.guild_id, guild_id)
    return mine & or_(owned_by(PositionRow.guild_id, None), ~same.exists())


def _position(
    row: AnyRow,
    parts: Sequence[AnyRow],
    known: dict[int, list[tuple[bool, Report]]],
    stands: Standing,
    party: str | None,
) -> Position:
    told = [pair for part in parts for pair in known[part.id]]
    # Without a live report, an alert about it still needs the words that it announced.
    live = [report for is_live, report in told if is_live] or [report for _, report in told]
    return Position(
        id=row.id,
        speaker=row.speaker,
        counterpart=row.counterpart or None,
        stance=Stance(row.stance),
        day=row.day,
        first_seen_at=min(part.first_seen_at for part in parts),
        reports=tuple(sorted(live, key=lambda report: report.id)),
        party=party,
        guild_id=row.guild_id,
        previous=stands.previous,
        previous_day=stands.previous_day,
        holds_since=stands.holds_since,
        restatements=stands.restatements,
        sources=tuple(dict.fromkeys(name for part in parts for name in part.families)),
        dispute=stands.dispute,
    )
