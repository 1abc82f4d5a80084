"""Conditions: what a speaker demands for talks, how often, and whether it stands. The rules are in `demands.py`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Stance
from handlers.record import Condition
from storage.actors import Actors
from storage.columns import seen_by
from storage.demands import Entry, Stated, ledger
from storage.positions import Positions
from storage.tables import ActorRow, PositionRow, StatementRow
from storage.views import Pair, views


class Conditions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(self, actors: Sequence[str] | None, counterpart: str | None, *, guild_id: int | None) -> list[Condition]:
        """The latest stated first."""
        stated = await self._stated(actors, counterpart, guild_id)
        entries: list[tuple[Pair, Entry]] = []
        seen = await views(self._connection, stated, guild_id)
        names = await self._names({number for pair in stated for number in pair})
        for pair, told in stated.items():
            view, own = seen[pair], (names[pair[0]], names[pair[1]])
            known = [Stated(view.same.get(each.position, each.position), each.day, each.words) for each in told]
            entries += [(pair, entry) for entry in ledger(known, view.days, own)]
        numbers = list(dict.fromkeys(number for _, entry in entries for number in entry.positions))
        known = {each.id: each for each in await Positions(self._connection).complete(numbers, guild_id)}
        entries.sort(key=lambda each: each[1].last or date.min, reverse=True)
        return [
            Condition(
                speaker=names[pair[0]],
                counterpart=names[pair[1]] or None,
                words=entry.words,
                first=entry.first,
                last=entry.last,
                times=len(entry.positions),
                state=entry.state,
                positions=tuple(known[number] for number in entry.positions),
            )
            for pair, entry in entries
        ]

    async def _stated(
        self, actors: Sequence[str] | None, counterpart: str | None, guild_id: int | None
    ) -> dict[Pair, list[Stated]]:
        """Every condition that counts, by pair. A statement that was corrected to another stance makes none."""
        known = Actors(self._connection)
        query = select(StatementRow.speaker_id, StatementRow.counterpart_id, StatementRow.position_id, StatementRow.day)
        query = query.add_columns(StatementRow.condition).join(PositionRow, PositionRow.id == StatementRow.position_id)
        query = query.where(StatementRow.taken == Stance.CONDITIONAL.value, StatementRow.condition.is_not(None))
        query = query.where(StatementRow.is_live.is_(True), seen_by(StatementRow.guild_id, guild_id))
        if actors is not None:
            query = query.where(StatementRow.speaker_id.in_(await known.numbers(actors)))
        if counterpart is not None:
            query = query.where(StatementRow.counterpart_id.in_(await known.numbers([counterpart])))
        found: dict[Pair, list[Stated]] = defaultdict(list)
        for row in await self._connection.execute(query):
            found[row.speaker_id, row.counterpart_id].append(Stated(row.position_id, row.day, row.condition))
        return found

    async def _names(self, numbers: set[int]) -> dict[int, str]:
        query = select(ActorRow.id, ActorRow.name).where(ActorRow.id.in_(sorted(numbers)))
        return {row.id: row.name for row in await self._connection.execute(query)}
