"""The loopback server as tests use it: opens a port, holds the world, lets users act, and lists what was wrong."""

from __future__ import annotations

import asyncio
import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any, Self
from urllib.parse import quote

from aiohttp import web

from tests.discord_server import interactions, rest
from tests.discord_server.call import Call
from tests.discord_server.clock import Clock
from tests.discord_server.commands import Registry
from tests.discord_server.exchange import Exchange, NoAnswer
from tests.discord_server.faults import Faults
from tests.discord_server.gateway import Gateway
from tests.discord_server.guild import Channel, Guild, User
from tests.discord_server.message import Message, StoredFile
from tests.discord_server.waiting import Changes
from tests.discord_server.world import World

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAwMA.loopback.not-a-real-token"
FILES = "/files/"
MAX_REQUEST = 64 * 1024 * 1024


class DiscordServer:
    """`async with DiscordServer() as server:` — then point a bot at `api_url`, `gateway_url` and `token`."""

    def __init__(self, *, port: int = 0, token: str = TOKEN) -> None:
        self.token = token
        self.clock = Clock()
        self.changes = Changes()
        self.world = World(self.clock)
        self.gateway = Gateway(self.world, token, self.changes)
        self.faults = Faults()
        self.registry = Registry()
        self.exchanges: dict[int, Exchange] = {}
        self.calls: list[Call] = []
        self.violations: list[str] = []
        """Every request that Discord would have refused as faulty, and every one that this server does not know."""
        self.checks_itself = False
        """Also hold this server's own answers against the description."""
        self.callback_s, self.token_s, self.nonce_s = 3.0, 900.0, 180.0
        self.files: dict[str, StoredFile] = {}
        self.owner = self.world.add_user("editor")
        self.reader = self.world.add_user("reader")
        self.guild: Guild = self.world.add_guild("Newsroom", self.owner)
        self.world.join(self.guild, self.reader)
        self.channel: Channel = next(iter(self.guild.channels.values()))
        self._port = port
        self._listening: asyncio.Server | None = None
        self._http: web.Server | None = None

    async def __aenter__(self) -> Self:
        await self.come_back()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.go_away()

    @property
    def port(self) -> int:
        return self._port

    @property
    def root_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        return self.root_url + rest.PREFIX

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self._port}/gateway"

    @property
    def settings(self) -> dict[str, str]:
        """The environment that points a bot's process here."""
        return {"DISCORD_TOKEN": self.token, "DISCORD_API_URL": self.api_url, "DISCORD_GATEWAY_URL": self.gateway_url}

    async def come_back(self) -> None:
        """Open the port (again)."""
        self._http = web.Server(self._serve, request_factory=_request, access_log=None)
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(self._http, "127.0.0.1", self._port, reuse_address=True)
        self._port = self._listening.sockets[0].getsockname()[1]
        self.gateway.url = self.gateway_url

    async def go_away(self) -> None:
        """Close the port and break every connection; sessions and messages stay."""
        if not self._listening or not self._http:
            return
        self._listening.close()
        self.gateway.cut()
        for connection in self._http.connections:
            if connection.transport:
                connection.transport.abort()
        await self._http.shutdown(1)
        self._listening = self._http = None

    @contextmanager
    def redirected(self) -> Iterator[None]:
        """Point the discord.py of this process here, through its public class attributes."""
        import yarl
        from discord import Asset
        from discord.gateway import DiscordWebSocket
        from discord.http import Route

        before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = self.api_url, yarl.URL(self.gateway_url)
        Asset.BASE = self.root_url
        try:
            yield
        finally:
            Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE = before

    async def slash(
        self,
        name: str,
        options: dict[str, Any] | None = None,
        *,
        user: User | None = None,
        channel: Channel | None = None,
        guild: Guild | None = None,
        is_overridden: bool = False,
        timeout_s: float = 10,
    ) -> Exchange:
        """A user calls a command ("stance", "watch add") with options by name; returns when it is answered, a deferred
        answer when it is filled in. Users, channels and roles are given as such, files as (name, bytes).
        """
        channel = channel or (next(iter(guild.channels.values())) if guild else self.channel)
        await self.ready()
        exchange = interactions.slash(self, name, options or {}, channel, user or self.owner, is_overridden=is_overridden)
        return await self._answered(exchange, timeout_s)

    async def autocomplete(
        self,
        name: str,
        focused: str,
        text: str,
        options: dict[str, Any] | None = None,
        *,
        user: User | None = None,
        channel: Channel | None = None,
    ) -> list[dict[str, Any]]:
        """The choices while a user types `text` into an option."""
        await self.ready()
        where, who = channel or self.channel, user or self.owner
        exchange = interactions.autocomplete(self, name, focused, text, options or {}, where, who)
        return (await self._answered(exchange, self.callback_s)).choices

    async def message_command(
        self, name: str, message: Message, *, user: User | None = None, is_overridden: bool = False, timeout_s: float = 10
    ) -> Exchange:
        await self.ready()
        exchange = interactions.message_menu(self, name, message, user or self.owner, is_overridden=is_overridden)
        return await self._answered(exchange, timeout_s)

    async def click(
        self,
        message: Message,
        custom_id: str,
        *,
        user: User | None = None,
        values: list[str] | None = None,
        timeout_s: float = 10,
    ) -> Exchange:
        """Press the button with this custom id or label; with `values`, choose them in a select."""
        await self.ready()
        clicker = user or message.viewer or self.owner
        return await self._answered(interactions.component(self, message, custom_id, clicker, values), timeout_s)

    async def modal_submit(self, opened: Exchange, values: dict[str, str], *, timeout_s: float = 10) -> Exchange:
        """Fill in, by custom id, the modal that `opened` was answered with."""
        await self.ready()
        return await self._answered(interactions.modal_submit(self, opened, values), timeout_s)

    async def ready(self, timeout_s: float = 20) -> None:
        """Wait until a bot has identified itself and knows its guilds."""
        await self.changes.until(lambda: self.gateway.online, timeout_s, "bot at the gateway")

    async def synced(self, timeout_s: float = 20) -> None:
        """Wait until commands are registered."""
        await self.changes.until(lambda: any(self.registry.scopes.values()), timeout_s, "registered command")

    async def message_in(self, channel: Channel, *, count: int = 1, timeout_s: float = 10) -> Message:
        """Wait until `channel` holds `count` messages of the bot; the last one."""

        def found() -> Message | None:
            own = [message for message in channel.messages if message.author is self.world.bot]
            return own[-1] if len(own) >= count else None

        return await self.changes.until(found, timeout_s, f"{count} messages in {channel.name}")

    async def until(self, found: Any, timeout_s: float = 10, what: str = "such state") -> Any:
        """Wait until `found()` is true, of the server or of anything else; its result."""
        return await self.changes.until(found, timeout_s, what)

    def called(self, pattern: str) -> list[Call]:
        """The requests so far that match "METHOD /path", `*` standing for anything."""
        return [call for call in self.calls if fnmatchcase(str(call), pattern)]

    def store_file(self, filename: str, data: bytes, channel: Channel, description: str | None = None) -> StoredFile:
        identity = self.clock.snowflake()
        path = f"{FILES}{channel.id}/{identity}/{quote(filename)}"
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        kind += "; charset=utf-8" if kind.startswith("text/") else ""
        stored = StoredFile(identity, filename, data, self.root_url + path, description, kind)
        self.files[path] = stored
        return stored

    async def _answered(self, exchange: Exchange, timeout_s: float) -> Exchange:
        try:
            await self.changes.until(lambda: exchange.callback, self.callback_s + 0.5, "callback")
            await self.changes.until(lambda: exchange.is_answered, timeout_s, "answer")
        except TimeoutError as error:
            raise NoAnswer(f"{error}: {exchange.data}; violations: {self.violations}") from None
        return exchange

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/gateway":
            if fault := self.faults.take_gateway():
                return web.Response(status=fault.status or 503)
            return await self.gateway.connect(request)
        if request.path.startswith(FILES):
            stored = self.files.get(request.rel_url.raw_path)
            if stored is None:
                return web.Response(status=404)
            return web.Response(body=stored.data, headers={"Content-Type": stored.content_type})
        return await rest.respond(self, request)


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=MAX_REQUEST)
