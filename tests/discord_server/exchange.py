"""One interaction from its sending to the end of its token: what was asked, and all that the bot answered. It stays
live: later edits and follow-ups appear in it, and `until` waits for them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.discord_server.guild import Channel, User
from tests.discord_server.message import Message, plain
from tests.discord_server.waiting import Changes

if TYPE_CHECKING:
    from tests.discord_server.commands import Command

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9


class NotOffered(AssertionError):
    """Discord's client would not let a user do this: no such command, option, choice or button, or not permitted."""


class NoAnswer(AssertionError):
    """The user sees "The application did not respond", or an endless "is thinking"."""


@dataclass(eq=False)
class Exchange:
    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    sent_at: float
    data: dict[str, Any]
    """The interaction's own part: command name and options, or custom id."""
    changes: Changes
    owners: dict[str, str] = field(default_factory=dict)
    command: Command | None = None
    source: Message | None = None
    """The message whose component was used."""
    opener: Exchange | None = None
    """For a submitted modal: what opened it."""
    callback: dict[str, Any] | None = None
    message: Message | None = None
    """The answer; for an update, the message that carries the component."""
    followups: list[Message] = field(default_factory=list)
    edits: int = 0
    """Changes of its messages after the first answer."""
    is_answer_lost: bool = False

    @property
    def metadata(self) -> dict[str, Any]:
        """What a message that answers it says of it."""
        named = {"name": self.data["name"], "command_type": self.data["type"]} if self.kind == COMMAND else {}
        pressed = {"interacted_message_id": str(self.source.id)} if self.kind == COMPONENT and self.source else {}
        opened = {"triggering_interaction_metadata": self.opener.metadata} if self.opener else {}
        return {
            "id": str(self.id),
            "type": self.kind,
            "user": self.user.to_json(),
            "authorizing_integration_owners": self.owners,
            **named,
            **pressed,
            **opened,
        }

    @property
    def callback_type(self) -> int | None:
        return self.callback["type"] if self.callback else None

    @property
    def is_answered(self) -> bool:
        """A callback came, and a deferred answer was filled in or taken away."""
        if self.callback is None:
            return False
        return self.callback_type != DEFER or self.message is None or self.message.is_deleted or not self.message.is_loading

    @property
    def is_user_install(self) -> bool:
        return "0" not in self.owners

    @property
    def is_ephemeral(self) -> bool:
        return self.message is not None and self.message.is_ephemeral

    @property
    def text(self) -> str:
        """All words of the answer and of its follow-ups."""
        shown = [self.message, *self.followups]
        return "\n".join(message.text for message in shown if message and not message.is_deleted)

    @property
    def plain(self) -> str:
        """The same as it is drawn, without marks and escapes."""
        return plain(self.text)

    @property
    def choices(self) -> list[dict[str, Any]]:
        return self._answer(CHOICES).get("choices") or []

    @property
    def modal(self) -> dict[str, Any]:
        return self._answer(MODAL)

    def _answer(self, kind: int) -> dict[str, Any]:
        assert self.callback_type == kind, f"not answered by type {kind}, but {self.callback}"
        return (self.callback or {})["data"]

    async def until(self, found: Callable[[Exchange], Any], timeout_s: float = 5) -> Exchange:
        """Wait for more: `await exchange.until(lambda e: e.followups)`."""
        await self.changes.until(lambda: found(self), timeout_s, "such answer")
        return self
