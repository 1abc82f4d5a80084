"""A command's answer → the reply in Discord, within the three seconds or deferred; never both, never twice."""

import asyncio
import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, cast

import aiohttp
import discord

from bot.cards import Reply
from bot.desk import Asker, Desk
from bot.errors import ALREADY_ANSWERED, UNKNOWN_INTERACTION, Interaction, log, tell, words_for
from bot.layout import PICTURE, draw_reply
from handlers.errors import ParleyError

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
        may_moderate=in_guild and (interaction.permissions.manage_messages or interaction.permissions.manage_guild),
        may_amend=_owns(interaction),
    )


def _owns(interaction: Interaction) -> bool:
    """Whether the application is theirs, or their team's."""
    told = interaction.client.application
    if told is None:
        return False
    owners = told.team.members if told.team else [told.owner]
    return interaction.user.id in {owner.id for owner in owners}


def is_foreign(interaction: Interaction) -> bool:
    """Whether the bot is in this server only because the one who asks has installed it for themselves."""
    return interaction.guild_id is not None and interaction.is_user_integration() and not interaction.is_guild_integration()


async def respond(interaction: Interaction, answer: Awaitable[Reply], *, private: bool = False) -> None:
    """Answer a command or a button with a new message. What the answer raises before a deferral is the error ladder's."""
    # In somebody else's server (the bot installed by the user only) an answer is the asker's own business.
    private = private or is_foreign(interaction)
    task = asyncio.ensure_future(_drawn(interaction, answer))
    done, _ = await asyncio.wait({task}, timeout=PATIENCE_S)
    if done:
        reply = await task
        hidden = private or reply.is_private
        await _callback(lambda: _send(interaction, reply, is_private=hidden))
        return
    await _callback(lambda: interaction.response.defer(ephemeral=private, thinking=True))
    try:
        reply = await task
    except Exception as error:
        await tell(interaction, words_for(error), is_deferred=True)
    else:
        await interaction.edit_original_response(view=draw_reply(reply), attachments=_files(reply), allowed_mentions=NOBODY)


async def turn(interaction: Interaction, answer: Awaitable[Reply]) -> None:
    """Answer a click on a private message by changing it: its only reader asked."""
    task = asyncio.ensure_future(_drawn(interaction, answer))
    done, _ = await asyncio.wait({task}, timeout=PATIENCE_S)
    if not done:
        await _callback(interaction.response.defer)
    try:
        reply = await task
    except Exception as error:
        await tell(interaction, words_for(error))
        return
    if done:
        await _callback(lambda: _change(interaction, reply))
    else:
        await interaction.edit_original_response(view=draw_reply(reply), attachments=_files(reply), allowed_mentions=NOBODY)


async def _change(interaction: Interaction, reply: Reply) -> None:
    await interaction.response.edit_message(view=draw_reply(reply), attachments=_files(reply), allowed_mentions=NOBODY)


async def _drawn(interaction: Interaction, answer: Awaitable[Reply]) -> Reply:
    """The reply with its chart as a picture; without it where it cannot be drawn, since the lines say the same."""
    reply = await answer
    if reply.chart is None or reply.chart.is_empty:
        return reply
    try:
        return replace(reply, picture=await desk_of(interaction).pool.draw(reply.chart))
    except ParleyError as error:
        log.warning("chart_not_drawn", extra={"error": str(error)})
        return reply


async def _send(interaction: Interaction, reply: Reply, *, is_private: bool) -> None:
    # Files are read up by each sending, so a second one needs its own.
    await interaction.response.send_message(
        view=draw_reply(reply), files=_files(reply), ephemeral=is_private, allowed_mentions=NOBODY
    )


def _files(reply: Reply) -> list[discord.File]:
    files: list[discord.File] = []
    if reply.picture and reply.chart:
        files.append(discord.File(io.BytesIO(reply.picture), PICTURE, description=reply.chart.alt()))
    if reply.file:
        files.append(discord.File(io.BytesIO(reply.file.data), reply.file.name))
    return files


def desk_of(interaction: Interaction) -> Desk:
    """The desk of the bot that was asked."""
    return cast("_HasDesk", interaction.client).desk


class _HasDesk(Protocol):
    """`client.Parley`, which imports the modules that import this one."""

    desk: Desk


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
