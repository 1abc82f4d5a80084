"""Marks: positions without their words, for charts and counts; thousands come from one walk of the pair's index."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, and_, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Stance
from handlers.record import Mark
from storage.actors import Actors
from storage.columns import OPERATOR, owned_by, seen_by
from storage.tables import NOBODY, ActorRow, CurrentPositionRow, PositionRow, StatementRow

AT_ONCE = 5000
STANCES = {stance.value: stance for stance in Stance}


class Marks:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(
        self,
        actors: Sequence[str],
        counterpart: str | None,
        *,
        guild_id: int | None,
        since: date | None = None,
        until: date | None = None,
    ) -> list[Mark]:
        """Every position of these actors, each once, in no order. Undated ones only where no days are asked for."""
        known = Actors(self._connection)
        row = PositionRow
        # The stored number: a call for each row would double the time.
        owner = type_coerce(row.guild_id, BigInteger)
        query = select(row.speaker_id, row.counterpart_id, row.day, row.stance, owner)
        query = query.where(row.speaker_id.in_(await known.numbers(actors)), row.is_live.is_(True))
        query = query.where(seen_by(row.guild_id, guild_id))
        if counterpart is not None:
            query = query.where(row.counterpart_id.in_(await known.numbers([counterpart])))
        if since is not None:
            query = query.where(row.day >= since)
        if until is not None:
            query = query.where(row.day <= until)
        # Unpacked at once, since this walks tens of thousands of rows.
        found: list[Any] = [tuple(row) for row in await self._connection.execute(query)]
        names = await self._names({number for speaker, other, *_ in found for number in (speaker, other)})
        found = _once(found)
        toward = {number: name or None for number, name in names.items()}
        return [Mark(names[speaker], toward[other], STANCES[stance], day) for speaker, other, day, stance, _ in found]

    async def names(self, owner: int | None, *, after: int = 0) -> tuple[list[str], int]:
        """Who takes a position, or has one taken toward them, by the sources of this owner alone.

        Also the number of its newest statement: given as `after`, only names of later ones are read.
        """
        row = StatementRow
        mine = (owned_by(row.guild_id, owner), row.is_live.is_(True))
        last = await self._connection.scalar(select(func.max(row.id)).where(*mine)) or after
        tables: list[Any] = [CurrentPositionRow] if not after else []
        numbers: set[int] = set()
        for table in tables or [row]:
            where = owned_by(table.guild_id, owner) if tables else and_(*mine, row.id > after)
            for column in (table.speaker_id, table.counterpart_id):
                numbers.update(await self._connection.scalars(select(column).where(where).distinct()))
        named = await self._names(numbers - {NOBODY})
        return sorted(named.values()), last

    async def _names(self, numbers: set[int]) -> dict[int, str]:
        """In portions: SQLite takes 32,766 parameters a statement."""
        ordered = sorted(numbers)
        found: dict[int, str] = {}
        for start in range(0, len(ordered), AT_ONCE):
            query = select(ActorRow.id, ActorRow.name).where(ActorRow.id.in_(ordered[start : start + AT_ONCE]))
            found.update((row.id, row.name) for row in await self._connection.execute(query))
        return found


def _once(found: list[Any]) -> list[Any]:
    """What a server's own sources say again of the operator's record is the same position. The owner comes last in a row."""
    own = [row for row in found if row[-1] != OPERATOR]
    if not own:
        return found
    kept = [row for row in found if row[-1] == OPERATOR]
    told = {row[:-1] for row in kept}
    for row in own:
        if row[2] is None or row[:-1] not in told:
            kept.append(row)
            told.add(row[:-1])
    return kept
