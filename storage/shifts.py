"""Shifts and contradictions of the record, newest first: the stored ones, and those of pairs that a server's own articles
tell of too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Position
from handlers.record import Contradiction, Place, Shift
from storage.actors import Actors
from storage.columns import owned_by
from storage.occasions import Day, Step, weigh
from storage.positions import Positions
from storage.record import ShiftRow
from storage.runs import taken_of
from storage.tables import CurrentPositionRow, PositionRow
from storage.views import Pair, View, shared_pairs, views


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: row numbers of speakers and counterparts (None: any), days, and where the page before ended."""

    speakers: list[int] | None
    counterparts: list[int] | None
    guild_id: int | None
    since: date | None = None
    until: date | None = None
    before: Place | None = None

    def narrowed(self, query: Any, table: Any, number: Any) -> Any:
        """The rows of the operator's record that are asked for, newest first, but for pairs that are the server's too."""
        query = query.where(owned_by(table.guild_id, None))
        if self.speakers is not None:
            query = query.where(table.speaker_id.in_(self.speakers))
        if self.counterparts is not None:
            query = query.where(table.counterpart_id.in_(self.counterparts))
        if self.since is not None:
            query = query.where(table.day >= self.since)
        if self.until is not None:
            query = query.where(table.day <= self.until)
        if self.before is not None:
            query = query.where(tuple_(table.day, number) < self.before)
        if self.guild_id is not None:
            own = CurrentPositionRow
            same = (own.speaker_id == table.speaker_id, own.counterpart_id == table.counterpart_id)
            query = query.where(~select(own.position_id).where(owned_by(own.guild_id, self.guild_id), *same).exists())
        return query.order_by(table.day.desc(), number.desc())

    def takes(self, day: date, number: int) -> bool:
        return (
            (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
            and (self.before is None or (day, number) < (self.before[0] or date.min, self.before[1]))
        )

    def takes_pair(self, pair: Pair) -> bool:
        speaker, counterpart = pair
        of_speaker = self.speakers is None or speaker in self.speakers
        return of_speaker and (self.counterparts is None or counterpart in self.counterparts)


async def question(
    connection: AsyncConnection, actors: Sequence[str] | None, counterpart: str | None, guild_id: int | None, **asked: Any
) -> Question:
    known = Actors(connection)
    speakers = None if actors is None else await known.numbers(actors)
    counterparts = None if counterpart is None else await known.numbers([counterpart])
    return Question(speakers, counterparts, guild_id, **asked)


async def own_views(connection: AsyncConnection, asked: Question) -> dict[Pair, View]:
    """The pairs of which the server's own articles tell."""
    pairs = await shared_pairs(connection, None, asked.guild_id)
    return await views(connection, filter(asked.takes_pair, pairs), asked.guild_id)


class Shifts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

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
        days = {"since": since, "until": until, "before": before}
        asked = await question(self._connection, actors, counterpart, guild_id, **days)
        columns = (ShiftRow.before_id, ShiftRow.after_id, ShiftRow.day, ShiftRow.held)
        query = asked.narrowed(select(*columns), ShiftRow, ShiftRow.after_id).limit(limit)
        steps = [Step(row.before_id, row.after_id, row.day, row.held) for row in await self._connection.execute(query)]
        for view in (await own_views(self._connection, asked)).values():
            steps += [step for step in view.steps if asked.takes(step.day, step.after)]
        steps = sorted(steps, key=lambda step: (step.day, step.after), reverse=True)[:limit]
        known = await _positions(self._connection, (n for step in steps for n in (step.before, step.after)), guild_id)
        return [Shift(known[step.before], known[step.after], step.held) for step in steps]


class Contradictions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

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
        days = {"since": since, "until": until, "before": before}
        asked = await question(self._connection, actors, counterpart, guild_id, **days)
        # Two positions at least make one; the page's last one may be cut, so that one more is read.
        query = asked.narrowed(select(PositionRow), PositionRow, PositionRow.id)
        query = query.where(PositionRow.is_live.is_(True), PositionRow.dispute.in_(("held", "upheld", "overruled")))
        disputed = (await self._connection.execute(query.limit(4 * limit + 4))).all()
        occasions = {(row.speaker_id, row.counterpart_id, row.day): None for row in disputed}
        found = [await self._day(*occasion) for occasion in occasions]
        for view in (await own_views(self._connection, asked)).values():
            found += [day for day in view.days if day.is_contradiction]
        kept = [(day, numbers) for day in found if asked.takes(day.day, (numbers := _disputed(day))[0])]
        kept = sorted(kept, key=lambda each: (each[0].day, each[1][0]), reverse=True)[:limit]
        known = await _positions(self._connection, (number for _, numbers in kept for number in numbers), guild_id)
        return [_contradiction(day, tuple(known[number] for number in numbers)) for day, numbers in kept]

    async def _day(self, speaker_id: int, counterpart_id: int, day: date) -> Day:
        query = select(PositionRow).where(owned_by(PositionRow.guild_id, None), PositionRow.is_live.is_(True))
        query = query.where(PositionRow.speaker_id == speaker_id, PositionRow.counterpart_id == counterpart_id)
        rows = await self._connection.execute(query.where(PositionRow.day == day))
        return weigh(day, [taken_of(row) for row in rows])


def _disputed(day: Day) -> list[int]:
    return sorted(taken.number for taken in day.positions if day.dispute(taken.number))


def _contradiction(day: Day, positions: tuple[Position, ...]) -> Contradiction:
    return Contradiction(positions[0].speaker, positions[0].counterpart, day.day, positions, day.decided)


async def _positions(connection: AsyncConnection, numbers: Iterable[int], guild_id: int | None) -> dict[int, Position]:
    wanted = list(dict.fromkeys(numbers))
    return {position.id: position for position in await Positions(connection).complete(wanted, guild_id)}
