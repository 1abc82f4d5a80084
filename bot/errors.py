"""Whatever a command raises → one short private reply. One ladder, on the command tree, for every command and button."""

import asyncio
import logging
import secrets

import aiohttp
import discord
from discord import app_commands

from bot.markup import fit
from handlers.errors import ParleyError, QuestionError, StorageError

log = logging.getLogger(__name__)

ALREADY_ANSWERED = 40060
"""The callback arrived although its answer was lost (a 502 after it was stored): the user sees it."""
UNKNOWN_INTERACTION = 10062
"""The three seconds are over; nobody can be told any more."""

UNKNOWN_CHANNEL = 10003
UNKNOWN_MESSAGE = 10008
TRANSIENT = (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError, asyncio.TimeoutError)
"""What calls to Discord raise. discord.py repeats some 5xx itself, but neither 503 nor a dropped connection."""

MOST_TEXT = 1900

Interaction = discord.Interaction[discord.Client]


def words_for(error: BaseException) -> str:
    """What the user is told."""
    if isinstance(error, (app_commands.CommandInvokeError, app_commands.TransformerError)) and error.__cause__ is not None:
        return words_for(error.__cause__)
    if isinstance(error, QuestionError):
        return str(error)
    if isinstance(error, app_commands.CommandOnCooldown):
        return f"Too many at once. Try again in {error.retry_after:.0f} s."
    if isinstance(error, (app_commands.CommandNotFound, app_commands.CommandSignatureMismatch)):
        return "This command has changed. Reload Discord (Ctrl+R) and try again."
    if isinstance(error, app_commands.TransformerError):
        return f"{error.value}: I cannot see that, or it is of the wrong kind."
    if isinstance(error, ParleyError) and not isinstance(error, StorageError):
        return f"That did not work: {error}"
    incident = secrets.token_hex(4)
    log.error("command_failed", exc_info=error, extra={"incident": incident})
    return f"Something went wrong on my side. If it happens again, tell the operator: incident {incident}."


async def tell(interaction: Interaction, text: str, *, is_deferred: bool = False) -> None:
    """Say it to the one who asked, whatever was answered already. What users or feeds wrote into it is disarmed and bounded.

    `is_deferred`: the waiting answer is filled, even where discord.py missed that the deferral arrived.
    """
    try:
        await _say(interaction, fit(text, MOST_TEXT), is_deferred=is_deferred)
    except discord.HTTPException as error:
        if error.code not in {ALREADY_ANSWERED, UNKNOWN_INTERACTION}:
            raise
        log.warning("reply_lost", extra={"code": error.code})
    except (aiohttp.ClientError, OSError):
        # Broken off: once more. Had the first one arrived, Discord says so.
        await _say_again(interaction, fit(text, MOST_TEXT), is_deferred=is_deferred)


async def _say_again(interaction: Interaction, words: str, *, is_deferred: bool) -> None:
    try:
        await _say(interaction, words, is_deferred=is_deferred)
    except discord.HTTPException as error:
        if error.code != ALREADY_ANSWERED:
            raise


async def _say(interaction: Interaction, words: str, *, is_deferred: bool) -> None:
    mentions = discord.AllowedMentions.none()
    if is_deferred:
        await interaction.edit_original_response(content=words, allowed_mentions=mentions)
    elif not interaction.response.is_done():
        await interaction.response.send_message(words, ephemeral=True, allowed_mentions=mentions)
    else:
        await interaction.followup.send(words, ephemeral=True, allowed_mentions=mentions)


class Tree(app_commands.CommandTree[discord.Client]):
    """The slash commands, with the one error ladder."""

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        try:
            await tell(interaction, words_for(error))
        except TRANSIENT:
            log.exception("reply_failed")
