"""/statements: the statements on record, filtered, newest first, page by page."""

from collections.abc import Sequence
from typing import cast

from discord import app_commands

from bot.buttons import PageAction
from bot.cards import Reply
from bot.commands import AnyCommand
from bot.correcting import REASONS
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.options import STANCES, limit_text, names_for
from bot.paging import Query, page_buttons, remember
from bot.phrases import plural
from bot.quoting import surroundings
from bot.records import report_record
from bot.respond import asker_of, respond
from bot.wording import evidence_card, report_card
from handlers.errors import NotFound
from handlers.model import Stance

PAGE = 5
MOST_COUNTED = 1000
"""To count a million takes longer than to show the newest."""


async def answer(
    desk: Desk,
    asker: Asker,
    actor: str | None = None,
    counterpart: str | None = None,
    stance: str | None = None,
    outlet: str | None = None,
    text: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> Reply:
    first, last = desk.days(since, until)
    query = Query(
        await desk.maybe_actor(actor, asker),
        await desk.maybe_actor(counterpart, asker),
        Stance(stance) if stance else None,
        limit_text(outlet, "outlet", 100),
        limit_text(text, "text", 200),
        first,
        last,
    )
    return await page(desk, asker, query, PageAction(query.key))


async def page(desk: Desk, asker: Asker, query: Query, action: PageAction) -> Reply:
    """The statements that came into the record before the one whose id the action carries."""
    before_id = action.before_id or None
    filters = query.filters()
    async with desk.store.read() as unit:
        found = await unit.statements.find(guild_id=asker.guild_id, before_id=before_id, limit=PAGE + 1, **filters)
        count = await unit.statements.count(guild_id=asker.guild_id, most=MOST_COUNTED + 1, **filters)
        reach = await desk.reach(unit, asker)
    if not found:
        return Reply(query.title, lines=("No statement on record fits that.",), footnote=reach, is_private=True)
    reports = found[:PAGE]
    last = (None, reports[-1].id) if len(found) > PAGE else None
    buttons = page_buttons(query, is_first=before_id is None, last=last)
    if buttons:
        async with desk.store.write() as unit:
            await remember(unit, query)
    return Reply(
        query.title,
        cards=tuple(report_card(report, desk.registry, today=desk.today) for report in reports),
        lines=(f"{_counted(count)}, newest first.",),
        footnote=reach,
        buttons=buttons,
        data=tuple(report_record(report) for report in reports),
    )


def _counted(count: int) -> str:
    return plural(count, "statement") if count <= MOST_COUNTED else f"More than {MOST_COUNTED:,} statements"


async def evidence(desk: Desk, asker: Asker, statement_id: int) -> Reply:
    """The sentence in its paragraph, for the Evidence button."""
    async with desk.store.read() as unit:
        report = await unit.statements.get(statement_id, asker.guild_id)
        if report is None:
            raise NotFound("this statement has left the record: its article was changed or withdrawn")
        stored = await unit.articles.get(report.article_id)
        said = await unit.complaints.of_statement(statement_id, guild_id=asker.guild_id)
    context = surroundings(stored.article.text, report.statement.start, report.statement.end)
    lines = tuple(f"Reported by a reader: {REASONS[complaint.reason]}." for complaint in said)
    return Reply("Evidence", cards=(evidence_card(report, context),), lines=lines, is_private=True)


def commands(desk: Desk) -> Sequence[AnyCommand]:
    @app_commands.command(description="Statements on record, newest first, with their sources", extras={"answer": answer})
    @app_commands.describe(
        actor="Who said it: a person or a party with its voices",
        counterpart="Toward whom",
        stance="Only this stance",
        outlet="Only this outlet",
        text="Words that the statement holds",
        since="First day, such as 2025-02-07",
        until="Last day",
    )
    @app_commands.autocomplete(actor=names_for(desk), counterpart=names_for(desk))
    @app_commands.choices(stance=STANCES)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def statements(
        interaction: Interaction,
        actor: str | None = None,
        counterpart: str | None = None,
        stance: str | None = None,
        outlet: str | None = None,
        text: str | None = None,
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        options = (actor, counterpart, stance, outlet, text, since, until)
        await respond(interaction, answer(desk, asker_of(interaction), *options))

    return (cast("AnyCommand", statements),)
