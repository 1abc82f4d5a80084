"""The commands of a message's menu: find statements in any message, report an alert of the bot's own."""

import discord
from discord import app_commands

from bot.buttons import parse_evidence
from bot.cards import Reply
from bot.commands.analyze import answer as analyze
from bot.correcting import ask_reason
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.history import custom_ids
from bot.respond import asker_of, respond
from handlers.errors import QuestionError

FIND, REPORT = "Find statements", "Report this alert"


def menus(desk: Desk) -> tuple[app_commands.ContextMenu, ...]:
    @app_commands.context_menu(name=FIND)
    @app_commands.checks.cooldown(20, 60)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def find(interaction: Interaction, message: discord.Message) -> None:
        await respond(interaction, find_in(desk, asker_of(interaction), message.content), private=True)

    @app_commands.context_menu(name=REPORT)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def report(interaction: Interaction, message: discord.Message) -> None:
        is_mine = interaction.client.user is not None and message.author.id == interaction.client.user.id
        shown = [action.statement_id for text in custom_ids(message) if (action := parse_evidence(text))] if is_mine else []
        await respond(interaction, report_of(desk, asker_of(interaction), shown), private=True)

    return find, report


async def find_in(desk: Desk, asker: Asker, text: str) -> Reply:
    """The statements in a message; the first link of one that holds little else is read."""
    if not text.strip():
        raise QuestionError("This message has no text that I may read.")
    words = text.split()
    links = [word.strip("<>") for word in words if word.strip("<>").startswith(("http://", "https://"))]
    if links and len(words) - len(links) < 5:
        return await analyze(desk, asker, url=links[0])
    return await analyze(desk, asker, text=text)


async def report_of(desk: Desk, asker: Asker, statement_ids: list[int]) -> Reply:
    if not statement_ids:
        raise QuestionError("That is no alert or answer of mine, or it shows no statement.")
    return await ask_reason(desk, asker, statement_ids[0])
