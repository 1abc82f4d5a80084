"""The gateway: a websocket that greets, identifies, resumes and passes events on. `dispatch` tells all sessions.

Tests break it with `close_all`, `cut`, `reconnect`, `invalidate`, `forget_sessions`, and by `faults.refuse_gateway`.
"""

import asyncio
import json
import secrets
import zlib
from typing import Any

from aiohttp import WSMsgType, web

from tests.discord_server.guild import Guild
from tests.discord_server.sessions import MESSAGE_CONTENT, Connection, Op, Session
from tests.discord_server.waiting import Changes
from tests.discord_server.world import World

PRIVILEGED = (1 << 1) | (1 << 8) | MESSAGE_CONTENT
KNOWN_INTENTS = (1 << 26) - 1


class Closed(Exception):
    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


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
                session.tell(event, session.visible(event, data, self.world.bot.id))

    def close_all(self, code: int) -> None:
        for connection in list(self.connections):
            connection.close(code)

    def cut(self) -> None:
        """Connections vanish without a close frame."""
        for connection in list(self.connections):
            connection.cut()

    def reconnect(self) -> None:
        for connection in list(self.connections):
            connection.send(Op.RECONNECT)

    def invalidate(self, *, may_resume: bool = False) -> None:
        if not may_resume:
            self.forget_sessions()
        for connection in list(self.connections):
            connection.send(Op.INVALID, may_resume)

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
        connection.send(Op.HELLO, {"heartbeat_interval": 41250})
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
            if op == Op.HEARTBEAT:
                connection.send(Op.ACK)
            elif op in (Op.IDENTIFY, Op.RESUME):
                if session:
                    raise Closed(4005, "Already authenticated.")
                session = self._identify(connection, data) if op == Op.IDENTIFY else self._resume(connection, data)
            elif session is None:
                raise Closed(4003, "Not authenticated.")
            elif op == Op.PRESENCE:
                self.presence = data
            elif op == Op.MEMBERS:
                self._send_members(session, data)
            elif op != Op.VOICE:
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
            connection.send(Op.INVALID, False)
            return None
        session.connection = connection
        self.resumed += 1
        for sequence, event, missed in session.sent:
            if sequence > data["seq"]:
                connection.send(Op.DISPATCH, missed, sequence, event)
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
