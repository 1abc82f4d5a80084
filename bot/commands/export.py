"""/export: statements as a file with their provenance, for a spreadsheet or a program."""

import asyncio
from collections.abc import Sequence
from typing import cast

from discord import app_commands

from bot.cards import File, Reply
from bot.commands import AnyCommand
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.exporting import FIELDS, Format, Row, line_of, statement_row
from bot.options import names_for
from bot.paging import Query
from bot.phrases import plural
from bot.respond import asker_of, respond

SUFFIX = {"csv": "csv", "json": "jsonl"}
MOST = 5000
"""Rows of one file, some 4 MB: Discord takes 10 MB."""


async def answer(
    desk: Desk,
    asker: Asker,
    *,
    actor: str | None = None,
    counterpart: str | None = None,
    since: str | None = None,
    until: str | None = None,
    format: Format = "csv",
) -> Reply:
    """The newest statements that fit, each with article, outlet, link, offsets, revision, confidence and CAMEO code."""
    first, last = desk.days(since, until)
    query = Query(await desk.maybe_actor(actor, asker), await desk.maybe_actor(counterpart, asker), since=first, until=last)
    async with desk.store.read() as unit:
        found = await unit.statements.find(guild_id=asker.guild_id, limit=MOST + 1, **query.filters())
        reach = await desk.reach(unit, asker)
    title = query.title.replace("Statements", "Export", 1)
    if not found:
        return Reply(title, lines=("No statement on record fits that; there is no file.",), footnote=reach, is_private=True)
    rows = tuple(statement_row(report) for report in found[:MOST])
    name = file_name(query.pair, format)
    # Five thousand rows take a tenth of a second to spell.
    text = await asyncio.to_thread(_written, rows, format)
    lines = [f"{plural(len(rows), 'statement')}, newest first, in {name}."]
    if len(found) > MOST:
        lines.append(f"There are more than {MOST:,}: narrow the days, or ask the operator for python -m bot export.")
    lines.append("Evidence is verbatim; a cell that a spreadsheet would take for a formula begins with an apostrophe.")
    # With a byte order mark, or spreadsheets take UTF-8 for something else.
    data = text.encode("utf-8-sig" if format == "csv" else "utf-8")
    return Reply(title, lines=tuple(lines), footnote=reach, file=File(name, data), is_private=True, data=tuple(map(dict, rows)))


def _written(rows: Sequence[Row], form: Format) -> str:
    head = [",".join(FIELDS["statements"])] if form == "csv" else []
    return "".join(f"{line}\r\n" if form == "csv" else f"{line}\n" for line in (*head, *map(line_of("statements", form), rows)))


def file_name(pair: str, form: Format) -> str:
    """parley-statements-iran-united-states.csv: no more than letters, digits, dots and dashes."""
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in pair.lower())
    return f"{'-'.join(filter(None, f'parley-statements-{plain}'.split('-')))[:80].strip('-')}.{SUFFIX[form]}"


def commands(desk: Desk) -> Sequence[AnyCommand]:
    formats = [app_commands.Choice(name="csv", value="csv"), app_commands.Choice(name="json", value="json")]

    @app_commands.command(description="Statements as a file, with article, outlet, link and offsets", extras={"answer": answer})
    @app_commands.describe(
        actor="Who said it: a person or a party with its voices",
        counterpart="Toward whom",
        since="First day, such as 2025-02-07",
        until="Last day",
        format="For a spreadsheet (csv) or a program (json, one object a line)",
    )
    @app_commands.autocomplete(actor=names_for(desk), counterpart=names_for(desk))
    @app_commands.choices(format=formats)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def export(
        interaction: Interaction,
        actor: str | None = None,
        counterpart: str | None = None,
        since: str | None = None,
        until: str | None = None,
        format: str = "csv",
    ) -> None:
        form: Format = "json" if format == "json" else "csv"
        asked = answer(desk, asker_of(interaction), actor=actor, counterpart=counterpart, since=since, until=until, format=form)
        await respond(interaction, asked, private=True)

    return (cast("AnyCommand", export),)
