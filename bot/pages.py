"""The buttons below cards and replies, wired. Their state is in the custom id, so they work after a restart."""

import re
from typing import Any, Protocol, Self, cast

import discord

from bot.buttons import EVIDENCE, PAGE, parse_evidence, parse_page
from bot.cards import Reply
from bot.commands.statements import evidence, page_of
from bot.desk import Asker, Desk
from bot.errors import Interaction, tell, words_for
from bot.respond import asker_of, respond
from handlers.errors import QuestionError


class _HasDesk(Protocol):
    """`client.Parley`, which imports this module."""

    desk: Desk


class _Answered(discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(r"(?!)")):
    """A button whose click is answered with a new private message, through the commands' own error words."""

    def __init__(self, custom_id: str) -> None:
        super().__init__(discord.ui.Button(custom_id=custom_id))

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match.string)

    async def callback(self, interaction: Interaction) -> None:
        desk = cast("_HasDesk", interaction.client).desk
        try:
            await respond(interaction, self.answer(desk, asker_of(interaction)), private=True)
        except Exception as error:
            await tell(interaction, words_for(error))

    async def answer(self, desk: Desk, asker: Asker) -> Reply:
        """What a click is answered with."""
        raise QuestionError("This button does nothing any more.")


class EvidenceButton(_Answered, template=EVIDENCE):
    """Shows the sentence in its paragraph."""

    async def answer(self, desk: Desk, asker: Asker) -> Reply:
        action = parse_evidence(self.custom_id)
        return await (evidence(desk, asker, action.statement_id) if action else super().answer(desk, asker))


class PageButton(_Answered, template=PAGE):
    """Shows another page of a query."""

    async def answer(self, desk: Desk, asker: Asker) -> Reply:
        action = parse_page(self.custom_id)
        return await (page_of(desk, asker, action.key, action.before_id) if action else super().answer(desk, asker))
