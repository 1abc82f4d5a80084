"""/status and /help: how fresh the record is, which feeds fail, and what the caller may use."""

from collections.abc import Sequence
from typing import cast

from discord import app_commands

from bot.cards import Reply
from bot.commands import AnyCommand
from bot.desk import Asker, Desk, ago
from bot.errors import Interaction
from bot.feeds.describing import label, trouble
from bot.phrases import not_analysed, plural
from bot.respond import asker_of, respond

MANUAL = "Quotes are verbatim; every card names its outlet and links its article. Unknown days stay unknown."


async def status(desk: Desk, asker: Asker) -> Reply:
    async with desk.store.read() as unit:
        reach = await desk.reach(unit, asker)
        feeds = await unit.feeds.list(asker.guild_id)
        statements = await unit.statements.count(guild_id=asker.guild_id)
        languages = await unit.articles.languages(asker.guild_id)
        # Outside a server there are no alerts of one's own; those of all servers are the operator's to know.
        counted = asker.guild_id is not None or asker.is_operator
        alerts = await unit.alerts.counts(asker.guild_id) if counted else None
    failing = [feed for feed in feeds if feed.last_error]
    data: dict[str, object] = {"statements": statements, "feeds": len(feeds), "failing": len(failing)}
    told = not_analysed(languages)
    data["languages"] = {str(code or "und"): count for code, count in languages.items()}
    lines = [
        f"{plural(statements, 'statement')} on record.",
        *([told] if told else []),
        f"{plural(len(feeds), 'feed')}, {len(failing)} failing.",
        *(f"{label(feed, asker)}: {trouble(feed)}" for feed in failing[:5]),
    ]
    if alerts is not None:
        sent, failed = alerts.get("sent", 0), alerts.get("failed", 0)
        waiting = alerts.get("pending", 0) + alerts.get("sending", 0)
        lines.append(f"Alerts: {sent} sent, {waiting} waiting, {failed} failed.")
        data |= {"sent": sent, "waiting": waiting, "failed": failed}
    if not feeds:
        lines.append("No feed yet: add one with /feed add, or files with ARTICLES_DIR.")
    lines.append(f"Started {ago(desk.now() - desk.started_at)}.")
    return Reply("Status", lines=tuple(lines), footnote=reach, is_private=True, data=(data,))


async def help_(desk: Desk, asker: Asker) -> Reply:
    topics = [topic for topic in desk.topics if asker.may_manage or not topic.is_managed]
    lines = tuple(f"/{topic.name}: {topic.description}" for topic in topics)
    data: tuple[dict[str, object], ...] = tuple({"command": topic.name, "description": topic.description} for topic in topics)
    start = ("Start with /setup: it lists what this server still needs.",) if asker.may_manage else ()
    return Reply("Parley", lines=(*lines, *start), footnote=MANUAL, is_private=True, data=data)


def commands(desk: Desk) -> Sequence[AnyCommand]:
    @app_commands.command(name="status", description="How fresh the record is and what fails", extras={"answer": status})
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def status_command(interaction: Interaction) -> None:
        await respond(interaction, status(desk, asker_of(interaction)), private=True)

    @app_commands.command(name="help", description="What you can ask", extras={"answer": help_})
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def help_command(interaction: Interaction) -> None:
        await respond(interaction, help_(desk, asker_of(interaction)), private=True)

    return (cast("AnyCommand", status_command), cast("AnyCommand", help_command))
