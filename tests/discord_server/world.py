"""What exists on the server: users, guilds, channels, roles and their messages. Tests shape it here; a change that a
connected bot would be told about is passed to `emit(event, data, guild)`, which the gateway provides.
"""

from collections.abc import Callable
from typing import Any

from tests.discord_server import permissions
from tests.discord_server.clock import Clock
from tests.discord_server.guild import DM, TEXT, Channel, Guild, Member, Overwrite, Role, User
from tests.discord_server.message import Message, pings
from tests.discord_server.permissions import Permission

Emit = Callable[[str, dict[str, Any], Guild | None], None]
BOT_ROLE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
)


class World:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.emit: Emit = lambda _event, _data, _guild: None
        self.bot = self.add_user("parley", is_bot=True)
        self.application_id = self.bot.id

    def add_user(self, name: str, *, is_bot: bool = False, locale: str = "en-US") -> User:
        user = User(self.clock.snowflake(), name, is_bot=is_bot, locale=locale)
        self.users[user.id] = user
        return user

    def add_guild(
        self, name: str, owner: User, *, has_bot: bool = True, locale: str = "en-US", bot_role: Permission = BOT_ROLE
    ) -> Guild:
        guild = Guild(self.clock.snowflake(), name, owner, self.clock.at(), has_bot=has_bot, locale=locale)
        self.guilds[guild.id] = guild
        guild.roles[guild.id] = Role(guild.id, "@everyone", permissions.EVERYONE, position=0)
        self.join(guild, owner)
        if has_bot:
            role = Role(self.clock.snowflake(), self.bot.name, bot_role, managed=True)
            guild.roles[role.id] = role
            self.join(guild, self.bot, role)
        self._make_channel(guild, "general", TEXT)
        if has_bot:
            joined = self.guild_create(guild)
            del joined["unavailable"]  # its absence tells a client that the guild is new
            self.emit("GUILD_CREATE", joined, guild)
        return guild

    def remove_guild(self, guild: Guild, *, is_outage: bool = False) -> None:
        """The bot is put out of the guild; an outage only makes it unavailable."""
        if not is_outage:
            guild.has_bot = False
            guild.members.pop(self.bot.id, None)
        gone = {"id": str(guild.id), **({"unavailable": True} if is_outage else {})}
        self.emit("GUILD_DELETE", gone, guild)

    def restore_guild(self, guild: Guild) -> None:
        """An outage ends."""
        self.emit("GUILD_CREATE", self.guild_create(guild), guild)

    def join(self, guild: Guild, user: User, *roles: Role) -> Member:
        member = guild.members.setdefault(user.id, Member(user, self.clock.at()))
        member.roles.extend(role for role in roles if role not in member.roles)
        return member

    def add_role(self, guild: Guild, name: str, granted: Permission = Permission.NONE, *, mentionable: bool = False) -> Role:
        role = Role(self.clock.snowflake(), name, granted, position=len(guild.roles), mentionable=mentionable)
        guild.roles[role.id] = role
        self.emit("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": role.to_json()}, guild)
        return role

    def grant(self, guild: Guild, role: Role, granted: Permission) -> None:
        role.permissions = granted
        self.emit("GUILD_ROLE_UPDATE", {"guild_id": str(guild.id), "role": role.to_json()}, guild)

    def add_channel(self, guild: Guild, name: str, *, kind: int = TEXT) -> Channel:
        channel = self._make_channel(guild, name, kind)
        self.emit("CHANNEL_CREATE", channel.to_json(), guild)
        return channel

    def _make_channel(self, guild: Guild, name: str, kind: int) -> Channel:
        channel = Channel(self.clock.snowflake(), name, kind, guild)
        guild.channels[channel.id] = self.channels[channel.id] = channel
        return channel

    def remove_channel(self, channel: Channel) -> None:
        del self.channels[channel.id]
        if channel.guild:
            self.emit("CHANNEL_DELETE", channel.to_json(), channel.guild)
            del channel.guild.channels[channel.id]

    def overwrite(
        self,
        channel: Channel,
        target: Role | User,
        *,
        allow: Permission = Permission.NONE,
        deny: Permission = Permission.NONE,
    ) -> None:
        """Replace what `target` may do in this channel."""
        channel.overwrites[target.id] = Overwrite(allow, deny)
        self.emit("CHANNEL_UPDATE", channel.to_json(), channel.guild)

    def dm(self, user: User) -> Channel:
        """The bot's private channel with this user."""
        for channel in self.channels.values():
            if channel.recipient is user:
                return channel
        channel = Channel(self.clock.snowflake(), user.name, DM, recipient=user)
        self.channels[channel.id] = channel
        return channel

    def channel(self, channel_id: int) -> Channel:
        return self.channels[channel_id]

    def find_message(self, channel: Channel, message_id: int) -> Message | None:
        return next((found for found in channel.history if found.id == message_id and not found.is_deleted), None)

    def post(self, channel: Channel, author: User, content: str = "") -> Message:
        """Somebody writes a message."""
        message = Message(self.clock.snowflake(), channel, author, self.clock.at(), content=content)
        may_ping_all = bool(self.permissions(channel, author) & Permission.MENTION_EVERYONE)
        message.pings = pings(message, None, may_ping_all=may_ping_all, is_reply=False)
        self.add_message(message)
        return message

    def add_message(self, message: Message) -> None:
        message.channel.history.append(message)
        if message.viewer is None:
            event = {**self._message_event(message), **message.to_sender_json()}
            self.emit("MESSAGE_CREATE", event, message.channel.guild)

    def announce_edit(self, message: Message) -> None:
        if message.viewer is None:
            self.emit("MESSAGE_UPDATE", self._message_event(message), message.channel.guild)

    def delete(self, message: Message) -> None:
        """A moderator or the bot itself removes a message."""
        message.is_deleted = True
        gone = {"id": str(message.id), "channel_id": str(message.channel.id)}
        guild = message.channel.guild
        if message.viewer is None:
            self.emit("MESSAGE_DELETE", {**gone, **({"guild_id": str(guild.id)} if guild else {})}, guild)

    def permissions(self, place: Channel | Guild, user: User) -> Permission:
        """What `user` may do there; nothing in a guild that it has not joined."""
        guild = place if isinstance(place, Guild) else place.guild
        if guild is None:
            return permissions.ALL & ~Permission.ADMINISTRATOR
        member = guild.members.get(user.id)
        if member is None:
            return Permission(0)
        roles = [guild.everyone, *member.roles]
        granted = permissions.in_guild(is_owner=guild.owner is user, roles=[role.permissions for role in roles])
        if isinstance(place, Guild):
            return granted
        return permissions.in_channel(granted, self._layers(place, guild, member))

    def _layers(self, channel: Channel, guild: Guild, member: Member) -> list[tuple[int, int]]:
        everyone = channel.overwrites.get(guild.id, Overwrite())
        allow = deny = Permission(0)
        for role in member.roles:
            overwrite = channel.overwrites.get(role.id, Overwrite())
            allow, deny = allow | overwrite.allow, deny | overwrite.deny
        own = channel.overwrites.get(member.user.id, Overwrite())
        return [(everyone.allow, everyone.deny), (allow, deny), (own.allow, own.deny)]

    def guild_create(self, guild: Guild) -> dict[str, Any]:
        empty = ("voice_states", "threads", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds")
        return {
            **guild.to_json(),
            **{key: [] for key in empty},
            "joined_at": guild.members[self.bot.id].joined_at.isoformat(),
            "large": False,
            "unavailable": False,
            "member_count": len(guild.members),
            "members": [guild.members[self.bot.id].to_json()],
            "channels": [channel.to_json() for channel in guild.channels.values()],
        }

    def _message_event(self, message: Message) -> dict[str, Any]:
        guild = message.channel.guild
        if guild is None:
            return message.to_json()
        member = guild.members.get(message.author.id)
        partial = {"member": {k: v for k, v in member.to_json().items() if k != "user"}} if member else {}
        return {**message.to_json(), **partial, "guild_id": str(guild.id)}
