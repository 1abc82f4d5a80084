"""A small Discord for tests: gateway and REST v10 on a local port, strict about what it is sent.

async with DiscordServer() as server:
    ... start a bot with server.settings, or a client within `server.redirected()` ...
    answer = await server.slash("stance", {"actor": "Khamenei"})
    assert "negotiate" in answer.text
    assert server.violations == []
"""

from tests.discord_server.exchange import Exchange, NoAnswer, NotOffered
from tests.discord_server.guild import Channel, Guild, Role, User
from tests.discord_server.message import Message
from tests.discord_server.permissions import Permission
from tests.discord_server.server import DiscordServer

__all__ = ["Channel", "DiscordServer", "Exchange", "Guild", "Message", "NoAnswer", "NotOffered", "Permission", "Role", "User"]
