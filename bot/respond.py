"""A command's answer → the reply in Discord, within the three seconds or deferred; never both, never twice."""

import asyncio
from collections.abc import Awaitable

import discord

from bot.cards import Reply
from bot.desk import Asker
from bot.errors import ALREADY_ANSWERED, UNKNOWN_INTERACTION, log, type_of_interaction
from bot.layout import draw_reply

PATIENCE_S = 1.0
"""An answer that is ready by then is sent at once, private if it says so; a later one defers. Discord waits 3 s."""


def asker_of(interaction: type_of_interaction) -> Asker:
    """Who asks. Only members of a server that has installed the bot may manage."""
    in_guild = interaction.guild_id is not None and interaction.is_guild_integration()
    return Asker(
        user_id=interaction.user.id,
        channel_id=interaction.channel_id or 0,
        guild_id=interaction.guild_id if in_guild else None,
        may_manage=in_guild and interaction.permissions.manage_guild,
    )


async def respond(interaction: type_of_interaction, answer: Awaitable[Reply], *, private: bool = False) -> None:
    """Answer a command or a button with a new message."""
    # In somebody else's server (the bot installed by the user only) an answer is the asker's own business.
    private = private or (interaction.guild_id is not None and not interaction.is_guild_integration())
    task = asyncio.ensure_future(answer)
    done, _ = await asyncio.wait({task}, timeout=PATIENCE_S)
    if not done:
        await _callback(interaction.response.defer(ephemeral=private, thinking=True))
    reply = await task
    view = draw_reply(reply)
    mentions = discord.AllowedMentions.none()
    if done:
        hidden = private or reply.is_private
        await _callback(interaction.response.send_message(view=view, ephemeral=hidden, allowed_mentions=mentions))
    else:
        await interaction.edit_original_response(view=view, allowed_mentions=mentions)


async def _callback(call: Awaitable[object]) -> None:
    """Send the first answer. One that was stored although its reply was lost counts; one that came too late is logged."""
    try:
        await call
    except discord.HTTPException as error:
        if error.code not in {ALREADY_ANSWERED, UNKNOWN_INTERACTION}:
            raise
        log.warning("callback_answered", extra={"code": error.code})
