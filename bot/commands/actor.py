"""/actor show, list: who the bot knows, by which names and in which offices; add, alias, merge, undo: see `amending.py`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from discord import app_commands

from bot import amending
from bot.cards import Card, Reply
from bot.commands import AnyCommand
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.options import names_for
from bot.phrases import day_words, plural
from bot.respond import asker_of, respond
from bot.voices import Hall
from handlers.model import Actor, ActorKind, Office
from storage import Unit

SHOWN = 25
"""Lines of a list; the rest is counted."""


async def show(desk: Desk, asker: Asker, *, actor: str) -> Reply:
    """Names, offices and what is on record of one actor."""
    name = await desk.actor(actor, asker)
    async with desk.store.read() as unit:
        known = await _known(desk, unit, asker, name)
        marks = await unit.marks.find([name], None, guild_id=asker.guild_id)
        reach = await desk.reach(unit, asker)
    toward = dict.fromkeys(mark.counterpart for mark in marks if mark.counterpart)
    days = [mark.day for mark in marks if mark.day is not None]
    said = f"{plural(len(marks), 'position')} on record" + (f", the last on {day_words(max(days))}" if days else "")
    lines = [
        *([f"Also called {', '.join(known.aliases)}"] if known.aliases else []),
        *([f"Described as “{known.description}”"] if known.description else []),
        *(_office(office) for office in sorted(known.offices, key=lambda office: office.since or date.min, reverse=True)),
        said + (f"; toward {', '.join(list(toward)[:5])}" if toward else ""),
    ]
    card = Card(name, role=_kind(known), lines=tuple(lines))
    data: dict[str, object] = {
        "name": name,
        "kind": known.kind,
        "party": known.party,
        "aliases": list(known.aliases),
        "offices": [_office(office) for office in known.offices],
        "positions": len(marks),
    }
    return Reply(f"Actor · {name}", cards=(card,), footnote=reach, data=(data,))


async def list_actors(desk: Desk, asker: Asker, *, party: str | None = None) -> Reply:
    """The voices of a party by office; without one, the parties that are on record."""
    name = await desk.maybe_actor(party, asker)
    async with desk.store.read() as unit:
        reach = await desk.reach(unit, asker)
        if name is None:
            heard, _ = await unit.marks.names(asker.guild_id)
            public, _ = await unit.marks.names(None)
            known = (desk.registry.find(each) for each in {*heard, *public})
            parties = {actor.party or actor.name for actor in known if actor is not None}
            found = [actor for actor in desk.registry.actors if actor.name in parties and actor.kind != "person"]
            people: dict[str, Actor] = {actor.name: actor for actor in found}
        else:
            people = await unit.actors.known(await unit.actors.voices(name, asker.guild_id), asker.guild_id)
            people |= {actor.name: actor for actor in desk.registry.actors if actor.party == name}
    hall = Hall(desk.registry, people, desk.today)
    ordered = sorted(people, key=lambda known: (hall.rank(known), known))
    lines = [_line(desk, people[known]) for known in ordered[:SHOWN]]
    more = [f"… and {len(ordered) - SHOWN} more; /actor show knows each."] if len(ordered) > SHOWN else []
    title = f"Voices of {name}" if name else "Parties on record"
    if not lines:
        lines = ["None is known."]
    data: tuple[dict[str, object], ...] = tuple({"name": known, "party": people[known].party} for known in ordered)
    return Reply(title, lines=(*lines, *more), footnote=reach, data=data)


async def _known(desk: Desk, unit: Unit, asker: Asker, name: str) -> Actor:
    """The registry's word, with what the record adds; the record's alone for somebody outside it."""
    told = (await unit.actors.known([name], asker.guild_id)).get(name) or Actor(name)
    registered = desk.registry.find(name)
    known = told if registered is None or registered.name != name else registered
    aliases = (*known.aliases, *told.aliases, *(await unit.amendments.names(name)))
    return replace(known, aliases=tuple(dict.fromkeys(aliases)))


def _kind(actor: Actor) -> str:
    if actor.kind == "person":
        return f"speaks for {actor.party}" if actor.party else "speaks for nobody that is known"
    return actor.kind


def _office(office: Office) -> str:
    since = day_words(office.since) if office.since else "?"
    until = day_words(office.until) if office.until else "today" if office.since else "?"
    return f"{office.title}, {office.party}: {since} to {until}"


def _line(desk: Desk, actor: Actor) -> str:
    office = desk.registry.office(actor.name, desk.today)
    return f"{actor.name}: {office}" if office else actor.name


def commands(desk: Desk) -> Sequence[AnyCommand]:
    group = app_commands.Group(
        name="actor",
        description="Who the bot knows",
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
    )

    @group.command(name="show", description="One actor: names, offices, and what is on record", extras={"answer": show})
    @app_commands.describe(actor="A person or a party")
    @app_commands.autocomplete(actor=names_for(desk))
    async def show_command(interaction: Interaction, actor: str) -> None:
        await respond(interaction, show(desk, asker_of(interaction), actor=actor))

    @group.command(name="list", description="The voices of a party, by office", extras={"answer": list_actors})
    @app_commands.describe(party="Whose voices; left out: the parties on record")
    @app_commands.autocomplete(party=names_for(desk))
    async def list_command(interaction: Interaction, party: str | None = None) -> None:
        await respond(interaction, list_actors(desk, asker_of(interaction), party=party))

    del show_command, list_command
    _amending(desk, group)
    return (group,)


def _amending(desk: Desk, group: app_commands.Group) -> None:
    @group.command(name="add", description="Describe somebody outside the registry", extras={"answer": amending.add})
    @app_commands.describe(
        name="As the articles write it",
        kind="A person, if left out",
        party="Whom they speak for",
        office="Such as: special envoy",
    )
    @app_commands.autocomplete(party=names_for(desk))
    async def add(
        interaction: Interaction, name: str, kind: ActorKind = "person", party: str | None = None, office: str | None = None
    ) -> None:
        answer = amending.add(desk, asker_of(interaction), name=name, kind=kind, party=party, office=office)
        await respond(interaction, answer, private=True)

    @group.command(name="alias", description="Another name of an actor", extras={"answer": amending.alias})
    @app_commands.describe(actor="Who is meant", name="The other name")
    @app_commands.autocomplete(actor=names_for(desk))
    async def alias(interaction: Interaction, actor: str, name: str) -> None:
        await respond(interaction, amending.alias(desk, asker_of(interaction), actor=actor, name=name), private=True)

    @group.command(name="merge", description="One actor's record into another's", extras={"answer": amending.merge})
    @app_commands.describe(actor="Whose record moves", into="Whose record it joins")
    @app_commands.autocomplete(actor=names_for(desk), into=names_for(desk))
    async def merge(interaction: Interaction, actor: str, into: str) -> None:
        await respond(interaction, amending.merge(desk, asker_of(interaction), actor=actor, into=into), private=True)

    @group.command(name="undo", description="Take back what was changed about a name", extras={"answer": amending.undo})
    @app_commands.describe(name="The name that was added, given or merged")
    async def undo(interaction: Interaction, name: str) -> None:
        await respond(interaction, amending.undo(desk, asker_of(interaction), name=name), private=True)

    del add, alias, merge, undo
