"""A command's answer → the reply in Discord, within the three seconds or deferred; never both, never twice."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import discord

from bot.cards import Reply
from bot.desk import Asker
from bot.errors import ALREADY_ANSWERED, UNKNOWN_INTERACTION, Interaction, log, tell, words_for
from bot.layout import draw_reply

NOBODY = discord.AllowedMentions.none()

PATIENCE_S = 1.0
"""An answer that is ready by then is sent at once, private if it says so; a later one defers. Discord waits 3 s."""


def asker_of(interaction: Interaction) -> Asker:
    """Who asks. Only members of a server that has installed the bot may manage."""
    in_guild = interaction.guild_id is not None and not is_foreign(interaction)
    return Asker(
        user_id=interaction.user.id,
        channel_id=interaction.channel_id or 0,
        guild_id=interaction.guild_id if in_guild else None,
        may_manage=in_guild and interaction.permissions.manage_guild,
    )


def is_foreign(interaction: Interaction) -> bool:
    """Whether the bot is in this server only because the one who asks has installed it for themselves."""
    return interaction.guild_id is not None and interaction.is_user_integration() and not interaction.is_guild_integration()


async def respond(interaction: Interaction, answer: Awaitable[Reply], *, private: bool = False) -> None:
    """Answer a command or a button with a new message. What the answer raises before a deferral is the error ladder's."""
    # In somebody else's server (the bot installed by the user only) an answer is the asker's own business.
    private = private or is_foreign(interaction)
    task = asyncio.ensure_future(answer)
    done, _ = await asyncio.wait({task}, timeout=PATIENCE_S)
    if done:
        reply = await task
        hidden = private or reply.is_private
        view = draw_reply(reply)
        await _callback(lambda: interaction.response.send_message(view=view, ephemeral=hidden, allowed_mentions=NOBODY))
        return
    await _callback(lambda: interaction.response.defer(ephemeral=private, thinking=True))
    try:
        reply = await task
    except Exception as error:
        await tell(interaction, words_for(error), is_deferred=True)
    else:
        await interaction.edit_original_response(view=draw_reply(reply), allowed_mentions=NOBODY)


async def _callback(send: Callable[[], Awaitable[object]]) -> None:
    """Send the first answer, and once more when its reply is lost: had it arrived, Discord refuses the second."""
    for _ in range(2):
        try:
            await send()
        except discord.HTTPException as error:
            if error.code not in {ALREADY_ANSWERED, UNKNOWN_INTERACTION}:
                raise
            log.warning("callback_answered", extra={"code": error.code})
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.warning("callback_reply_lost", extra={"error": str(error)})
            continue
        return
