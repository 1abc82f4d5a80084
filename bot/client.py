"""The bot in Discord: logs in however often it takes, registers the commands when they changed, wires the buttons.

No privileged intent, no mention by default. Discord may be away for hours: everything else goes on without it.
"""

import asyncio
import hashlib
import json
import logging
import random
from collections.abc import Callable

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.commands import build
from bot.desk import Desk
from bot.errors import TRANSIENT, Tree
from bot.jobs import back_off_s
from bot.menus import menus
from bot.pages import BUTTONS
from bot.settings import Settings
from handlers.errors import SettingError, StorageError

log = logging.getLogger(__name__)

MOST_WAIT_S = 60.0
LONGEST_RATE_LIMIT_S = 60.0
"""A call that would wait longer is given up and tried again by its job."""


def point_at(settings: Settings) -> None:
    """Another base for Discord's API, when the settings name one. Before login; these are discord.py's public attributes."""
    if settings.discord_api_url is not None:
        Route.BASE = settings.discord_api_url.rstrip("/")
        discord.Asset.BASE = settings.discord_api_url.rstrip("/")  # pyright: ignore[reportAttributeAccessIssue] # declared without a type
    if settings.discord_gateway_url is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = type(DiscordWebSocket.DEFAULT_GATEWAY)(settings.discord_gateway_url)


class Parley(discord.Client):
    """discord.py's client with the commands of `bot/commands/`."""

    def __init__(self, desk: Desk, settings: Settings, *, on_login: Callable[[], None]) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT_S,
        )
        self.desk = desk
        self._settings = settings
        self._on_login = on_login
        self._sync: asyncio.Task[None] | None = None
        self.tree = Tree(self)
        for command in build(desk):
            self.tree.add_command(command)
        for menu in menus(desk):
            self.tree.add_command(menu)
        self.add_dynamic_items(*BUTTONS)
        desk.channel_name = self._channel_name

    async def run_until_closed(self, token: str) -> None:
        """Log in and stay. SettingError for what no retry mends: a wrong token, an intent that is refused."""
        await self._log_in(token)
        self._on_login()
        self._sync = asyncio.create_task(self._synchronise(), name="command sync")
        try:
            while not self.is_closed():
                await self._stay_connected()
        finally:
            self._sync.cancel()
            await asyncio.gather(self._sync, return_exceptions=True)

    async def _log_in(self, token: str) -> None:
        tries = 0
        while True:
            try:
                await self.login(token)
            except discord.LoginFailure as error:
                raise SettingError("DISCORD_TOKEN: Discord does not accept this token") from error
            except TRANSIENT as error:
                tries += 1
                # login() opens a new session each time, on the connector of the one before unless that is gone too.
                await self.http.close()
                self.http.connector = discord.utils.MISSING
                await self._rest("discord_login_failed", error, tries)
            else:
                return

    async def _stay_connected(self) -> None:
        try:
            await self.connect()
        except discord.PrivilegedIntentsRequired as error:
            raise SettingError("DISCORD_TOKEN: Discord refuses the bot's intents") from error
        except discord.ConnectionClosed as error:
            raise SettingError(f"DISCORD_TOKEN: Discord closed the connection for good (code {error.code})") from error
        except AttributeError:
            # discord.py 2.7.1: when the very first gateway connection fails it waits its back-off, then reads the
            # session of a socket that never was.
            if self.ws is not None:  # pyright: ignore[reportUnnecessaryComparison] # None before the first connection
                raise
            log.warning("gateway_away")

    async def _rest(self, action: str, error: Exception, tries: int) -> None:
        wait_s = back_off_s(tries, most_s=MOST_WAIT_S) * random.uniform(0.5, 1.0)
        log.warning(action, extra={"error": f"{type(error).__name__}: {error}", "next_try_in_s": round(wait_s, 1)})
        await asyncio.sleep(wait_s)

    async def _synchronise(self) -> None:
        """Register the commands where they differ from what was registered last, however long it takes."""
        tries = 0
        while True:
            try:
                await self._register()
            except (*TRANSIENT, StorageError) as error:
                if isinstance(error, discord.HTTPException) and 400 <= error.status < 500 and error.status != 429:
                    log.exception("commands_refused")
                    return
                tries += 1
                await self._rest("commands_not_synchronised", error, tries)
            except Exception:
                log.exception("commands_not_synchronised")
                return
            else:
                return

    async def _register(self) -> None:
        guild = discord.Object(self._settings.test_guild_id) if self._settings.test_guild_id else None
        scope = str(guild.id) if guild else "global"
        if guild is not None:
            self.tree.copy_global_to(guild=guild)
        payload = [command.to_dict(self.tree) for command in self.tree.get_commands(guild=guild)]
        described = json.dumps(payload, sort_keys=True, default=str)
        wanted = f"{scope} {hashlib.sha256(f'{self.application_id} {described}'.encode()).hexdigest()}"
        async with self.desk.store.read() as unit:
            known = await unit.facts.get("commands") or ""
        if known == wanted:
            return
        synced = await self.tree.sync(guild=guild)
        before = known.partition(" ")[0]
        if before not in {"", scope}:
            # Registered in two scopes, a command would be listed twice.
            await self._unregister(before)
        async with self.desk.store.write() as unit:
            await unit.facts.set("commands", wanted)
        log.info("commands_synchronised", extra={"count": len(synced), "scope": scope})

    async def _unregister(self, scope: str) -> None:
        application_id = self.application_id or 0
        if scope == "global":
            await self.http.bulk_upsert_global_commands(application_id, payload=[])
        else:
            await self.http.bulk_upsert_guild_commands(application_id, int(scope), payload=[])

    def _channel_name(self, channel_id: int) -> str:
        channel = self.get_channel(channel_id)
        return f"#{channel}" if channel is not None else f"a channel that I cannot see ({channel_id})"

    async def on_ready(self) -> None:
        log.info("discord_ready", extra={"guilds": len(self.guilds)})

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was put out: what that server followed stops. (An outage is no removal; discord.py tells them apart.)"""
        async with self.desk.store.write() as unit:
            watches = await unit.watches.remove_all(guild.id)
            feeds = await unit.feeds.remove_all(guild.id)
        log.info("guild_removed", extra={"guild": guild.id, "watches": watches, "feeds": feeds})

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        async with self.desk.store.write() as unit:
            await unit.watches.remove_channel(channel.id)
