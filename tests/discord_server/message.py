"""One message as it is stored, with what a reader of it sees: text, buttons, files, and whom it pings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.discord_server.guild import Channel, User

EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15
MENTION = re.compile(r"<@!?(\d+)>")
ROLE_MENTION = re.compile(r"<@&(\d+)>")
ESCAPE = re.compile(r"\\([^A-Za-z0-9\s])")
LINE_MARK = re.compile(r"^(?:#{1,3} |-# |> )+", re.MULTILINE)
EVERYBODY = re.compile(r"@(everyone|here)\b")


def walk(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every component, also nested ones and accessories, in reading order."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for key in ("accessory", "component"):
            if component.get(key):
                yield from walk([component[key]])


def plain(text: str) -> str:
    return ESCAPE.sub(r"\1", LINE_MARK.sub("", text))


@dataclass(eq=False)
class StoredFile:
    id: int
    filename: str
    data: bytes
    url: str
    description: str | None = None
    content_type: str = "application/octet-stream"

    def to_json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "filename": self.filename,
            "size": len(self.data),
            "url": self.url,
            "proxy_url": self.url,
            "content_type": self.content_type,
            **({} if self.description is None else {"description": self.description}),
        }


@dataclass(eq=False)
class Message:
    id: int
    channel: Channel
    author: User
    created_at: datetime
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    files: list[StoredFile] = field(default_factory=list)
    flags: int = 0
    nonce: str | None = None
    edited_at: datetime | None = None
    edits: int = 0
    reference: Message | None = None
    interaction: dict[str, Any] | None = None
    viewer: User | None = None
    """Only this user sees it (an ephemeral answer)."""
    pings: frozenset[str] = frozenset()
    """Whom it notifies: "everyone", and the ids of users and roles."""
    is_deleted: bool = False

    @property
    def is_ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)

    @property
    def is_loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """All words that a reader sees in the message's body: content, embeds, text displays."""
        return "\n".join(part for part in self._parts() if part)

    @property
    def plain(self) -> str:
        """The text as it is drawn: escapes resolved, marks of headings, quotations and small print taken off."""
        return plain(self.text)

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [component for component in walk(self.components) if component["type"] == 2]

    @property
    def labels(self) -> list[str]:
        return [button.get("label") or "" for button in self.buttons]

    @property
    def links(self) -> list[str]:
        """Where its link buttons lead."""
        return [button["url"] for button in self.buttons if button.get("url")]

    def file(self, filename: str) -> StoredFile:
        return next(stored for stored in self.files if stored.filename == filename)

    def _parts(self) -> Iterator[str]:
        yield self.content
        for embed in self.embeds:
            yield (embed.get("author") or {}).get("name") or ""
            yield embed.get("title") or ""
            yield embed.get("description") or ""
            for row in embed.get("fields") or []:
                yield f"{row['name']}\n{row['value']}"
            yield (embed.get("footer") or {}).get("text") or ""
        for component in walk(self.components):
            if component["type"] == 10:
                yield component["content"]

    def to_json(self) -> dict[str, Any]:
        """As it is read from a channel: without its nonce, which only the answer to its sending repeats."""
        guild = self.channel.guild
        return {
            "id": str(self.id),
            "type": 20 if self.interaction and self.interaction["type"] == 2 else 19 if self.reference else 0,
            "channel_id": str(self.channel.id),
            "author": self.author.to_json(),
            "content": self.content,
            "timestamp": self.created_at.isoformat(),
            "edited_timestamp": self.edited_at.isoformat() if self.edited_at else None,
            "tts": False,
            "mention_everyone": "everyone" in self.pings,
            "mentions": [
                member.user.to_json()
                for member in (guild.members.values() if guild else ())
                if str(member.user.id) in self.pings
            ],
            "mention_roles": [str(role_id) for role_id in (guild.roles if guild else ()) if str(role_id) in self.pings],
            "attachments": [stored.to_json() for stored in self.files],
            "embeds": self.embeds,
            "components": self.components,
            "pinned": False,
            "flags": self.flags,
            **self._optional(),
        }

    def to_sender_json(self) -> dict[str, Any]:
        return {**self.to_json(), **({} if self.nonce is None else {"nonce": self.nonce})}

    def _optional(self) -> dict[str, Any]:
        optional: dict[str, Any] = {}
        if self.author.is_bot:
            optional["application_id"] = str(self.author.id)
        if self.interaction:
            optional |= {"interaction_metadata": self.interaction, "webhook_id": str(self.author.id)}
        if self.reference:
            where = {"message_id": str(self.reference.id), "channel_id": str(self.channel.id), "type": 0}
            optional |= {"message_reference": where, "referenced_message": self.reference.to_json()}
        return optional


def pings(message: Message, allowed: dict[str, Any] | None, *, may_ping_all: bool, is_reply: bool) -> frozenset[str]:
    """Whom the message notifies, by Discord's rules: without `allowed_mentions` a message parses all mentions, an
    interaction's answer only users; a role must be mentionable unless the bot may mention everyone.
    """
    allowed = allowed if allowed is not None else {"parse": ["users"] if is_reply else ["users", "roles", "everyone"]}
    parse = allowed.get("parse") or []
    text, guild = message.text, message.channel.guild
    found: set[str] = set()
    if "everyone" in parse and may_ping_all and EVERYBODY.search(text):
        found.add("everyone")
    for kind, pattern in (("users", MENTION), ("roles", ROLE_MENTION)):
        listed = {str(identity) for identity in allowed.get(kind) or []}
        found |= {identity for identity in pattern.findall(text) if kind in parse or identity in listed}
    closed = {str(role.id) for role in (guild.roles.values() if guild else ()) if not role.mentionable and not may_ping_all}
    return frozenset(found - closed)
