"""What happens in the loopback server's world reaches a connected discord.py as Discord would tell it."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands

from tests.discord_server import DiscordServer, Permission


class Observer(discord.Client):
    """Notes what it is told; its one command defers, its one button thinks in silence before it edits."""

    def __init__(self, intents: discord.Intents) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.1)
        self.tree = app_commands.CommandTree(self)
        self.told: list[str] = []

        @self.tree.command(description="Counts")
        @app_commands.allowed_installs(guilds=True, users=True)
        async def count(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("0", view=Counter())
            for number in range(6):
                await interaction.followup.send(f"more {number}")

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.told.append(f"joined {guild.name}")

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        self.told.append(f"left {guild.name}")

    async def on_guild_unavailable(self, guild: discord.Guild) -> None:
        self.told.append(f"lost {guild.name}")

    async def on_message(self, message: discord.Message) -> None:
        self.told.append(f"said {message.content!r}")

    async def on_guild_available(self, guild: discord.Guild) -> None:
        self.told.append(f"found {guild.name}")

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        self.told.append("deleted")


class Counter(discord.ui.View):
    @discord.ui.button(label="Add", custom_id="add")
    async def add(self, interaction: discord.Interaction, button: discord.ui.Button["Counter"]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="1")


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        server.checks_itself = True
        with server.redirected():
            yield server


@pytest.fixture
async def bot(server: DiscordServer) -> AsyncIterator[Observer]:
    client = Observer(discord.Intents(guilds=True, guild_messages=True, dm_messages=True))
    running = asyncio.create_task(client.start(server.token))
    await server.ready()
    await client.wait_until_ready()
    client.told.clear()
    yield client
    await client.close()
    await running


async def test_bot_is_told_that_it_joins_leaves_and_loses_guilds(server: DiscordServer, bot: Observer) -> None:
    guild = server.world.add_guild("Desk", server.reader)
    await server.until(lambda: len(bot.told) == 1)
    server.world.remove_guild(guild, is_outage=True)
    await server.until(lambda: len(bot.told) == 2)
    server.world.restore_guild(guild)
    await server.until(lambda: len(bot.told) == 3)
    server.world.remove_guild(guild)
    await server.until(lambda: len(bot.told) == 4)
    assert bot.told == ["joined Desk", "lost Desk", "found Desk", "left Desk"]
    assert {known.name for known in bot.guilds} == {"Newsroom"}


async def test_content_of_others_is_hidden_in_guilds_without_the_intent(server: DiscordServer, bot: Observer) -> None:
    said = server.world.post(server.channel, server.reader, "secret")
    server.world.post(server.channel, server.reader, f"hello {server.world.bot.mention}")
    server.world.post(server.world.dm(server.reader), server.reader, "private")
    server.world.delete(said)
    await server.until(lambda: len(bot.told) == 4)
    assert bot.told == ["said ''", f"said 'hello {server.world.bot.mention}'", "said 'private'", "deleted"]


async def test_permissions_are_those_that_discord_py_computes(server: DiscordServer, bot: Observer) -> None:
    desk = server.world.add_role(server.guild, "desk", Permission.MANAGE_MESSAGES)
    server.world.join(server.guild, server.reader, desk)
    for target, allow, deny in [
        (server.guild.everyone, Permission.NONE, Permission.SEND_MESSAGES | Permission.ATTACH_FILES),
        (desk, Permission.SEND_MESSAGES, Permission.EMBED_LINKS),
        (server.world.bot, Permission.SEND_MESSAGES, Permission.READ_MESSAGE_HISTORY),
    ]:
        server.world.overwrite(server.channel, target, allow=allow, deny=deny)
    guild = bot.get_guild(server.guild.id)
    assert guild
    channel = guild.get_channel(server.channel.id)
    assert channel
    await server.until(lambda: len(channel.overwrites) == 3)
    for user in (server.owner, server.reader, server.world.bot):
        member = await guild.fetch_member(user.id)
        seen = channel.permissions_for(member)
        for name in ("send_messages", "attach_files", "embed_links", "read_message_history", "manage_messages", "view_channel"):
            ours = server.world.permissions(server.channel, user) & Permission[name.upper()]
            assert bool(ours) == getattr(seen, name), (user.name, name)
    assert server.violations == []


async def test_silent_deferral_is_followed_by_an_edit(server: DiscordServer, bot: Observer) -> None:
    counted = await server.slash("count")
    assert counted.message
    clicked = await server.click(counted.message, "Add")
    await clicked.until(lambda seen: seen.edits)
    assert counted.message.text == "1"
    assert server.violations == []


async def test_followups_of_a_users_own_app_are_few(server: DiscordServer, bot: Observer) -> None:
    elsewhere = server.world.add_guild("Elsewhere", server.reader, has_bot=False)
    answer = await server.slash("count", guild=elsewhere, user=server.reader)
    await server.until(lambda: server.violations)
    assert len(answer.followups) == 5
    assert "40094" in server.violations[0]


async def test_history_tells_no_nonce_and_files_their_type(server: DiscordServer, bot: Observer) -> None:
    channel = bot.get_partial_messageable(server.channel.id)
    chart = discord.File(__file__, "chart.png")
    sent = await channel.send("a", nonce="alert-1", file=chart)
    (read,) = [message async for message in channel.history(limit=5)]
    assert (sent.nonce, read.nonce) == ("alert-1", None)
    assert read.attachments[0].content_type == "image/png"
    edited = await sent.edit(content="b", attachments=[])
    assert (edited.content, edited.attachments, server.channel.messages[0].edits) == ("b", [], 1)
    assert server.violations == []


CHILD = """
import os, discord, yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
Route.BASE = os.environ["DISCORD_API_URL"]
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
discord.Client(intents=discord.Intents(guilds=True)).run(os.environ["DISCORD_TOKEN"], log_handler=None)
"""


async def test_killed_process_is_gone_and_another_identifies_itself(server: DiscordServer) -> None:
    environment = {**os.environ, **server.settings}
    for started in (1, 2):
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, env=environment)
        await server.ready()
        child.kill()
        await child.wait()
        await server.until(lambda: not server.gateway.online)
        assert server.gateway.identified == started
    assert server.violations == []


async def test_plain_text_is_what_a_reader_sees(server: DiscordServer) -> None:
    said = server.world.post(server.channel, server.reader, "## A\\.\n> “No\\_way\\*”\n-# small\n- kept")
    assert said.plain == "A.\n“No_way*”\nsmall\n- kept"
