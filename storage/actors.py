"""Actors: the names in the record and what is known about them. A name that only one server has read stays its own."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Actor, Office, Reading
from storage.columns import seen_by
from storage.engine import insert_into
from storage.naming import AmendmentRow
from storage.tables import NOBODY, ActorRow, AnyRow, ProfileRow
from storage.text import clean_name

UNRANKED = 9


class Actors:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, name: str, guild_id: int | None = None) -> Actor | None:
        """As the operator's sources know the actor; else as this server's do."""
        return (await self._known([clean_name(name)], guild_id)).get(clean_name(name))

    async def voices(self, party_or_name: str, guild_id: int | None = None) -> list[str]:
        """The actor itself, and everybody who speaks for that party."""
        name = clean_name(party_or_name)
        query = select(ActorRow.name).join(ProfileRow, ProfileRow.actor_id == ActorRow.id).distinct()
        query = query.where(ProfileRow.party == name, seen_by(ProfileRow.guild_id, guild_id)).order_by(ActorRow.name)
        query = query.where(ActorRow.id.not_in(select(AmendmentRow.actor_id).where(AmendmentRow.target_id.is_not(None))))
        return list(dict.fromkeys((name, *(await self._connection.scalars(query)))))

    async def known(self, names: Iterable[str], guild_id: int | None) -> dict[str, Actor]:
        """What is known about each, by name; as in `get`."""
        return await self._known({clean_name(name) for name in names}, guild_id)

    async def parties(self, names: Iterable[str], guild_id: int | None) -> dict[str, str | None]:
        return {name: actor.party for name, actor in (await self._known(names, guild_id)).items()}

    async def learn(self, reading: Reading, guild_id: int | None) -> dict[str | None, int]:
        """Store each actor that a reading names. Returns their row numbers by stored name; None is nobody.

        What a server's articles tell about an actor that the operator's know is not kept, nor what any tell about one whom
        the operator has described.
        """
        told = {clean_name(actor.name): actor for actor in reading.actors}
        for statement in reading.statements:
            for name in filter(None, (statement.speaker, statement.counterpart)):
                told.setdefault(clean_name(name), Actor(name))
        numbers = await self.make(sorted(told))
        known = await self._known(told, guild_id)
        settled = set(await self._known(told, None) if guild_id is not None else {})
        settled |= await self._described(numbers)
        changed: list[dict[str, Any]] = []
        for name, actor in told.items():
            if name in settled:
                continue
            before = known.get(name)
            profile = replace(actor, name=name) if before is None else _merge(before, actor)
            if profile != before:
                changed.append(profile_values(profile) | {"guild_id": guild_id, "actor_id": numbers[name]})
        if changed:
            await self.save(changed)
        return {**numbers, None: NOBODY, "": NOBODY}

    async def numbers(self, names: Iterable[str]) -> list[int]:
        """Their rows, in no order; a name that is not known has none."""
        wanted = ActorRow.name.in_(sorted({clean_name(name) for name in names}))
        return list(await self._connection.scalars(select(ActorRow.id).where(wanted, ActorRow.id != NOBODY)))

    async def make(self, names: Sequence[str]) -> dict[str, int]:
        """Their row numbers; made where there are none."""
        if not names:
            return {}
        adding = insert_into(self._connection, ActorRow).on_conflict_do_nothing()
        await self._connection.execute(adding, [{"name": name} for name in names])
        rows = await self._connection.execute(select(ActorRow.name, ActorRow.id).where(ActorRow.name.in_(names)))
        return {row.name: row.id for row in rows}

    async def _described(self, numbers: dict[str, int]) -> set[str]:
        query = select(AmendmentRow.actor_id).where(AmendmentRow.actor_id.in_(numbers.values()), AmendmentRow.kind == "add")
        described = set(await self._connection.scalars(query))
        return {name for name, number in numbers.items() if number in described}

    async def _known(self, names: Iterable[str], guild_id: int | None) -> dict[str, Actor]:
        query = select(ActorRow.name, ProfileRow).join(ProfileRow, ProfileRow.actor_id == ActorRow.id)
        query = query.where(ActorRow.name.in_(sorted(set(names))), seen_by(ProfileRow.guild_id, guild_id))
        # The operator's row comes last and stands.
        rows = await self._connection.execute(query.order_by(ProfileRow.guild_id.desc()))
        return {row.name: _actor(row) for row in rows}

    async def save(self, profiles: list[dict[str, Any]]) -> None:
        """Profiles as `profile_values` makes them, with their owner and actor."""
        adding = insert_into(self._connection, ProfileRow)
        told = {name: adding.excluded[name] for name in profiles[0] if name not in {"guild_id", "actor_id"}}
        await self._connection.execute(
            adding.on_conflict_do_update(index_elements=["guild_id", "actor_id"], set_=told), profiles
        )


def _merge(before: Actor, told: Actor) -> Actor:
    """What an article does not tell stays as it was."""
    return replace(
        before,
        kind=told.kind if told.kind != "person" else before.kind,
        party=told.party or before.party,
        aliases=told.aliases or before.aliases,
        offices=told.offices or before.offices,
        gender=told.gender or before.gender,
        rank=before.rank if told.rank == UNRANKED else told.rank,
        description=before.description or told.description,
    )


def profile_values(actor: Actor) -> dict[str, Any]:
    values = asdict(actor)
    del values["name"]
    for office in values["offices"]:
        office |= {day: office[day].isoformat() for day in ("since", "until") if office[day]}
    return values | {"party": clean_name(actor.party) if actor.party else None}


def _actor(row: AnyRow) -> Actor:
    return Actor(
        row.name,
        kind=row.kind,
        party=row.party,
        aliases=tuple(row.aliases),
        offices=tuple(_office(office) for office in row.offices),
        gender=row.gender,
        rank=row.rank,
        description=row.description,
    )


def _office(values: dict[str, str | None]) -> Office:
    since, until = (date.fromisoformat(day) if (day := values[name]) else None for name in ("since", "until"))
    return Office(values["title"] or "", values["party"] or "", since, until)
