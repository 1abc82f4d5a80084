"""/compare: two actors toward one counterpart on one axis; both directions when the two face each other."""

from collections.abc import Sequence
from typing import cast

from discord import app_commands

from bot import charts
from bot.cards import Reply
from bot.commands import AnyCommand
from bot.commands.timeline import lanes
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.options import names_for
from bot.phrases import day_words
from bot.records import position_record
from bot.respond import asker_of, respond
from bot.voices import DOES, Hall
from bot.wording import position_card
from handlers.errors import QuestionError
from handlers.model import Position
from handlers.record import Condition, Mark

SHOWN = 3
"""Cards for each side: a chart, its words and both sides must fit into one message."""


async def answer(
    desk: Desk,
    asker: Asker,
    *,
    first: str,
    second: str,
    counterpart: str | None = None,
    since: str | None = None,
    as_of: str | None = None,
) -> Reply:
    start, until = desk.days(since, as_of)
    one, two = await desk.actor(first, asker, until), await desk.actor(second, asker, until)
    other = await desk.maybe_actor(counterpart, asker, until)
    if one == two:
        raise QuestionError(f"first and second are both {one}. /timeline shows one actor.")
    # Toward each other, unless a third is named.
    sides = ((one, other or two), (two, other or one))
    marks: list[Mark] = []
    places: list[list[Position]] = []
    demands: list[Condition] = []
    async with desk.store.read() as unit:
        for name, toward in sides:
            voices = await unit.actors.voices(name, asker.guild_id)
            marks += await unit.marks.find(voices, toward, guild_id=asker.guild_id, since=start, until=until)
            current = await unit.positions.current(voices, toward, guild_id=asker.guild_id, as_of=until)
            places.append([p for p in current if start is None or (p.day is not None and p.day >= start)])
            found = await unit.conditions.find(voices, toward, guild_id=asker.guild_id) if until is None else []
            demands += [condition for condition in found if condition.state == "standing"]
        known = await unit.actors.known({mark.speaker for mark in marks}, asker.guild_id)
        reach = await desk.reach(unit, asker)
    title = f"{one} and {two}" + (f" → {other}" if other else "") + (f", as of {day_words(until)}" if until else "")
    if not marks:
        toward = f"toward {other}" if other else "toward the other"
        silent = (f"Neither {one} nor {two} is on record {toward}.", "/stance shows each toward everybody.")
        return Reply(title, lines=silent, footnote=reach, is_private=True)
    hall = Hall(desk.registry, known, until or desk.today)
    chart = charts.timeline(title, lanes(marks, hall))
    lines: list[str] = []
    cards: list[Position] = []
    for (name, toward), found in zip(sides, places, strict=True):
        ordered = hall.order(found)
        lines += [_side(name, toward, ordered, hall)]
        cards += ordered[:SHOWN]
    lines += [_waiting(demands)] if demands and other is None else []
    drawn = tuple(position_card(p, desk.registry, today=until or desk.today, is_short=True) for p in cards)
    data = tuple(position_record(p) for found in places for p in found)
    words = () if chart.is_empty else chart.lines
    return Reply(title, cards=drawn, lines=(*lines, *words), footnote=reach, chart=None if chart.is_empty else chart, data=data)


def _side(name: str, toward: str, positions: Sequence[Position], hall: Hall) -> str:
    """Where one side stands, or that it is silent: one sentence."""
    if not positions:
        return f"{name} → {toward}: nothing on record."
    told = hall.sentences(positions)
    if told:
        return f"{name}: {told[0]}"
    (position, *_) = positions
    day = day_words(position.day) if position.day else "day unknown"
    return f"{name} → {toward}: {hall.name(position)} {DOES[position.stance]} ({day})."


def _waiting(demands: Sequence[Condition]) -> str:
    """Whose move it is: each demand that stands waits for the other side."""
    told = [f"{condition.speaker} asks {condition.counterpart}: {condition.words}" for condition in demands[:SHOWN]]
    return "Conditions that stand: " + "; ".join(told)


def commands(desk: Desk) -> Sequence[AnyCommand]:
    @app_commands.command(
        description="Two actors toward one counterpart, or toward each other, on one chart", extras={"answer": answer}
    )
    @app_commands.describe(
        first="A person or a party with its voices",
        second="Another one",
        counterpart="Toward whom; left out: toward each other, in both directions",
        since="First day, such as 2025-02-07",
        as_of="The record as it stood on a day",
    )
    @app_commands.autocomplete(first=names_for(desk), second=names_for(desk), counterpart=names_for(desk))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def compare(
        interaction: Interaction,
        first: str,
        second: str,
        counterpart: str | None = None,
        since: str | None = None,
        as_of: str | None = None,
    ) -> None:
        asker = asker_of(interaction)
        asked = answer(desk, asker, first=first, second=second, counterpart=counterpart, since=since, as_of=as_of)
        await respond(interaction, asked)

    return (cast("AnyCommand", compare),)
