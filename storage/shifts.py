"""Shifts and contradictions, read from the positions of each pair by the rules of `occasions.py`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Position
from handlers.record import Contradiction, Place, Shift
from storage.occasions import Day, Taken, days_of, steps
from storage.positions import Positions

EVERYTHING = 1_000_000


class Shifts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._positions = Positions(connection)

    async def find(
        self,
        actors: Sequence[str] | None,
        counterpart: str | None,
        *,
        guild_id: int | None,
        since: date | None = None,
        until: date | None = None,
        before: Place | None = None,
        limit: int = 50,
    ) -> list[Shift]:
        """Newest first. The place of a shift is that of its later position: `(shift.day, shift.after.id)`."""
        history = await self._positions.history(actors, counterpart, guild_id=guild_id, limit=EVERYTHING)
        found: list[Shift] = []
        for positions in _pairs(history):
            known = {position.id: position for position in positions}
            found += [Shift(known[step.before], known[step.after], step.held) for step in steps(_days(positions))]
        kept = [shift for shift in found if _is_within(shift.day, since, until)]
        kept = [shift for shift in kept if before is None or _place(shift.day, shift.after) < _key(before)]
        return sorted(kept, key=lambda shift: _place(shift.day, shift.after), reverse=True)[:limit]


class Contradictions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._positions = Positions(connection)

    async def find(
        self,
        actors: Sequence[str] | None,
        counterpart: str | None,
        *,
        guild_id: int | None,
        since: date | None = None,
        until: date | None = None,
        before: Place | None = None,
        limit: int = 50,
    ) -> list[Contradiction]:
        """Newest first. The place of a contradiction is that of its first position: `(found.day, found.positions[0].id)`."""
        history = await self._positions.history(actors, counterpart, guild_id=guild_id, limit=EVERYTHING)
        found: list[Contradiction] = []
        for positions in _pairs(history):
            known = {position.id: position for position in positions}
            days = (day for day in _days(positions) if day.is_contradiction and _is_within(day.day, since, until))
            found += [_contradiction(day, known) for day in days]
        kept = [each for each in found if before is None or _place(each.day, each.positions[0]) < _key(before)]
        return sorted(kept, key=lambda each: _place(each.day, each.positions[0]), reverse=True)[:limit]


def _contradiction(day: Day, known: dict[int, Position]) -> Contradiction:
    disputed = sorted(taken.number for taken in (*day.standing, *day.held, *day.overruled) if day.dispute(taken.number))
    positions = tuple(known[number] for number in disputed)
    return Contradiction(positions[0].speaker, positions[0].counterpart, day.day, positions, day.decided)


def _pairs(positions: Sequence[Position]) -> list[list[Position]]:
    pairs: dict[tuple[str, str | None], list[Position]] = defaultdict(list)
    for position in positions:
        pairs[position.speaker, position.counterpart].append(position)
    return list(pairs.values())


def _days(positions: Sequence[Position]) -> list[Day]:
    return days_of(Taken(each.id, each.stance, each.day, frozenset(each.sources)) for each in positions)


def _is_within(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or day >= since) and (until is None or day <= until)


def _place(day: date, position: Position) -> tuple[date, int]:
    return day, position.id


def _key(place: Place) -> tuple[date, int]:
    return place[0] or date.min, place[1]
