"""What an operator asks when something does not work: one line for each part, ok or fault, and what to do about it.

Changes nothing. A new check is a method that yields findings, and a line in `findings`.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import discord
from discord.http import Route

from bot.client import point_at
from bot.errors import TRANSIENT
from bot.feeds.describing import trouble
from bot.parts import now, worker_pool
from bot.phrases import plural
from bot.settings import Settings
from handlers import files
from handlers.errors import ParleyError, StorageError
from storage import Store
from storage.engine import sqlite_path

PATIENCE_S = 15.0
"""For Discord's answer."""
LATE_S = 3600.0
"""A job that has been due for so long is not merely queued."""
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """`fix` only goes with a fault."""

    part: str
    words: str
    fix: str | None = None

    @property
    def line(self) -> str:
        return f"ok {self.part}: {self.words}" if self.fix is None else f"FAULT {self.part}: {self.words}. Fix: {self.fix}"


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """In the order in which one thing needs the other."""
    yield Finding("settings", "they can be read")
    async for found in _database(settings):
        yield found
    yield await _model(settings)
    yield await _folder(settings)
    async for found in _discord(settings):
        yield found


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        path = sqlite_path(settings.database_url)
        if path is not None and not await asyncio.to_thread(path.exists):
            yield Finding("database", f"{path} does not exist yet; the first start makes it")
            return
        store = await Store.open(settings.database_url)
    except ParleyError as error:
        yield Finding("database", str(error), "set DATABASE_URL, or start the database server")
        return
    try:
        if not await store.is_current():
            yield Finding("database", "it can be opened")
            yield Finding("migrations", "the tables are not those of this version", "run: python -m bot migrate")
            return
        yield Finding("database", "it can be opened")
        yield Finding("migrations", "the tables are those of this version")
        async for found in _contents(store):
            yield found
    except StorageError as error:
        yield Finding("database", str(error), "look at the message; python -m bot backup saves what can be read")
    finally:
        await store.close()


async def _contents(store: Store) -> AsyncIterator[Finding]:
    async with store.read() as unit:
        feeds = await unit.feeds.all()
        articles = await unit.articles.count(None)
        depth, oldest = await unit.jobs.depth(), await unit.jobs.oldest(now())
    failing = [feed for feed in feeds if feed.last_error and feed.state == "active"]
    stopped = [feed for feed in feeds if feed.state == "gone"]
    if not feeds:
        yield Finding("feeds", "there are none; python -m bot feed add, or feed import --starter, adds some")
    elif not failing:
        yield Finding("feeds", f"{plural(len(feeds), 'feed')}, none fails")
    for feed in failing[:MOST_NAMED]:
        who = feed.name or feed.url
        fix = "see whether its address still is one; python -m bot feed test tries it"
        yield Finding("feeds", f"{who} fails ({feed.failures}×): {trouble(feed)}", fix)
    if len(failing) > MOST_NAMED:
        yield Finding("feeds", f"{len(failing) - MOST_NAMED} more fail", "python -m bot feed list")
    for feed in stopped[:MOST_NAMED]:
        yield Finding(
            "feeds", f"{feed.name or feed.url} is gone for good, says its server", "remove it, or give its new address"
        )
    yield Finding("articles", f"{articles:,} of the operator's sources on record")
    if oldest.total_seconds() > LATE_S:
        late = f"{plural(depth, 'job')} waiting, the oldest since {oldest.total_seconds() / 3600:.0f} h"
        yield Finding("deliveries", late, "start the bot, or look into its log for why it does not deliver")
    else:
        yield Finding("deliveries", f"{plural(depth, 'job')} waiting, none for long")


async def _model(settings: Settings) -> Finding:
    async with worker_pool(settings) as pool:
        try:
            await pool.start()
        except ParleyError as error:
            return Finding("model", str(error), "install the package that SPACY_MODEL names")
    return Finding("model", f"{settings.spacy_model} loads and reads")


async def _folder(settings: Settings) -> Finding:
    if settings.articles_dir is None:
        return Finding("ARTICLES_DIR", "not set; no folder is watched")
    folder = settings.articles_dir
    count = await asyncio.to_thread(lambda: sum(1 for _ in files.find([folder])))
    return Finding("ARTICLES_DIR", f"{plural(count, 'article file')} in {folder}")


async def _discord(settings: Settings) -> AsyncIterator[Finding]:
    point_at(settings)
    if settings.token is None:
        yield await _reachable()
        yield Finding("DISCORD_TOKEN", "not set; python -m bot run shows the samples instead")
        return
    client = discord.Client(intents=discord.Intents(guilds=True))
    try:
        async with asyncio.timeout(PATIENCE_S), client:
            await client.login(settings.token)
            name = client.user.name if client.user else "the bot"
    except discord.LoginFailure:
        yield Finding("DISCORD_TOKEN", "Discord does not accept it", "copy the bot's token from the developer portal again")
    except (*TRANSIENT, TimeoutError) as error:
        yield _away(error)
    else:
        yield Finding("Discord", f"answers, and knows the token as {name}")


async def _reachable() -> Finding:
    address = f"{Route.BASE}/gateway"
    try:
        async with asyncio.timeout(PATIENCE_S), aiohttp.ClientSession() as session, session.get(address) as response:
            status = response.status
    except (*TRANSIENT, TimeoutError) as error:
        return _away(error)
    if status == 200:
        return Finding("Discord", "answers")
    return Finding("Discord", f"answers {status}", "look at discordstatus.com, and at DISCORD_API_URL if it is set")


def _away(error: BaseException) -> Finding:
    reason = " ".join(str(error).split()) or type(error).__name__
    return Finding("Discord", f"cannot be reached ({reason})", "look at the network, and at DISCORD_API_URL if it is set")
