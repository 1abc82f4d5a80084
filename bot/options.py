"""What several commands' options share: autocomplete from memory, closed choices, and the check of a channel."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

import discord
from discord import app_commands

from bot.desk import Desk
from bot.errors import Interaction
from bot.respond import asker_of
from handlers.errors import QuestionError
from handlers.model import Stance

log = logging.getLogger(__name__)

Complete = Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]

STANCES = [app_commands.Choice(name=stance.value, value=stance.value) for stance in Stance]

NEEDED = {"view_channel": "View Channel", "send_messages": "Send Messages"}
"""What an alert needs. Its layout needs no Embed Links; Read Message History only spares a doubled message after a crash."""

UNSEEN = ("View Channel",)


def names_for(desk: Desk) -> Complete:
    """Autocomplete of actors. discord.py swallows what it raises, so it is logged here and offers nothing."""

    async def complete(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        try:
            asker = asker_of(interaction)
            desk.freshen(asker.guild_id)
            names = desk.suggest(typed, asker)
        except Exception:
            log.exception("autocomplete_failed")
            return []
        return [app_commands.Choice(name=name[:100], value=name[:100]) for name in names]

    return complete


def check_channel(interaction: Interaction, channel_id: int) -> None:
    """QuestionError names each permission that the bot lacks in that channel."""
    if (lack := lacking(interaction, channel_id)) is not None:
        raise QuestionError(lack)


def lacking(interaction: Interaction, channel_id: int) -> str | None:
    """What keeps the bot from posting there, in a sentence; None when nothing does."""
    missing = lacks_in(interaction, channel_id)
    if missing == UNSEEN:
        return "I cannot see that channel. Give me View Channel there, or choose another one."
    return f"I may not post alerts in that channel. Missing: {', '.join(missing)}." if missing else None


def lacks_in(interaction: Interaction, channel_id: int) -> tuple[str, ...]:
    """The permissions that the bot needs there and does not have; UNSEEN for a channel that it does not even see."""
    guild = interaction.guild
    channel = guild.get_channel_or_thread(channel_id) if guild else None
    if channel_id == interaction.channel_id and interaction.app_permissions.value:
        permissions = interaction.app_permissions
    elif guild is None or channel is None or guild.me is None:  # pyright: ignore[reportUnnecessaryComparison] # None until the guild has arrived
        return UNSEEN
    else:
        permissions = channel.permissions_for(guild.me)
    needed = dict(NEEDED)
    if isinstance(channel, discord.Thread):
        del needed["send_messages"]
        needed["send_messages_in_threads"] = "Send Messages in Threads"
    return tuple(words for name, words in needed.items() if not getattr(permissions, name))


def manage_only(asker_may_manage: bool) -> None:
    """Checked again on our side: a server's overrides in Discord do not bind a hand-made request."""
    if not asker_may_manage:
        raise QuestionError("Only members with Manage Server may do this.")


def limit_text(value: str | None, name: str, most: int) -> str | None:
    """Text from a user, bare of edges; QuestionError when it is longer than `most` characters."""
    if value is None or not value.strip():
        return None
    if len(value) > most:
        raise QuestionError(f"{name} is longer than {most} characters.")
    return value.strip()
