"""One websocket, and the session that it carries: a session outlives its connection, and can be resumed on another."""

import asyncio
import json
import zlib
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from aiohttp import web

from tests.discord_server.guild import Guild

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
REPLAY = 500  # events kept for a session that comes back


class Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE = 4
    RESUME = 6
    RECONNECT = 7
    MEMBERS = 8
    INVALID = 9
    HELLO = 10
    ACK = 11


@dataclass(eq=False)
class Connection:
    """One open websocket. Frames leave in order through a queue, so that anybody may send without waiting."""

    socket: web.WebSocketResponse
    request: web.BaseRequest
    packer: Any
    frames: asyncio.Queue[str | int] = field(default_factory=asyncio.Queue)

    def send(self, op: int, data: Any = None, sequence: int | None = None, event: str | None = None) -> None:
        self.frames.put_nowait(json.dumps({"op": op, "d": data, "s": sequence, "t": event}))

    def close(self, code: int) -> None:
        self.frames.put_nowait(code)

    async def pump(self) -> None:
        while True:
            frame = await self.frames.get()
            try:
                if isinstance(frame, int):
                    await self.socket.close(code=frame)
                elif self.packer is None:
                    await self.socket.send_str(frame)
                else:
                    packed = self.packer.compress(frame.encode()) + self.packer.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(packed)
            except (ConnectionError, RuntimeError):
                return  # the other side is gone; its reader ends the connection

    def cut(self) -> None:
        if self.request.transport:
            self.request.transport.abort()


@dataclass(eq=False)
class Session:
    id: str
    intents: int
    shard: tuple[int, int]
    connection: Connection | None
    sequence: int = 0
    sent: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)
    is_ready: bool = False

    def tell(self, event: str, data: dict[str, Any]) -> None:
        self.sequence += 1
        self.sent = [*self.sent[1 - REPLAY :], (self.sequence, event, data)]
        if self.connection:
            self.connection.send(Op.DISPATCH, data, self.sequence, event)

    def wants(self, event: str, guild: Guild | None) -> bool:
        index, count = self.shard
        if ((guild.id >> 22) % count if guild else 0) != index:
            return False
        if event.startswith("MESSAGE_"):
            return bool(self.intents & (GUILD_MESSAGES if guild else DIRECT_MESSAGES))
        return event == "INTERACTION_CREATE" or bool(self.intents & GUILDS)

    def visible(self, event: str, data: dict[str, Any], bot_id: int) -> dict[str, Any]:
        """Without the intent for message content, others' messages in guilds arrive empty unless they mention the bot."""
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or self.intents & MESSAGE_CONTENT or "guild_id" not in data:
            return data
        if str(bot_id) in (data["author"]["id"], *(user["id"] for user in data["mentions"])):
            return data
        return {**data, "content": "", "embeds": [], "attachments": [], "components": []}
