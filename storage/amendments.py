"""Amendments: what the operator adds to the record's actors, and takes back. All servers see them.

A name that means somebody else takes its statements, watches and alerts along; what is read later follows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.errors import QuestionError
from handlers.model import Actor
from storage.actors import Actors, profile_values
from storage.columns import owned_by
from storage.engine import hold
from storage.naming import AmendmentRow, names_of, whom
from storage.outbox import AlertRow, WatchRow
from storage.renaming import Meaning, is_pair, positions_of, rename, statements_of
from storage.sayings import CHUNK
from storage.tables import ActorRow, AnyRow, PositionRow, ProfileRow
from storage.text import clean_name, fold

_PROFILE = tuple(name for name in Actor.__dataclass_fields__ if name != "name")
_WATCHED = ("actor", "counterpart")


@dataclass(frozen=True, slots=True)
class Amended:
    """What an amendment, or undoing it, did."""

    kind: str
    name: str
    target: str | None
    statements: int
    changed: list[int]
    """The positions whose alerts are to be drawn again."""


class Amendments:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._actors = Actors(connection)

    async def meaning(self, name: str) -> str | None:
        """Whom another name means, whatever its case and accents; None for a name that is nobody's other name."""
        row = AmendmentRow
        query = select(row.actor_id).where(row.folded == fold(name), row.target_id.is_not(None)).order_by(row.id).limit(1)
        number = await self._connection.scalar(query)
        return None if number is None else await self._name((await whom(self._connection, [number]))[number])

    async def names(self, name: str) -> list[str]:
        """The other names of an actor."""
        found: set[int] = set()
        for number in await self._actors.numbers([name]):
            found |= await names_of(self._connection, number) - {number}
        return sorted([await self._name(number) for number in found])

    async def is_on_record(self, name: str) -> bool:
        return bool(await self._actors.numbers([name]))

    async def add(self, actor: Actor, now: datetime) -> Amended:
        """Describe an actor: what articles tell of it no longer changes that."""
        await hold(self._connection, "record")
        name = clean_name(actor.name)
        number = (await self._actors.make([name]))[name]
        await self._refuse_other_name(name, number)
        own = (ProfileRow.actor_id == number, owned_by(ProfileRow.guild_id, None))
        row = (await self._connection.execute(select(ProfileRow).where(*own))).one_or_none()
        before = None if row is None else {column: getattr(row, column) for column in _PROFILE}
        await self._actors.save([profile_values(actor) | {"guild_id": None, "actor_id": number}])
        await self._note("add", number, None, name, before, now)
        return Amended("add", name, None, 0, [])

    async def mean(self, name: str, target: str, now: datetime) -> Amended:
        """From now on the name means the target, in all that was said before too. QuestionError: it cannot."""
        await hold(self._connection, "record")
        name, target = clean_name(name), clean_name(target)
        kind = "merge" if await self.is_on_record(name) else "alias"
        numbers = await self._actors.make(sorted({name, target}))
        number = numbers[name]
        await self._refuse_other_name(name, number)
        heir = (await whom(self._connection, [numbers[target]])).get(numbers[target], numbers[target])
        if heir == number:
            raise QuestionError("That is one name twice.")
        if await is_pair(self._connection, number, heir):
            raise QuestionError(f"{name} and {target} are on record toward each other, so they are two.")
        meanings = dict.fromkeys(await names_of(self._connection, number), (number, heir))
        before = await self._followed(meanings)
        target = await self._name(heir)
        await self._note(kind, number, heir, name, before, now)
        await self._watch(before, target)
        count, changed = await rename(self._connection, meanings)
        return Amended(kind, name, target, count, sorted(changed))

    async def undo(self, name: str) -> Amended:
        """Take back the newest amendment of this name. QuestionError: there is none."""
        await hold(self._connection, "record")
        query = select(AmendmentRow).where(AmendmentRow.folded == fold(name)).order_by(AmendmentRow.id.desc()).limit(1)
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            raise QuestionError(f"There is nothing to take back about “{clean_name(name)[:60]}”.")
        own = await self._name(row.actor_id)
        if row.target_id is None:
            await self._forget(row)
            return Amended("add", own, None, 0, [])
        names = await names_of(self._connection, row.actor_id)
        meant = await whom(self._connection, names)
        await self._connection.execute(delete(AmendmentRow).where(AmendmentRow.id == row.id))
        meanings: dict[int, Meaning] = {each: (meant[each], row.actor_id) for each in names}
        count, changed = await rename(self._connection, meanings)
        await self._watch(row.before, own)
        await self._give_back(row.before)
        return Amended(row.kind, own, await self._name(row.target_id), count, sorted(changed))

    async def _forget(self, row: AnyRow) -> None:
        """The description that was added; what was known before stands again."""
        await self._connection.execute(delete(AmendmentRow).where(AmendmentRow.id == row.id))
        own = (ProfileRow.actor_id == row.actor_id, owned_by(ProfileRow.guild_id, None))
        if row.before is None:
            await self._connection.execute(delete(ProfileRow).where(*own))
        else:
            await self._connection.execute(update(ProfileRow).where(*own).values(row.before))

    async def _followed(self, meanings: dict[int, Meaning]) -> dict[str, Any]:
        """The watches and alerts of these names, so that they can be given back."""
        statements = [await statements_of(self._connection, own, before) for own, (before, _) in meanings.items()]
        positions = await positions_of(self._connection, set[int]().union(*statements))
        alerts: list[list[Any]] = []
        query = select(AlertRow.id, AlertRow.position_id, AlertRow.position_key)
        for at in range(0, len(positions), CHUNK):
            own = query.where(AlertRow.position_id.in_(positions[at : at + CHUNK]))
            alerts += [list(row) for row in await self._connection.execute(own)]
        name = await self._name(next(iter(meanings.values()))[0])
        watched = {
            role: list(await self._connection.scalars(select(WatchRow.id).where(getattr(WatchRow, role) == name)))
            for role in _WATCHED
        }
        return {"alerts": alerts, **watched}

    async def _watch(self, followed: dict[str, Any], name: str) -> None:
        for role in _WATCHED:
            which = update(WatchRow).where(WatchRow.id.in_(followed[role]))
            await self._connection.execute(which.values({role: name}))

    async def _give_back(self, followed: dict[str, Any]) -> None:
        """Alerts that went along with the statements return to the positions that stand again."""
        for number, position, key in followed["alerts"]:
            watch = select(AlertRow.watch_id).where(AlertRow.id == number).scalar_subquery()
            told = select(AlertRow.id).where(AlertRow.watch_id == watch, AlertRow.position_key == key)
            live = select(PositionRow.id).where(PositionRow.id == position, PositionRow.is_live.is_(True))
            if await self._connection.scalar(told) is None and await self._connection.scalar(live) is not None:
                back = update(AlertRow).where(AlertRow.id == number)
                await self._connection.execute(back.values(position_id=position, position_key=key))

    async def _refuse_other_name(self, name: str, number: int) -> None:
        meant = (await whom(self._connection, [number])).get(number)
        if meant is not None:
            raise QuestionError(f"{name} is another name of {await self._name(meant)} already. Take that back first.")

    async def _note(self, kind: str, number: int, target: int | None, name: str, before: Any, now: datetime) -> None:
        told = {"kind": kind, "actor_id": number, "target_id": target, "folded": fold(name), "before": before, "made_at": now}
        await self._connection.execute(insert(AmendmentRow).values(told))

    async def _name(self, number: int) -> str:
        return (await self._connection.execute(select(ActorRow.name).where(ActorRow.id == number))).scalar_one()
