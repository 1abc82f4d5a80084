"""What a channel shows already: an earlier message of the bot's own, found by what it carries. And when to give up sending."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeGuard

import discord

log = logging.getLogger(__name__)

GIVE_UP_AFTER = timedelta(hours=24)
GIVE_UP_TRIES = 8
"""Both must be reached: a bot that was off for a day has not tried yet."""
CLOCKS_DIFFER = timedelta(minutes=10)
"""By so much the clock here may be ahead of the one by which Discord numbers its messages."""
HISTORY_LIMIT = 1000


async def find_sent(
    client: discord.Client,
    channel: discord.PartialMessageable,
    started_at: datetime,
    is_it: Callable[[discord.Message], bool],
) -> int | None:
    """The bot's own message that an earlier try since then has sent, although its reply was lost."""
    try:
        # Newest first: the last try was minutes ago, the first may have been hours and much talk ago.
        async for message in channel.history(after=started_at - CLOCKS_DIFFER, limit=HISTORY_LIMIT, oldest_first=False):
            if client.user is not None and message.author.id == client.user.id and is_it(message):
                return message.id
    except discord.Forbidden:
        # A message twice, once in a blue moon, is better than one lost.
        log.warning("history_forbidden", extra={"channel": channel.id})
    return None


def is_final(error: Exception) -> TypeGuard[discord.HTTPException]:
    """Discord understood and refused: no later try can help. (A token may be mended, a rate limit passes.)"""
    return isinstance(error, discord.HTTPException) and 400 <= error.status < 500 and error.status not in {401, 429}


def custom_ids(message: discord.Message) -> Iterator[str]:
    """Of every button of a message, however deep."""
    waiting: list[object] = [*message.components]
    while waiting:
        component = waiting.pop()
        waiting.extend(getattr(component, "children", ()))
        custom_id = getattr(component, "custom_id", None)
        if isinstance(custom_id, str):
            yield custom_id
