"""The gateway: a websocket that greets, identifies, resumes and passes events on. `dispatch` tells all sessions.

Tests break it with `close_all`, `cut`, `reconnect`, `invalidate`, `forget_sessions`, and by `faults.refuse_gateway`.
"""

import asyncio
import json
import secrets
import zlib
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.discord_server.guild import Guild
from tests.discord_server.waiting import Changes
from tests.discord_server.world import World

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = (
    0,
    1,
    2,
    3,
    4,
    6,
    7,
    8,
    9,
    10,
    11,
)
GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = (1 << 1) | (1 << 8) | MESSAGE_CONTENT
KNOWN_INTENTS = (1 << 26) - 1
REPLAY = 500  # events kept for a session that comes back


class Closed(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


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
            self.connection.send(DISPATCH, data, self.sequence, event)

    def wants(self, event: str, guild: Guild | None) -> bool:
        index, count = self.shard
        if ((guild.id >> 22) % count if guild else 0) != index:
            return False
        if event.startswith("MESSAGE_"):
            return bool(self.intents & (GUILD_MESSAGES if guild else DIRECT_MESSAGES))
        return event == "INTERACTION_CREATE" or bool(self.intents & GUILDS)


class Gateway:
    def __init__(self, world: World, token: str, changes: Changes) -> None:
        self.world = world
        self.token = token
        self.changes = changes
        self.url = ""
        self.privileged = 0
        """Privileged intents that the application has been granted."""
        self.sessions: dict[str, Session] = {}
        self.connections: list[Connection] = []
        self.identified = 0
        self.resumed = 0
        self.presence: dict[str, Any] | None = None
        world.emit = self.dispatch

    @property
    def online(self) -> list[Session]:
        return [session for session in self.sessions.values() if session.connection and session.is_ready]

    def dispatch(self, event: str, data: dict[str, Any], guild: Guild | None = None) -> None:
        if guild and not guild.has_bot and event not in ("GUILD_DELETE", "INTERACTION_CREATE"):
            return
        for session in self.sessions.values():
            if session.wants(event, guild):
                session.tell(event, self._visible(event, data, session))

    def close_all(self, code: int) -> None:
        for connection in list(self.connections):
            connection.close(code)

    def cut(self) -> None:
        """Connections vanish without a close frame."""
        for connection in list(self.connections):
            connection.cut()

    def reconnect(self) -> None:
        for connection in list(self.connections):
            connection.send(RECONNECT)

    def invalidate(self, *, may_resume: bool = False) -> None:
        if not may_resume:
            self.forget_sessions()
        for connection in list(self.connections):
            connection.send(INVALID, may_resume)

    def forget_sessions(self) -> None:
        """No session can be resumed any more."""
        self.sessions.clear()

    async def connect(self, request: web.BaseRequest) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        packer = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None
        connection = Connection(socket, request, packer)
        self.connections.append(connection)
        pump = asyncio.ensure_future(connection.pump())
        connection.send(HELLO, {"heartbeat_interval": 41250})
        try:
            await self._listen(connection)
        except Closed as closed:
            await socket.close(code=closed.code, message=closed.reason.encode())
        finally:
            pump.cancel()
            self.connections.remove(connection)
            for session in self.sessions.values():
                if session.connection is connection:
                    session.connection = None
            self.changes.notify()
        return socket

    async def _listen(self, connection: Connection) -> None:
        session: Session | None = None
        async for frame in connection.socket:
            if frame.type is not WSMsgType.TEXT:
                raise Closed(4002, "Decode error.")
            try:
                message = json.loads(frame.data)
                op, data = message["op"], message.get("d")
            except (ValueError, KeyError, TypeError):
                raise Closed(4002, "Decode error.") from None
            if op == HEARTBEAT:
                connection.send(ACK)
            elif op in (IDENTIFY, RESUME):
                if session:
                    raise Closed(4005, "Already authenticated.")
                session = self._identify(connection, data) if op == IDENTIFY else self._resume(connection, data)
            elif session is None:
                raise Closed(4003, "Not authenticated.")
            elif op == PRESENCE:
                self.presence = data
            elif op == MEMBERS:
                self._send_members(session, data)
            elif op != VOICE:
                raise Closed(4001, "Unknown opcode.")
            self.changes.notify()

    def _identify(self, connection: Connection, data: dict[str, Any]) -> Session:
        if data["token"] != self.token:
            raise Closed(4004, "Authentication failed.")
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            raise Closed(4013, "Invalid intent(s).")
        if intents & PRIVILEGED & ~self.privileged:
            raise Closed(4014, "Disallowed intent(s).")
        index, count = data.get("shard") or (0, 1)
        session = Session(secrets.token_hex(16), intents, (index, count), connection)
        self.sessions[session.id] = session
        self.identified += 1
        guilds = [guild for guild in self.world.guilds.values() if guild.has_bot and session.wants("GUILD_CREATE", guild)]
        session.tell("READY", self._ready(session, guilds))
        for guild in guilds:
            session.tell("GUILD_CREATE", self.world.guild_create(guild))
        session.is_ready = True
        return session

    def _ready(self, session: Session, guilds: list[Guild]) -> dict[str, Any]:
        return {
            "v": 10,
            "user": {**self.world.bot.to_json(), "verified": True, "mfa_enabled": True, "email": None},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": list(session.shard),
            "application": {"id": str(self.world.application_id), "flags": 0},
            "private_channels": [],
        }

    def _resume(self, connection: Connection, data: dict[str, Any]) -> Session | None:
        if data["token"] != self.token:
            raise Closed(4004, "Authentication failed.")
        session = self.sessions.get(data["session_id"])
        oldest = session.sent[0][0] - 1 if session and session.sent else 0
        if session is None or not isinstance(data["seq"], int) or not oldest <= data["seq"] <= session.sequence:
            connection.send(INVALID, False)
            return None
        session.connection = connection
        self.resumed += 1
        for sequence, event, missed in session.sent:
            if sequence > data["seq"]:
                connection.send(DISPATCH, missed, sequence, event)
        session.tell("RESUMED", {})
        return session

    def _send_members(self, session: Session, data: dict[str, Any]) -> None:
        guild = self.world.guilds[int(data["guild_id"])]
        wanted = {int(identity) for identity in data.get("user_ids") or []}
        query = (data.get("query") or "").casefold()
        found = [
            member.to_json()
            for identity, member in guild.members.items()
            if (identity in wanted if wanted else member.user.name.startswith(query))
        ]
        chunk = {"guild_id": str(guild.id), "members": found, "chunk_index": 0, "chunk_count": 1, "nonce": data.get("nonce")}
        session.tell("GUILD_MEMBERS_CHUNK", chunk)

    def _visible(self, event: str, data: dict[str, Any], session: Session) -> dict[str, Any]:
        """Without the intent for message content, others' messages in guilds arrive empty unless they mention the bot."""
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or session.intents & MESSAGE_CONTENT or "guild_id" not in data:
            return data
        own = str(self.world.bot.id)
        if data["author"]["id"] == own or any(user["id"] == own for user in data["mentions"]):
            return data
        return {**data, "content": "", "embeds": [], "attachments": [], "components": []}
