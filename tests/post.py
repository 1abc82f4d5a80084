"""Alerts that wait in a real store, and a discord.py client that has logged in to the loopback Discord to deliver them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

import discord

from bot.client import LONGEST_RATE_LIMIT_S
from bot.deliver import Delivery
from bot.jobs import JobRunner
from handlers.actors import Registry, load_registry
from handlers.model import Alert, Job, Stance, Watch
from storage import Store
from tests.discord_server import Channel, DiscordServer, Message
from tests.storage_samples import report, said


@dataclass
class Post:
    """A store and a client that has logged in, without a gateway. Both clocks are Discord's, which the test moves."""

    server: DiscordServer
    client: discord.Client
    store: Store
    registry: Registry = field(default_factory=load_registry)
    skew: timedelta = timedelta()

    def now(self) -> datetime:
        return self.server.clock.at() + self.skew

    async def alert(
        self, speaker: str = "Iran", *, channel: Channel | None = None, words: str = "No.", role_id: int | None = None
    ) -> Alert:
        """An alert as it waits to be sent, with its job."""
        channel_id = (channel or self.server.channel).id
        async with self.store.write() as unit:
            told = said(Stance.REJECTS, "2025-02-07", speaker=speaker, evidence=words)
            (position,) = await report(unit, speaker, told, actors=())
            watch = Watch(self.server.guild.id, channel_id, role_id=role_id)
            alert = await unit.alerts.add(await unit.watches.add(watch, self.now()), position, self.now())
            assert alert is not None
            await unit.jobs.enqueue(
                "deliver", str(alert.id), {"alert": alert.id}, run_at=self.now(), lock=f"channel:{channel_id}"
            )
        return alert

    @property
    def delivery(self) -> Delivery:
        return Delivery(self.client, self.store, self.registry, self.now)

    async def deliver(self, alert: Alert, *, attempts: int = 1) -> Alert:
        """One try; the alert as it stands then."""
        await self.delivery(Job(1, "deliver", str(alert.id), {"alert": alert.id}, attempts))
        return await self.get(alert)

    async def run(self) -> None:
        await JobRunner(self.store, {"deliver": self.delivery}, self.now).drain()

    async def get(self, alert: Alert) -> Alert:
        async with self.store.read() as unit:
            return await unit.alerts.get(alert.id)

    async def jobs(self) -> int:
        async with self.store.read() as unit:
            return await unit.jobs.depth()

    @classmethod
    @asynccontextmanager
    async def opened(cls, url: str) -> AsyncIterator[Self]:
        """A server of its own, which must not have found a fault in any request."""
        store = await Store.open(url)
        async with DiscordServer() as server:
            with server.redirected():
                intents = discord.Intents(guilds=True)
                async with discord.Client(intents=intents, max_ratelimit_timeout=LONGEST_RATE_LIMIT_S) as client:
                    await client.login(server.token)
                    yield cls(server, client, store)
                assert server.violations == []
        await store.close()

    @property
    def posted(self) -> list[Message]:
        return [message for message in self.server.channel.messages if message.author is self.server.world.bot]
