"""Routes of channels and the messages in them, with the permissions that each asks of the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.discord_server.call import Call, route
from tests.discord_server.composing import edit_message, new_message
from tests.discord_server.errors import (
    ApiError,
    cannot_dm,
    invalid,
    missing_access,
    missing_permissions,
    unknown,
)
from tests.discord_server.guild import CATEGORY, Channel
from tests.discord_server.message import Message
from tests.discord_server.permissions import Permission

if TYPE_CHECKING:
    from tests.discord_server.server import DiscordServer

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"


@route("GET", "/channels/{channel_id}")
def get_channel(server: DiscordServer, call: Call) -> Any:
    return _channel(server, call).to_json()


@route("POST", "/channels/{channel_id}/typing")
def type_in(server: DiscordServer, call: Call) -> None:
    _channel(server, call, Permission.SEND_MESSAGES)


@route("GET", MESSAGES)
def list_messages(server: DiscordServer, call: Call) -> Any:
    channel = _channel(server, call)
    if not server.world.permissions(channel, server.world.bot) & Permission.READ_MESSAGE_HISTORY:
        return []
    limit = int(call.query.get("limit", 50))
    newest = sorted(channel.messages, key=lambda message: message.id, reverse=True)
    if "after" in call.query:
        after = [message for message in newest if message.id > int(call.query["after"])]
        newest = after[max(0, len(after) - limit) :]
    elif "before" in call.query:
        newest = [message for message in newest if message.id < int(call.query["before"])]
    elif "around" in call.query:
        centre = int(call.query["around"])
        newer = [message for message in newest if message.id > centre]
        newest = [*newer[max(0, len(newer) - limit // 2) :], *(message for message in newest if message.id <= centre)]
    return [message.to_json() for message in newest[:limit]]


@route("GET", MESSAGE)
def get_message(server: DiscordServer, call: Call) -> Any:
    return _message(server, call, _channel(server, call, Permission.READ_MESSAGE_HISTORY)).to_json()


@route("POST", MESSAGES)
def post_message(server: DiscordServer, call: Call) -> Any:
    channel = _channel(server, call, Permission.SEND_MESSAGES)
    if channel.kind == CATEGORY:
        raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
    if channel.recipient and not channel.recipient.accepts_dms:
        raise cannot_dm()
    _allow_contents(server, call, channel)
    message = new_message(server, call, call.body, channel, is_reply=False)
    if (first := _same_nonce(server, call, message)) is not None:
        return first.to_sender_json()
    message.reference = _reference(server, call, channel)
    server.world.add_message(message)
    return message.to_sender_json()


@route("PATCH", MESSAGE)
def patch_message(server: DiscordServer, call: Call) -> Any:
    channel = _channel(server, call)
    message = _message(server, call, channel)
    if message.author is not server.world.bot:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user", breaks_rule=True)
    _allow_contents(server, call, channel)
    edit_message(server, call, message, call.body, is_reply=False)
    return message.to_json()


@route("DELETE", MESSAGE)
def delete_message(server: DiscordServer, call: Call) -> None:
    channel = _channel(server, call)
    message = _message(server, call, channel)
    may_manage = server.world.permissions(channel, server.world.bot) & Permission.MANAGE_MESSAGES
    if message.author is not server.world.bot and not may_manage:
        raise missing_permissions()
    server.world.delete(message)


def _channel(server: DiscordServer, call: Call, needed: Permission = Permission.NONE) -> Channel:
    channel = server.world.channels.get(call.id("channel_id"))
    if channel is None:
        raise unknown("Channel", 10003)
    granted = server.world.permissions(channel, server.world.bot)
    if not granted & Permission.VIEW_CHANNEL:
        raise missing_access()
    if needed & ~granted:
        raise missing_permissions()
    return channel


def _message(server: DiscordServer, call: Call, channel: Channel) -> Message:
    message = server.world.find_message(channel, call.id("message_id"))
    if message is None or message.viewer is not None:
        raise unknown("Message", 10008)
    return message


def _allow_contents(server: DiscordServer, call: Call, channel: Channel) -> None:
    granted = server.world.permissions(channel, server.world.bot)
    if call.body.get("embeds") and not granted & Permission.EMBED_LINKS:
        raise missing_permissions()
    if call.uploads and not granted & Permission.ATTACH_FILES:
        raise missing_permissions()


def _same_nonce(server: DiscordServer, call: Call, message: Message) -> Message | None:
    """The message that was sent with the same enforced nonce a few minutes ago; it may have been deleted since."""
    if not call.body.get("enforce_nonce") or message.nonce is None:
        return None
    oldest = server.clock.now() - server.nonce_s
    for earlier in message.channel.history:
        if earlier.nonce == message.nonce and earlier.created_at.timestamp() >= oldest:
            if earlier.is_deleted:
                raise unknown("Message", 10008)
            return earlier
    return None


def _reference(server: DiscordServer, call: Call, channel: Channel) -> Message | None:
    wanted = call.body.get("message_reference")
    if not wanted:
        return None
    message = server.world.find_message(channel, int(wanted["message_id"]))
    if message is None and wanted.get("fail_if_not_exists", True):
        raise invalid("Unknown message", "message_reference", code="MESSAGE_REFERENCE_UNKNOWN_MESSAGE")
    return message
