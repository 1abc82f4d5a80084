"""Users, roles, members, channels and guilds, each with the JSON that Discord sends for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.discord_server.permissions import Permission

if TYPE_CHECKING:
    from tests.discord_server.message import Message

TEXT, DM, VOICE, CATEGORY, ANNOUNCEMENT = 0, 1, 2, 4, 5


@dataclass(eq=False)
class User:
    id: int
    name: str
    is_bot: bool = False
    locale: str = "en-US"
    accepts_dms: bool = True

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"

    def to_json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "username": self.name,
            "global_name": self.name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": self.is_bot,
            "flags": 0,
            "public_flags": 0,
            "primary_guild": None,
        }


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: Permission
    position: int = 1
    mentionable: bool = False
    managed: bool = False

    @property
    def mention(self) -> str:
        return f"<@&{self.id}>"

    def to_json(self) -> dict[str, Any]:
        colors = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
        return {
            "id": str(self.id),
            "name": self.name,
            "description": None,
            "permissions": str(int(self.permissions)),
            "position": self.position,
            "color": 0,
            "colors": colors,
            "hoist": False,
            "managed": self.managed,
            "mentionable": self.mentionable,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
        }


@dataclass(eq=False)
class Member:
    user: User
    joined_at: datetime
    roles: list[Role] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "user": self.user.to_json(),
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": [str(role.id) for role in self.roles],
            "joined_at": self.joined_at.isoformat(),
            "premium_since": None,
            "communication_disabled_until": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
        }


@dataclass(eq=False)
class Overwrite:
    allow: Permission = Permission.NONE
    deny: Permission = Permission.NONE


@dataclass(eq=False)
class Channel:
    id: int
    name: str
    kind: int = TEXT
    guild: Guild | None = None
    recipient: User | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    history: list[Message] = field(default_factory=list)
    """Every message, also ephemeral and deleted ones."""

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"

    @property
    def messages(self) -> list[Message]:
        """What everybody in the channel sees, oldest first."""
        return [message for message in self.history if not message.is_deleted and message.viewer is None]

    def to_json(self) -> dict[str, Any]:
        last = self.messages[-1:]
        shared = {
            "id": str(self.id),
            "type": self.kind,
            "flags": 0,
            "last_message_id": str(last[0].id) if last else None,
        }
        if self.guild is None:
            return {**shared, "recipients": [self.recipient.to_json()] if self.recipient else []}
        extra = {"bitrate": 64000, "user_limit": 0} if self.kind == VOICE else {}
        return {
            **shared,
            **extra,
            "name": self.name,
            "guild_id": str(self.guild.id),
            "position": list(self.guild.channels).index(self.id) if self.id in self.guild.channels else 0,
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "permission_overwrites": [self._overwrite_json(target_id) for target_id in self.overwrites],
        }

    def _overwrite_json(self, target_id: int) -> dict[str, Any]:
        assert self.guild
        overwrite = self.overwrites[target_id]
        kind = 0 if target_id in self.guild.roles else 1
        return {"id": str(target_id), "type": kind, "allow": str(int(overwrite.allow)), "deny": str(int(overwrite.deny))}


@dataclass(eq=False)
class Guild:
    id: int
    name: str
    owner: User
    created_at: datetime
    has_bot: bool = True
    locale: str = "en-US"
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]

    def to_json(self) -> dict[str, Any]:
        """As `GET /guilds/{id}` answers; the gateway adds channels and members."""
        numbers = dict.fromkeys(
            ("verification_level", "default_message_notifications", "explicit_content_filter", "mfa_level", "nsfw_level"), 0
        )
        nothing = dict.fromkeys(
            ("icon", "description", "home_header", "splash", "discovery_splash", "banner", "vanity_url_code", "region"), None
        )
        places = dict.fromkeys(
            (
                "afk_channel_id",
                "system_channel_id",
                "widget_channel_id",
                "rules_channel_id",
                "public_updates_channel_id",
                "safety_alerts_channel_id",
                "application_id",
            ),
            None,
        )
        return {
            **numbers,
            **nothing,
            **places,
            "id": str(self.id),
            "name": self.name,
            "owner_id": str(self.owner.id),
            "roles": [role.to_json() for role in self.roles.values()],
            "emojis": [],
            "stickers": [],
            "features": [],
            "preferred_locale": self.locale,
            "afk_timeout": 300,
            "system_channel_flags": 0,
            "widget_enabled": False,
            "max_presences": None,
            "max_members": 500000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "premium_tier": 0,
            "premium_subscription_count": 0,
            "premium_progress_bar_enabled": False,
            "nsfw": False,
        }
