"""The buttons below cards and replies, wired. Their state is in the custom id, so they work after a restart."""

import re
from collections.abc import Awaitable
from typing import Any, Self, cast

import discord

from bot.buttons import EVIDENCE, PAGE
from bot.cards import Reply
from bot.commands.statements import evidence, page_of
from bot.desk import Asker, Desk
from bot.errors import tell, type_of_interaction, words_for
from bot.respond import asker_of, respond


class _Answered(discord.ui.DynamicItem[discord.ui.Button[Any]], template=re.compile(r"(?!)")):
    """A button whose click is answered with a new private message, through the commands' own error words."""

    def __init__(self, custom_id: str, match: re.Match[str]) -> None:
        super().__init__(discord.ui.Button(custom_id=custom_id))
        self._match = match

    @classmethod
    async def from_custom_id(
        cls, interaction: type_of_interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match.string, match)

    async def callback(self, interaction: type_of_interaction) -> None:
        desk = cast("Desk", getattr(interaction.client, "desk"))  # noqa: B009 # the client is Parley; importing it would be a cycle
        try:
            await respond(interaction, self.reply(desk, asker_of(interaction)), private=True)
        except Exception as error:
            await tell(interaction, words_for(error))

    def reply(self, desk: Desk, asker: Asker) -> Awaitable[Reply]:
        """What a click is answered with."""
        raise NotImplementedError


class EvidenceButton(_Answered, template=EVIDENCE):
    """Shows the sentence in its paragraph."""

    def reply(self, desk: Desk, asker: Asker) -> Awaitable[Reply]:
        return evidence(desk, asker, int(self._match["statement"]))


class PageButton(_Answered, template=PAGE):
    """Shows another page of a query."""

    def reply(self, desk: Desk, asker: Asker) -> Awaitable[Reply]:
        return page_of(desk, asker, self._match["key"], int(self._match["before"]))
