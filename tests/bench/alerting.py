"""From a new item in a feed to the alert in the channel, over the loopback Discord: `python -m tests.bench.alerting`. No test.

The bot is a process of its own with one feed. Time runs from the poll that saw the item (its request at the publisher) to
the message in the channel; `whole` items carry their text, `teasers` are completed from their pages.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from aiohttp import web
from rich.console import Console
from rich.table import Table

from tests.articles import refusal
from tests.bot_process import BotProcess
from tests.discord_server import DiscordServer
from tests.polls import Item, rss
from tests.site import Page, Site

PADDING = "The session went on until the evening, and nobody left the hall before it was over. " * 16
COUNTRIES = ("Iran", "Russia", "Ukraine", "Israel", "Sudan", "Venezuela", "Turkey", "Armenia", "Pakistan", "India")
PAIRS = [(one, other) for one in COUNTRIES for other in COUNTRIES if one != other]


class Timed(Site):
    """Notes when each version of the feed was first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.seen_at: dict[bytes, float] = {}
        self.was_asked = asyncio.Event()

    async def _page(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/feed":
            self.seen_at.setdefault(self.pages["/feed"].body, time.monotonic())
            self.was_asked.set()
        return await super()._page(request)


async def run(count: int, *, are_teasers: bool) -> list[float]:
    found: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with DiscordServer() as discord, Timed() as site:
            site.pages["/feed"] = Page(rss([Item("Nothing yet", PADDING, "g", None, None)]), "application/rss+xml")
            (Path(folder) / "feeds.opml").write_text(
                f"<opml version='2.0'><body><outline type='rss' text='T' xmlUrl='{site.url('/feed')}'/></body></opml>"
            )
            settings = {"FEEDS_FILE": f"{folder}/feeds.opml", "FETCH_ALLOW": site.host}
            settings |= {"FEED_INTERVAL_S": "1", "FEED_MIN_INTERVAL_S": "1", "FEED_MAX_INTERVAL_S": "1"}
            bot = BotProcess(Path(folder), {**discord.settings, **settings})
            await bot.start()
            try:
                await discord.synced(timeout_s=60)
                channel = discord.world.add_channel(discord.guild, "alerts")
                await discord.slash("watch add", {"channel": channel})
                await site.was_asked.wait()
                await asyncio.sleep(3)  # the baseline is stored
                for number, (country, counterpart) in enumerate(PAIRS[:count], 1):
                    text, link = refusal(country, counterpart), None
                    if are_teasers:
                        link = site.url(f"/story/{number}")
                        body = f"<p>{text}</p><p>{PADDING}</p>"
                        site.pages[f"/story/{number}"] = Page(f"<html><body><article>{body}</article></body></html>".encode())
                    item = Item(None, text if are_teasers else f"{text}\n{PADDING}", f"g{number}", link, None)
                    site.pages["/feed"].body = rss([item])
                    await discord.message_in(channel, count=number, timeout_s=60)
                    found.append(time.monotonic() - site.seen_at[site.pages["/feed"].body])
            finally:
                await bot.kill()
    return found


def main(count: Annotated[int, typer.Option()] = 30) -> None:
    table = Table("items", "number", "median", "worst")
    for label, are_teasers in (("whole", False), ("teasers", True)):
        found = asyncio.run(run(count, are_teasers=are_teasers))
        table.add_row(label, str(len(found)), f"{statistics.median(found):.2f} s", f"{max(found):.2f} s")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
