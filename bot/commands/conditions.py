"""/conditions: the ledger of what is demanded before talks: in whose words, how often, and whether it stands."""

from collections.abc import Sequence
from typing import cast

from discord import app_commands

from bot.cards import Reply
from bot.commands import AnyCommand
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.options import names_for
from bot.phrases import plural
from bot.records import condition_record
from bot.respond import asker_of, respond
from bot.shifting import condition_card
from handlers.record import Condition

SHOWN = 6
"""With their buttons, what one message takes; the rest is counted, and /export has all."""


async def answer(desk: Desk, asker: Asker, *, actor: str | None = None, counterpart: str | None = None) -> Reply:
    """Those that stand first, the latest said first among them."""
    name = await desk.maybe_actor(actor, asker)
    other = await desk.maybe_actor(counterpart, asker)
    async with desk.store.read() as unit:
        voices = await unit.actors.voices(name, asker.guild_id) if name else None
        found = await unit.conditions.find(voices, other, guild_id=asker.guild_id)
        reach = await desk.reach(unit, asker)
    pair = " → ".join(filter(None, (name, other)))
    title = " · ".join(filter(None, ("Conditions", pair)))
    if not found:
        line = f"No condition{' of ' + pair if pair else ''} is on record."
        return Reply(title, lines=(line,), footnote=reach, is_private=True)
    ordered = sorted(found, key=_is_over)
    standing = sum(not _is_over(condition) for condition in found)
    more = f" Shown are {SHOWN}; /export gives all." if len(found) > SHOWN else ""
    line = f"{plural(len(found), 'condition')}, of which {standing} {'stands' if standing == 1 else 'stand'}.{more}"
    cards = tuple(condition_card(condition, desk.registry, today=desk.today) for condition in ordered[:SHOWN])
    data = tuple(condition_record(condition) for condition in ordered)
    return Reply(title, cards=cards, lines=(line,), footnote=reach, data=data)


def _is_over(condition: Condition) -> bool:
    return condition.state != "standing"


def commands(desk: Desk) -> Sequence[AnyCommand]:
    @app_commands.command(
        description="What is demanded before talks: by whom, since when, and whether it still stands", extras={"answer": answer}
    )
    @app_commands.describe(actor="Whose: a person, or a party with its voices", counterpart="Demanded of whom")
    @app_commands.autocomplete(actor=names_for(desk), counterpart=names_for(desk))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def conditions(interaction: Interaction, actor: str | None = None, counterpart: str | None = None) -> None:
        await respond(interaction, answer(desk, asker_of(interaction), actor=actor, counterpart=counterpart))

    return (cast("AnyCommand", conditions),)
