"""Discord's permission bits, and how roles and overwrites make a member's permissions in a channel."""

from collections.abc import Iterable
from enum import IntFlag


class Permission(IntFlag):
    NONE = 0
    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50


ALL = Permission((1 << 53) - 1)
EVERYONE = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_EXTERNAL_APPS
)
NEEDS_SENDING = Permission.MENTION_EVERYONE | Permission.SEND_TTS_MESSAGES | Permission.ATTACH_FILES | Permission.EMBED_LINKS


def in_guild(*, is_owner: bool, roles: Iterable[int]) -> Permission:
    granted = Permission(0)
    for permissions in roles:
        granted |= permissions
    return ALL if is_owner or granted & Permission.ADMINISTRATOR else granted


def in_channel(granted: Permission, layers: Iterable[tuple[int, int]]) -> Permission:
    """`layers`: (allow, deny) of @everyone, of the member's roles together, of the member; later ones win."""
    if granted == ALL:
        return ALL
    for allow, deny in layers:
        granted = Permission(granted & ~deny | allow)
    if not granted & Permission.VIEW_CHANNEL:
        return Permission(0)
    if not granted & Permission.SEND_MESSAGES:
        granted &= ~NEEDS_SENDING
    return granted
