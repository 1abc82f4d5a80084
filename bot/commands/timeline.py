"""/timeline: what an actor said over time, as a chart and as a list, newest first, page by page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import cast

from discord import app_commands

from bot import charts
from bot.buttons import PageAction
from bot.cards import Reply
from bot.charts import Chart, Lane
from bot.commands import AnyCommand
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.options import names_for
from bot.paging import Query, page_buttons, place_of, remember
from bot.phrases import day_words, plural
from bot.records import position_record
from bot.respond import asker_of, respond
from bot.silence import silence
from bot.voices import Hall
from bot.wording import position_card
from handlers.model import Position
from handlers.record import Mark
from storage import Unit

PAGE = 4
KINDS = {"timeline": "days and shifts", "matrix": "who stands where toward whom", "activity": "how much in each week"}


async def answer(
    desk: Desk,
    asker: Asker,
    *,
    actor: str,
    counterpart: str | None = None,
    since: str | None = None,
    until: str | None = None,
    chart: str = "timeline",
) -> Reply:
    """A chart of all positions in these days, its numbers in words, and the newest positions."""
    first, last = desk.days(since, until)
    query = Query(
        await desk.actor(actor, asker, last),
        await desk.maybe_actor(counterpart, asker, last),
        since=first,
        until=last,
        kind="timeline",
    )
    async with desk.store.read() as unit:
        voices = await unit.actors.voices(query.actor or "", asker.guild_id)
        marks = await unit.marks.find(voices, query.counterpart, guild_id=asker.guild_id, since=first, until=last)
        if not marks:
            return await _nothing(desk, unit, asker, query)
        known = await unit.actors.known({mark.speaker for mark in marks}, asker.guild_id)
    drawn = draw_up(chart, query, marks, Hall(desk.registry, known, last or desk.today))
    reply = await page(desk, asker, query, PageAction(query.key))
    lines = drawn.lines if isinstance(drawn, charts.Timeline) else (drawn.alt(),)
    return Reply(
        reply.title,
        cards=reply.cards,
        lines=(f"{plural(len(marks), 'position')}, newest first.", *lines),
        footnote=reply.footnote,
        buttons=reply.buttons,
        chart=None if drawn.is_empty else drawn,
        data=reply.data,
    )


async def of_position(desk: Desk, asker: Asker, position_id: int) -> Reply:
    """The timeline of the pair of one position, for the Timeline button."""
    async with desk.store.read() as unit:
        position = await unit.positions.get(position_id, asker.guild_id)
    return await answer(desk, asker, actor=position.speaker, counterpart=position.counterpart)


async def page(desk: Desk, asker: Asker, query: Query, action: PageAction) -> Reply:
    """The positions after a place; each page is found by its key, so what comes in meanwhile shifts none."""
    place = place_of(action)
    async with desk.store.read() as unit:
        voices = await unit.actors.voices(query.actor or "", asker.guild_id)
        found = await unit.positions.history(
            voices,
            query.counterpart,
            guild_id=asker.guild_id,
            since=query.since,
            until=query.until,
            before=place,
            limit=PAGE + 1,
        )
        reach = await desk.reach(unit, asker)
    shown = found[:PAGE]
    last = (shown[-1].day, shown[-1].id) if len(found) > PAGE else None
    buttons = page_buttons(query, is_first=place is None, last=last)
    if buttons:
        async with desk.store.write() as unit:
            await remember(unit, query)
    cards = tuple(position_card(position, desk.registry, today=desk.today, is_short=True) for position in shown)
    lines = () if shown else ("Nothing older is on record.",)
    data = tuple(position_record(position) for position in shown)
    return Reply(query.title, cards=cards, lines=lines, footnote=reach, buttons=buttons, data=data)


def draw_up(kind: str, query: Query, marks: Sequence[Mark], hall: Hall) -> Chart:
    """The chart of these marks: a lane for each pair, named by what differs, the voices in the order of their offices."""
    if kind == "activity":
        return charts.activity(query.pair, marks)
    if kind == "matrix":
        return charts.matrix(query.pair, marks)
    return charts.timeline(query.pair, lanes(marks, hall))


def lanes(marks: Iterable[Mark], hall: Hall) -> list[Lane]:
    pairs: dict[tuple[str, str | None], list[Mark]] = {}
    for mark in marks:
        pairs.setdefault((mark.speaker, mark.counterpart), []).append(mark)
    speakers, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    ordered = sorted(pairs, key=lambda pair: (hall.rank(pair[0]), -len(pairs[pair]), pair[0]))
    named: list[Lane] = []
    for one, other in ordered:
        toward = other or "no one named"
        name = one if len(others) == 1 else toward if len(speakers) == 1 else f"{one} → {toward}"
        named.append(charts.lane(name, pairs[one, other]))
    return named


async def _nothing(desk: Desk, unit: Unit, asker: Asker, query: Query) -> Reply:
    """Says when there would be something outside the days that were asked for."""
    name, other = query.actor or "", query.counterpart
    voices = await unit.actors.voices(name, asker.guild_id)
    newest = await unit.positions.history(voices, other, guild_id=asker.guild_id, limit=1)
    if not newest or (query.since is None and query.until is None):
        return await silence(desk, unit, asker, name, other, title=query.title)
    lines = (f"No position of {query.pair} in these days is on record.", f"The latest one: {_latest(newest[0])}.")
    return Reply(query.title, lines=lines, footnote=await desk.reach(unit, asker), is_private=True)


def _latest(position: Position) -> str:
    day = day_words(position.day) if position.day else "day unknown"
    return f"{position.stance}, {day}"


def commands(desk: Desk) -> Sequence[AnyCommand]:
    @app_commands.command(description="What an actor said over time: a chart and the list", extras={"answer": answer})
    @app_commands.describe(
        actor="A person or a party; a party has a lane for each voice",
        counterpart="Toward whom; left out: a lane for each counterpart",
        since="First day, such as 2025-02-07",
        until="Last day",
        chart="What to draw: days and shifts, who toward whom, or how much in each week",
    )
    @app_commands.autocomplete(actor=names_for(desk), counterpart=names_for(desk))
    @app_commands.choices(chart=[app_commands.Choice(name=words, value=kind) for kind, words in KINDS.items()])
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def timeline(
        interaction: Interaction,
        actor: str,
        counterpart: str | None = None,
        since: str | None = None,
        until: str | None = None,
        chart: str = "timeline",
    ) -> None:
        asker = asker_of(interaction)
        asked = answer(desk, asker, actor=actor, counterpart=counterpart, since=since, until=until, chart=chart)
        await respond(interaction, asked)

    return (cast("AnyCommand", timeline),)
