"""A server that does everything a server should not: one path for each behaviour of the tables in `hostile_answers.py`.

async with HostileServer() as server:
    server.url("gzip bomb") ... server.canary.connections
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Self
from urllib.parse import quote, unquote

Play = Callable[[], AsyncIterator[bytes]]


class Canary:
    """A port that nobody may touch."""

    def __init__(self) -> None:
        self.connections = 0
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._touched, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _touched(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()

    def close(self) -> None:
        self._server.close()


class HostileServer:
    """`answers`: what is sent for each name, as bytes with `{canary}` (its port) and `{name}` filled in, or piece by piece."""

    def __init__(self, answers: dict[str, bytes | Play]) -> None:
        self._answers = answers
        self.canary = Canary()
        self._running: set[asyncio.Task[object]] = set()

    async def __aenter__(self) -> Self:
        await self.canary.start()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self.canary.close()

    def url(self, name: str) -> str:
        return f"http://{self.host}/{quote(name, safe='')}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                head = await reader.readuntil(b"\r\n\r\n")
                name = unquote(head.split(b" ", 2)[1].decode("ascii")[1:]).partition("?")[0]
                await self._play(name, writer)
        finally:
            self._running.discard(task)
            writer.close()

    async def _play(self, name: str, writer: asyncio.StreamWriter) -> None:
        if name == "robots.txt":
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        answer = self._answers[name]
        if isinstance(answer, bytes):
            writer.write(self._filled(answer, name))
            await writer.drain()
            return
        async for piece in answer():
            writer.write(piece)
            await writer.drain()

    def _filled(self, answer: bytes, name: str) -> bytes:
        """A length that was true before is true after."""
        head, blank, body = answer.partition(b"\r\n\r\n")
        parts = [part.replace(b"{canary}", b"%d" % self.canary.port) for part in (head, body)]
        head = parts[0].replace(b"{name}", quote(name, safe="").encode())
        return head.replace(b"Length: %d" % len(body), b"Length: %d" % len(parts[1])) + blank + parts[1]
