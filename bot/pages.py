"""The buttons below cards and replies, wired. Their state is in the custom id, so they work after a restart."""

import re
from collections.abc import Awaitable
from typing import Any, Self

import discord

from bot.buttons import (
    EVIDENCE,
    JUMP,
    MUTE,
    PAGE,
    TIMELINE,
    WRONG,
    parse_evidence,
    parse_jump,
    parse_mute,
    parse_page,
    parse_timeline,
    parse_wrong,
)
from bot.cards import Reply
from bot.commands import feed, timeline
from bot.commands.statements import evidence
from bot.confirming import CONFIRM, confirm, key_in
from bot.correcting import ask_reason, complain, mute
from bot.desk import Asker, Desk
from bot.errors import Interaction, tell, words_for
from bot.notices import SHOW_FEED, feed_in
from bot.respond import asker_of, desk_of, respond, turn
from bot.turning import jump, page_of
from handlers.errors import QuestionError


class _Answered(discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(r"(?!)")):
    """A button whose click is answered with a new private message, through the commands' own error words."""

    def __init__(self, custom_id: str) -> None:
        super().__init__(discord.ui.Button(custom_id=custom_id))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match.string)

    async def callback(self, interaction: Interaction) -> None:
        await reply_to(interaction, self.answer(desk_of(interaction), asker_of(interaction)))

    async def answer(self, desk: Desk, asker: Asker) -> Reply:
        """What a click is answered with."""
        raise QuestionError("This button does nothing any more.")


class EvidenceButton(_Answered, template=EVIDENCE):
    """Shows the sentence in its paragraph."""

    async def answer(self, desk: Desk, asker: Asker) -> Reply:
        action = parse_evidence(self.custom_id)
        return await (evidence(desk, asker, action.statement_id) if action else super().answer(desk, asker))


class PageButton(_Answered, template=PAGE):
    """Shows another page of a query: in its place on a private message, which only the asker has; else privately."""

    async def callback(self, interaction: Interaction) -> None:
        await show_page(interaction, self.answer(desk_of(interaction), asker_of(interaction)))

    async def answer(self, desk: Desk, asker: Asker) -> Reply:
        action = parse_page(self.custom_id)
        return await (page_of(desk, asker, action) if action else super().answer(desk, asker))


class TimelineButton(_Answered, template=TIMELINE):
    """Follows the pair of a position through time."""

    async def answer(self, desk: Desk, asker: Asker) -> Reply:
        position_id = parse_timeline(self.custom_id)
        return await (timeline.of_position(desk, asker, position_id) if position_id else super().answer(desk, asker))


class ConfirmButton(_Answered, template=CONFIRM):
    """Does what was offered to the one who asked."""

    async def answer(self, desk: Desk, asker: Asker) -> Reply:
        key = key_in(self.custom_id)
        return await (confirm(desk, asker, key) if key else super().answer(desk, asker))


class FeedButton(_Answered, template=SHOW_FEED):
    """Shows the feed that a notice is about."""

    async def answer(self, desk: Desk, asker: Asker) -> Reply:
        feed_id = feed_in(self.custom_id)
        return await (feed.show(desk, asker, feed=str(feed_id)) if feed_id else super().answer(desk, asker))


class JumpButton(_Answered, template=JUMP):
    """Asks for a day, then shows the page that begins there."""

    async def callback(self, interaction: Interaction) -> None:
        key = parse_jump(self.custom_id)
        if key:
            await interaction.response.send_modal(JumpModal(key))


class JumpModal(discord.ui.Modal, title="Jump to a day"):
    """One field; a query's key goes with it."""

    day = discord.ui.TextInput["JumpModal"](label="Day", placeholder="2025-02-07 or 7 February 2025", max_length=40)

    def __init__(self, key: str) -> None:
        super().__init__(timeout=900)  # as long as Discord lets it be answered
        self._key = key

    async def on_submit(self, interaction: Interaction, /) -> None:
        await show_page(interaction, jump(desk_of(interaction), asker_of(interaction), self._key, self.day.value))


async def show_page(interaction: Interaction, answer: Awaitable[Reply]) -> None:
    if interaction.message is not None and interaction.message.flags.ephemeral:
        await turn(interaction, answer)
    else:
        await reply_to(interaction, answer)


async def reply_to(interaction: Interaction, answer: Awaitable[Reply]) -> None:
    """With a new private message, or the commands' own error words."""
    try:
        await respond(interaction, answer, private=True)
    except Exception as error:
        await tell(interaction, words_for(error))


class WrongButton(_Answered, template=WRONG):
    """Reports a statement; asks first what is wrong with it."""

    async def answer(self, desk: Desk, asker: Asker) -> Reply:
        statement_id, reason = parse_wrong(self.custom_id) or (0, None)
        return await (complain(desk, asker, statement_id, reason) if reason else ask_reason(desk, asker, statement_id))


class MuteButton(_Answered, template=MUTE):
    """Keeps a pair out of the alert's channel for a day."""

    async def answer(self, desk: Desk, asker: Asker) -> Reply:
        return await mute(desk, asker, parse_mute(self.custom_id) or 0)


BUTTONS = (EvidenceButton, PageButton, TimelineButton, JumpButton, ConfirmButton, FeedButton, WrongButton, MuteButton)
