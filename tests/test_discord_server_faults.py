"""The loopback server fails on demand, and discord.py 2.7.1 meets each failure as it would meet Discord's."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.discord_server import DiscordServer, NoAnswer, Permission

SEND = "POST /channels/*/messages"


class Desk(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.1)
        self.tree = app_commands.CommandTree(self)
        self.errors: list[Exception] = []
        self.tree.error(self.note)

        @self.tree.command(description="Answers")
        async def status(interaction: discord.Interaction) -> None:
            await interaction.response.send_message("all well")

    async def note(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        self.errors.append(error.__cause__ if isinstance(error.__cause__, Exception) else error)

    async def setup_hook(self) -> None:
        await self.tree.sync()


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        with server.redirected():
            yield server


@pytest.fixture
async def bot(server: DiscordServer) -> AsyncIterator[Desk]:
    client = Desk()
    running = asyncio.create_task(client.start(server.token))
    await server.ready()
    yield client
    await client.close()
    await running


@pytest.fixture
def channel(server: DiscordServer, bot: Desk) -> discord.PartialMessageable:
    return bot.get_partial_messageable(server.channel.id)


async def test_rate_limited_request_waits_and_is_repeated(server: DiscordServer, channel: discord.PartialMessageable) -> None:
    fault = server.faults.rate_limit(0.2, on=SEND)
    await channel.send("a")
    first, second = server.called(SEND)
    assert second.at - first.at >= 0.2
    assert (fault.hits, first.status, second.status, len(server.channel.messages)) == (1, 429, 200, 1)


async def test_ban_by_the_proxy_is_an_error(server: DiscordServer, channel: discord.PartialMessageable) -> None:
    server.faults.rate_limit(60, on=SEND, by_proxy=True)
    with pytest.raises(discord.HTTPException, match="429"):
        await channel.send("a")


async def test_lost_reply_is_repeated_with_the_same_nonce(server: DiscordServer, channel: discord.PartialMessageable) -> None:
    server.faults.answer(502, on=SEND, is_stored=True)
    sent = await channel.send("a")
    assert [call.status for call in server.called(SEND)] == [502, 200]
    assert [message.id for message in server.channel.messages] == [sent.id]


async def test_unavailable_is_not_repeated(server: DiscordServer, channel: discord.PartialMessageable) -> None:
    server.faults.answer(503, on=SEND)
    with pytest.raises(discord.DiscordServerError):
        await channel.send("a")
    assert len(server.called(SEND)) == 1
    assert server.channel.messages == []


@pytest.mark.parametrize(("nonce", "messages"), [("alert-1", 1), (None, 2)])
async def test_own_repeat_after_a_dropped_reply_needs_the_same_nonce(
    server: DiscordServer, channel: discord.PartialMessageable, nonce: str | None, messages: int
) -> None:
    server.faults.drop(on=SEND, is_stored=True)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("a", nonce=nonce)
    assert len(server.channel.messages) == 1
    await channel.send("a", nonce=nonce)
    assert len(server.channel.messages) == messages


async def test_fault_can_strike_every_second_request(server: DiscordServer, channel: discord.PartialMessageable) -> None:
    fault = server.faults.drop(on=SEND, times=None, every=2)
    outcomes = [await asyncio.gather(channel.send("a"), return_exceptions=True) for _ in range(4)]
    assert [isinstance(outcome, aiohttp.ClientError) for (outcome,) in outcomes] == [False, True, False, True]
    assert (fault.met, fault.hits, len(server.channel.messages)) == (4, 2, 2)


async def test_dropped_request_stores_nothing(server: DiscordServer, channel: discord.PartialMessageable) -> None:
    server.faults.drop(on=SEND)
    with pytest.raises(aiohttp.ClientError):
        await channel.send("a")
    assert server.channel.messages == []


async def test_callback_whose_reply_was_lost_raises_although_the_user_sees_it(server: DiscordServer, bot: Desk) -> None:
    server.faults.answer(502, on="POST /interactions/*", is_stored=True)
    answer = await server.slash("status")
    assert answer.text == "all well"
    await server.until(lambda: bot.errors)
    assert isinstance(bot.errors[0], discord.HTTPException)
    assert bot.errors[0].code == 40060
    assert server.violations == []


async def test_second_callback_is_a_violation(server: DiscordServer, bot: Desk) -> None:
    answer = await server.slash("status")
    async with aiohttp.ClientSession() as session:
        url = f"{server.api_url}/interactions/{answer.id}/{answer.token}/callback"
        async with session.post(url, json={"type": 4, "data": {"content": "b"}}) as second:
            assert (second.status, (await second.json())["code"]) == (400, 40060)
    assert len(server.violations) == 1


async def test_followups_need_an_answer_and_a_living_token(server: DiscordServer, bot: Desk) -> None:
    answer = await server.slash("status")
    server.faults.drop(on="POST /interactions/*")
    server.callback_s = 0.1
    with pytest.raises(NoAnswer):
        await server.slash("status")
    unanswered = list(server.exchanges.values())[-1]
    async with aiohttp.ClientSession() as session:

        async def follow(token: str) -> int:
            url = f"{server.api_url}/webhooks/{server.world.application_id}/{token}"
            async with session.post(url, json={"content": "more"}) as reply:
                return reply.status

        assert await follow(answer.token) == 200
        assert await follow(unanswered.token) == 404
        server.clock.advance(901)
        assert await follow(answer.token) == 401
    assert [violation.split(": ")[1] for violation in server.violations] == [
        "404 10015 Unknown Webhook",
        "401 50027 Invalid Webhook Token",
    ]


async def test_forbidden_channel(server: DiscordServer, channel: discord.PartialMessageable) -> None:
    server.world.overwrite(server.channel, server.world.bot, deny=Permission.SEND_MESSAGES)
    with pytest.raises(discord.Forbidden, match="Missing Permissions"):
        await channel.send("a")


async def test_refused_gateway_is_tried_again_by_a_connected_client(server: DiscordServer, bot: Desk) -> None:
    fault = server.faults.refuse_gateway()
    server.gateway.cut()
    await server.until(lambda: server.gateway.resumed == 1, timeout_s=15)
    assert fault.hits == 1


async def test_refused_first_connection_kills_a_plain_client(server: DiscordServer) -> None:
    server.faults.refuse_gateway()
    async with Desk() as client:
        with pytest.raises(AttributeError):
            await client.start(server.token)
