"""A bot on a record that a test writes itself: real store, real client, loopback Discord; no model and no feeds.

What starts here takes a tenth of a second, where the whole service takes several.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.client import Parley
from bot.desk import Desk
from bot.ingest import Ingest
from bot.parts import fetcher_of
from bot.pool import Pool
from bot.settings import Settings
from handlers.actors import load_registry
from storage import Store
from tests.discord_server import DiscordServer, Exchange, User
from tests.storage_samples import NOW


@dataclass
class Newsdesk:
    """`now` is the clock of the bot; it stands until a test moves it."""

    discord: DiscordServer
    store: Store
    desk: Desk
    client: Parley
    now: datetime = NOW

    async def ask(self, name: str, user: User | None = None, **options: Any) -> Exchange:
        return await self.discord.slash(name, options, user=user)


@asynccontextmanager
async def newsdesk(url: str, discord: DiscordServer | None = None) -> AsyncIterator[Newsdesk]:
    """With a Discord of its own, or on one that knows the bot from before."""
    if discord is None:
        async with DiscordServer() as discord, newsdesk(url, discord) as room:
            yield room
        return
    settings = Settings(_env_file=None, database_url=url)
    store = await Store.open(url)
    pool = Pool()
    with discord.redirected():
        async with fetcher_of(settings) as fetcher:
            room: Newsdesk
            ingest = Ingest(store, pool, fetcher, lambda: room.now, None, lambda: None)
            desk = Desk(store, pool, fetcher, ingest, load_registry(), lambda: room.now, NOW)
            client = Parley(desk, settings, on_login=lambda: None)
            room = Newsdesk(discord, store, desk, client)
            running = asyncio.create_task(client.run_until_closed(discord.token))
            try:
                await discord.synced()
                yield room
                assert discord.violations == []
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                await client.close()
                await pool.close()
                await store.close()
