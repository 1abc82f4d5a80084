"""A web server on loopback for tests: pages that a test puts there, and the ways in which publishers misbehave.

async with Site() as site:
    site.pages["/feed"] = Page(b"<rss …", "application/rss+xml", etag='"1"')
    ... Fetcher(clock=…, allow=frozenset({site.host})) ... site.url("/feed") ... site.requests
"""

import asyncio
import zlib
from dataclasses import dataclass, field
from typing import Self

import brotli
from aiohttp import web


@dataclass
class Page:
    """`headers` go out as they stand; with validators, a request that repeats one is answered 304."""

    body: bytes = b""
    type: str | None = "text/html"
    etag: str | None = None
    last_modified: str | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])


class Site:
    """Also at fixed paths: /silent, /drip, /bomb/gzip, /bomb/br, /cut, /header/BYTES, /garbage.

    A question for /robots.txt is noted only where a test puts one.
    """

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Page] = {}
        self.requests: list[web.Request] = []
        self.host = ""
        self._address = address
        self._over = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        for path, handler in (
            ("/silent", self._silent),
            ("/drip", self._drip),
            ("/bomb/{encoding}", self._bomb),
            ("/cut", self._cut),
            ("/garbage", self._garbage),
            ("/header/{size}", self._header),
            ("/{path:.*}", self._page),
        ):
            app.router.add_get(path, handler)
        # No access to a request may outlive the test, not even of one that waits for ever.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._address, 0).start()
        port = self._runner.addresses[0][1]
        self.host = f"[{self._address}]:{port}" if ":" in self._address else f"{self._address}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        return int(self.host.rpartition(":")[2])

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/robots.txt" and request.path not in self.pages:
            return web.Response(status=404)
        self.requests.append(request)
        page = self.pages.get(request.path, Page(b"nothing here", status=404))
        headers = dict(page.headers)
        if page.etag is not None:
            headers["ETag"] = page.etag
        if page.last_modified is not None:
            headers["Last-Modified"] = page.last_modified
        if page.type is not None:
            headers["Content-Type"] = page.type
        asked = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
        if asked != (None, None) and (asked[0] == page.etag if asked[0] else asked[1] == page.last_modified):
            return web.Response(status=304, headers=headers)
        return web.Response(body=page.body, status=page.status, headers=headers)

    async def _silent(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        await self._over.wait()
        return web.Response()

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        """A byte now and then: no single wait is long, and it never ends."""
        response = web.StreamResponse()
        await response.prepare(request)
        while not self._over.is_set():
            await response.write(b".")
            await asyncio.sleep(0.02)
        return response

    async def _bomb(self, request: web.Request) -> web.StreamResponse:
        """128 MB of nothing in some kilobytes."""
        encoding = request.match_info["encoding"]
        part = bytes(16_000_000)
        if encoding == "gzip":
            zipper = zlib.compressobj(1, wbits=31)
            body = b"".join(zipper.compress(part) for _ in range(8)) + zipper.flush()
        else:
            packer = brotli.Compressor(quality=1)
            body = b"".join(packer.process(part) for _ in range(8)) + packer.finish()
        return web.Response(body=body, headers={"Content-Encoding": encoding, "Content-Type": "text/html"})

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        """Promises more than it sends."""
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"half")
        if request.transport is not None:
            request.transport.close()
        return response

    async def _garbage(self, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
            request.transport.close()
        return web.Response()

    async def _header(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x", headers={"X-Long": "x" * int(request.match_info["size"])})
