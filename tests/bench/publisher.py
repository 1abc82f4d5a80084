"""Serves one conditional feed at every path, in a process of its own; prints its port. For `tests/bench/polling.py`."""

import asyncio
import sys

from aiohttp import web

from tests.polls import Item, rss

ETAG = '"1"'


def feed_body(entries: int) -> bytes:
    text = "The ministry said that the talks will not resume before spring. " * 10
    return rss([Item(f"Entry number {n}", text, f"g{n}", f"https://gazette.example/{n}") for n in range(entries)])


BODY = feed_body(30)


async def answer(request: web.Request) -> web.Response:
    if request.path == "/robots.txt":
        return web.Response(status=404)
    if request.headers.get("If-None-Match") == ETAG:
        return web.Response(status=304, headers={"ETag": ETAG})
    return web.Response(body=BODY, headers={"ETag": ETAG, "Content-Type": "application/rss+xml"})


async def serve() -> None:
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
