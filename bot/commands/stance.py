"""/stance: where an actor, with all its voices, stands toward another: the words, the day and the sources."""

from collections.abc import Sequence
from typing import cast

from discord import app_commands

from bot.cards import Reply
from bot.commands import AnyCommand
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.options import names_for
from bot.phrases import day_words
from bot.records import position_record
from bot.respond import asker_of, respond
from bot.silence import silence
from bot.voices import Hall
from bot.wording import position_card

ROOMY = 4
"""So many cards of a reply have room for all their buttons."""


async def answer(
    desk: Desk, asker: Asker, *, actor: str, counterpart: str | None = None, as_of: str | None = None, private: bool = False
) -> Reply:
    """One card for each voice and counterpart, the voice with the final word first."""
    day = desk.day(as_of, "as_of")
    name = await desk.actor(actor, asker, day)
    other = await desk.maybe_actor(counterpart, asker, day)
    title = " → ".join(filter(None, (name, other))) + (f", as of {day_words(day)}" if day else "")
    async with desk.store.read() as unit:
        voices = await unit.actors.voices(name, asker.guild_id)
        positions = await unit.positions.current(voices, other, guild_id=asker.guild_id, as_of=day)
        if not positions:
            return await silence(desk, unit, asker, name, other, title=title, on=day)
        known = await unit.actors.known(voices, asker.guild_id)
        reach = await desk.reach(unit, asker)
    on = day or desk.today
    hall = Hall(desk.registry, known, on)
    ordered = hall.order(positions)
    # More cards than these have no room for more buttons.
    is_long = len(ordered) > ROOMY
    cards = tuple(position_card(position, desk.registry, today=on, is_short=is_long) for position in ordered)
    data = tuple(position_record(position) for position in ordered)
    return Reply(title, cards=cards, lines=tuple(hall.sentences(ordered)), footnote=reach, is_private=private, data=data)


def commands(desk: Desk) -> Sequence[AnyCommand]:
    @app_commands.command(
        description="Where an actor stands on negotiating, in whose words and since when", extras={"answer": answer}
    )
    @app_commands.describe(
        actor="A person or a party; a party answers with all its voices",
        counterpart="Toward whom",
        as_of="The record as it stood on a day, such as 2025-02-07",
        private="Only you see the answer",
    )
    @app_commands.autocomplete(actor=names_for(desk), counterpart=names_for(desk))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def stance(
        interaction: Interaction, actor: str, counterpart: str | None = None, as_of: str | None = None, private: bool = False
    ) -> None:
        asked = answer(desk, asker_of(interaction), actor=actor, counterpart=counterpart, as_of=as_of, private=private)
        await respond(interaction, asked, private=private)

    return (cast("AnyCommand", stance),)
