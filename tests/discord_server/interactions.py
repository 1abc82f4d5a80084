"""Builds what the gateway sends when a user acts: a slash command, typing in an option, a message menu, a button, a modal."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from tests.discord_server.exchange import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Exchange, NotOffered
from tests.discord_server.guild import Channel, User
from tests.discord_server.limits import MAX_FILE
from tests.discord_server.message import Message, walk
from tests.discord_server.options import build, find_leaf, nest, typed
from tests.discord_server.permissions import ALL, Permission

if TYPE_CHECKING:
    from tests.discord_server.commands import Command
    from tests.discord_server.server import DiscordServer

CHAT_INPUT, USER_MENU, MESSAGE_MENU = 1, 2, 3
IN_GUILD, BOT_DM = 0, 1
GUILD_INSTALL, USER_INSTALL = 0, 1


def slash(
    server: DiscordServer, name: str, given: dict[str, Any], channel: Channel, user: User, *, is_overridden: bool
) -> Exchange:
    root, *words = name.split()
    command = find_command(server, root, CHAT_INPUT, channel, user, is_overridden=is_overridden)
    leaf, way = find_leaf(command, words)
    options, resolved = build(server, leaf, given, channel, user)
    data = {**_named(command), "options": nest(way, options), **({"resolved": resolved} if resolved else {})}
    return send(server, COMMAND, data, channel, user, command=command)


def autocomplete(
    server: DiscordServer, name: str, focused: str, text: str, given: dict[str, Any], channel: Channel, user: User
) -> Exchange:
    root, *words = name.split()
    command = find_command(server, root, CHAT_INPUT, channel, user)
    leaf, way = find_leaf(command, words)
    data = {**_named(command), "options": nest(way, typed(leaf, focused, text, given))}
    return send(server, AUTOCOMPLETE, data, channel, user, command=command)


def message_menu(server: DiscordServer, name: str, message: Message, user: User, *, is_overridden: bool) -> Exchange:
    command = find_command(server, name, MESSAGE_MENU, message.channel, user, is_overridden=is_overridden)
    resolved = {"messages": {str(message.id): message.to_json()}}
    data = {**_named(command), "target_id": str(message.id), "resolved": resolved}
    return send(server, COMMAND, data, message.channel, user, command=command)


def component(server: DiscordServer, message: Message, custom_id: str, user: User, values: list[str] | None) -> Exchange:
    """A click (`values` None) or a selection, on what this message shows to this user."""
    known = {found["custom_id"]: found for found in walk(message.components) if found.get("custom_id")}
    pressed = known.get(custom_id) or next((found for found in known.values() if found.get("label") == custom_id), None)
    if message.is_deleted or (message.viewer and message.viewer is not user):
        raise NotOffered("the user does not see that message")
    if pressed is None or pressed.get("disabled"):
        raise NotOffered(f"no enabled component {custom_id!r}, only {sorted(known)}")
    data: dict[str, Any] = {"id": pressed["id"], "custom_id": pressed["custom_id"], "component_type": pressed["type"]}
    if values is not None:
        offered = [option["value"] for option in pressed.get("options", [])]
        if pressed["type"] == 3 and not set(values) <= set(offered):
            raise NotOffered(f"{values} are not among {offered}")
        data |= {"values": values, "resolved": {}}
    return send(server, COMPONENT, data, message.channel, user, source=message)


def modal_submit(server: DiscordServer, opened: Exchange, given: dict[str, str]) -> Exchange:
    """Submit the modal that answered `opened`."""
    modal = opened.modal
    rows = []
    for row in modal["components"]:
        fields = [found for found in walk([row]) if found.get("custom_id")]
        filled = [
            {"type": field["type"], "id": field.get("id", 0), "custom_id": field["custom_id"], "value": _typed_in(field, given)}
            for field in fields
        ]
        inner: dict[str, Any] = {"component": filled[0]} if row["type"] == 18 else {"components": filled}
        rows.append({"type": row["type"], "id": row.get("id", 0), **(inner if fields else {})})
    if strange := set(given) - {found.get("custom_id") for found in walk(modal["components"])}:
        raise NotOffered(f"the modal has no field {sorted(strange)}")
    data = {"custom_id": modal["custom_id"], "components": rows}
    return send(server, MODAL_SUBMIT, data, opened.channel, opened.user, source=opened.source, opener=opened)


def _typed_in(field: dict[str, Any], given: dict[str, str]) -> str:
    text = given.get(field["custom_id"], field.get("value") or "")
    least = max(field.get("min_length") or 0, 1 if field.get("required", True) else 0)
    if not (text == "" and least == 0) and not least <= len(text) <= (field.get("max_length") or 4000):
        raise NotOffered(f"field {field['custom_id']} does not take {text[:80]!r}")
    return text


def find_command(
    server: DiscordServer, name: str, kind: int, channel: Channel, user: User, *, is_overridden: bool = False
) -> Command:
    """The registered command, if Discord's client offers it to this user in this place. A server's administrators may
    have opened it to others (`is_overridden`).
    """
    guild = channel.guild
    command = server.registry.find(name, kind, guild.id if guild and guild.has_bot else None)
    if command is None:
        known = sorted(known["name"] for scope in server.registry.scopes.values() for known in scope)
        raise NotOffered(f"no command {name!r} is registered, only {known}")
    context = IN_GUILD if guild else BOT_DM
    if command["contexts"] is not None and context not in command["contexts"]:
        raise NotOffered(f"{name} is not offered {'in servers' if guild else 'in direct messages'}")
    if context == BOT_DM and command["contexts"] is None and not command["dm_permission"]:
        raise NotOffered(f"{name} is not offered in direct messages")
    if guild and not guild.has_bot and USER_INSTALL not in command["integration_types"]:
        raise NotOffered(f"{name} is not a command of the user's own app")
    granted = server.world.permissions(channel, user)
    needed = Permission.USE_APPLICATION_COMMANDS | Permission(
        int(command["default_member_permissions"] or 0) if guild and not is_overridden else 0
    )
    is_closed = command["default_member_permissions"] == "0" and not is_overridden and granted != ALL
    if guild and (needed & ~granted or is_closed):
        raise NotOffered(f"{user.name} may not use {name}: it needs {needed!r}")
    return command


def _named(command: Command) -> dict[str, Any]:
    named = {"id": command["id"], "name": command["name"], "type": command["type"]}
    return {**named, **({"guild_id": command["guild_id"]} if "guild_id" in command else {})}


def send(
    server: DiscordServer,
    kind: int,
    data: dict[str, Any],
    channel: Channel,
    user: User,
    *,
    command: Command | None = None,
    source: Message | None = None,
    opener: Exchange | None = None,
) -> Exchange:
    """Tell the bot, and keep the exchange for its answers."""
    guild = channel.guild
    owners = {"0": str(guild.id if guild else 0)} if guild is None or guild.has_bot else {"1": str(user.id)}
    identity, token = server.clock.snowflake(), secrets.token_urlsafe(48)
    exchange = Exchange(
        identity, token, kind, user, channel, server.clock.now(), data, server.changes, owners, command, source, opener
    )
    server.exchanges[identity] = exchange
    payload = {**_shared(server, exchange), **_place(server, exchange)}
    if source:
        payload["message"] = source.to_json()
    server.gateway.dispatch("INTERACTION_CREATE", payload, guild)
    return exchange


def _shared(server: DiscordServer, exchange: Exchange) -> dict[str, Any]:
    return {
        "id": str(exchange.id),
        "application_id": str(server.world.application_id),
        "type": exchange.kind,
        "token": exchange.token,
        "version": 1,
        "data": exchange.data,
        "locale": exchange.user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": exchange.owners,
        "attachment_size_limit": MAX_FILE,
        "channel_id": str(exchange.channel.id),
    }


def _place(server: DiscordServer, exchange: Exchange) -> dict[str, Any]:
    """Where it happens and who acts: a member of a guild, or a user in the bot's private channel."""
    channel, user, guild = exchange.channel, exchange.user, exchange.channel.guild
    bot_may = server.world.permissions(channel, server.world.bot)
    if guild is None:
        place = {"context": BOT_DM, "user": user.to_json(), "channel": channel.to_json()}
        return {**place, "app_permissions": str(int(bot_may))}
    permissions = str(int(server.world.permissions(channel, user)))
    return {
        "context": IN_GUILD,
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
        "guild_locale": guild.locale,
        "member": {**guild.members[user.id].to_json(), "permissions": permissions},
        "channel": {**channel.to_json(), "permissions": permissions},
        "app_permissions": str(int(bot_may)),
    }
