"""Conditions: what a speaker demands for talks, how often, and whether it stands."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Position, Stance
from handlers.record import Condition
from storage.positions import Positions
from storage.shifts import EVERYTHING
from storage.text import fold


class Conditions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._positions = Positions(connection)

    async def find(self, actors: Sequence[str] | None, counterpart: str | None, *, guild_id: int | None) -> list[Condition]:
        """The latest stated first."""
        history = await self._positions.history(actors, counterpart, guild_id=guild_id, newest_first=False, limit=EVERYTHING)
        pairs: dict[tuple[str, str | None], list[Position]] = defaultdict(list)
        for position in history:
            pairs[position.speaker, position.counterpart].append(position)
        found = [condition for positions in pairs.values() for condition in _ledger(positions)]
        return sorted(found, key=lambda each: each.last or date.min, reverse=True)


def _ledger(positions: Sequence[Position]) -> Iterable[Condition]:
    stated: dict[str, list[tuple[str, Position]]] = defaultdict(list)
    for position in positions:
        if position.stance is Stance.CONDITIONAL:
            words = {
                fold(told.statement.condition): told.statement.condition
                for told in position.reports
                if told.statement.condition
            }
            for folded, own in words.items():
                stated[folded].append((own, position))
    for told in stated.values():
        days = [position.day for _, position in told if position.day is not None]
        first, last = min(days, default=None), max(days, default=None)
        later = [p for p in positions if last is not None and p.day is not None and p.day > last]
        end = next((p.stance for p in later if p.stance is not Stance.CONDITIONAL), None)
        state = "standing" if end is None else "withdrawn" if end is Stance.REJECTS else "dropped"
        speaker, counterpart = told[0][1].speaker, told[0][1].counterpart
        own = tuple(position for _, position in told)
        yield Condition(speaker, counterpart, told[0][0], first, last, len(own), state, own)
