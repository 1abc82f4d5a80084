"""/shifts: where somebody changed their stance: old and new words side by side, and how long the old one stood."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from discord import app_commands

from bot.buttons import PageAction
from bot.cards import Reply
from bot.commands import AnyCommand
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.options import names_for
from bot.paging import Query, page_buttons, place_of, remember
from bot.phrases import plural
from bot.records import shift_record
from bot.respond import asker_of, respond
from bot.shifting import contradiction_card, shift_card

PAGE = 4
MOST_DISPUTES = 2
"""Of the first page: they are why a shift is held, and stand above the shifts."""


async def answer(
    desk: Desk, asker: Asker, *, actor: str | None = None, counterpart: str | None = None, days: int | None = None
) -> Reply:
    since = desk.today - timedelta(days=days) if days else None
    names = await desk.maybe_actor(actor, asker), await desk.maybe_actor(counterpart, asker)
    query = Query(*names, since=since, kind="shifts")
    return await page(desk, asker, query, PageAction(query.key))


async def page(desk: Desk, asker: Asker, query: Query, action: PageAction) -> Reply:
    """The shifts after a place, newest first; before the first ones the contradictions that hold others back."""
    place = place_of(action)
    async with desk.store.read() as unit:
        voices = await unit.actors.voices(query.actor, asker.guild_id) if query.actor else None
        who = (voices, query.counterpart)
        found = await unit.shifts.find(*who, guild_id=asker.guild_id, since=query.since, before=place, limit=PAGE + 1)
        disputes = []
        if place is None:
            disputes = await unit.contradictions.find(*who, guild_id=asker.guild_id, since=query.since, limit=MOST_DISPUTES)
        reach = await desk.reach(unit, asker)
    if not found and not disputes:
        whose = f" of {query.pair}" if query.pair else ""
        line = f"No shift{whose} is on record: nobody there took another stance than the time before." if place is None else ""
        return Reply(query.title, lines=(line or "Nothing older is on record.",), footnote=reach, is_private=True)
    shown = found[:PAGE]
    last = (shown[-1].day, shown[-1].after.id) if len(found) > PAGE else None
    buttons = page_buttons(query, is_first=place is None, last=last)
    if buttons:
        async with desk.store.write() as unit:
            await remember(unit, query)
    cards = [shift_card(shift, desk.registry, today=desk.today) for shift in shown]
    above = [contradiction_card(dispute, desk.registry) for dispute in disputes]
    line = f"{plural(len(shown), 'shift')} on this page, newest first." if shown else "No shift; outlets contradict each other:"
    data = tuple(shift_record(shift) for shift in shown)
    return Reply(query.title, cards=(*above, *cards), lines=(line,), footnote=reach, buttons=buttons, data=data)


def commands(desk: Desk) -> Sequence[AnyCommand]:
    @app_commands.command(
        description="Changes of stance: the words before and after, hardening or softening", extras={"answer": answer}
    )
    @app_commands.describe(
        actor="Whose: a person, or a party with its voices",
        counterpart="Toward whom",
        days="Only of the last days, counted back from today",
    )
    @app_commands.autocomplete(actor=names_for(desk), counterpart=names_for(desk))
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def shifts(
        interaction: Interaction,
        actor: str | None = None,
        counterpart: str | None = None,
        days: app_commands.Range[int, 1, 36_500] | None = None,
    ) -> None:
        await respond(interaction, answer(desk, asker_of(interaction), actor=actor, counterpart=counterpart, days=days))

    return (cast("AnyCommand", shifts),)
