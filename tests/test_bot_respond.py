"""How an answer reaches the user: at once or deferred, and one line for whatever goes wrong, over the loopback protocol."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable

import discord
import pytest
from discord import app_commands

from bot import respond as responding
from bot.cards import Reply
from bot.desk import Desk
from bot.errors import Interaction, Tree
from bot.options import names_for
from bot.respond import respond
from handlers.errors import FormatError, NotFound, QuestionError, StorageError
from tests.discord_server import DiscordServer, Exchange

CALLBACK = "POST /interactions/*"
EDIT = "PATCH /webhooks/*"
REPLY, DEFER = 4, 5
HOSTILE = "@everyone <@1> [click](https://evil.example) **bold**"
INCIDENT = re.compile(r"tell the operator: incident ([0-9a-f]{8})\.$")

Work = Callable[[], Awaitable[Reply]]


async def well() -> Reply:
    return Reply("Answer", lines=("All well.",))


async def discreet() -> Reply:
    return Reply("Answer", lines=("All well.",), is_private=True)


def failing(error: Exception) -> Work:
    async def work() -> Reply:
        raise error

    return work


class Client(discord.Client):
    """Two commands whose answer a test chooses; `whisper` is private. The option's names come from a desk that is not built."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.1)
        self.tree = Tree(self)
        self.work: Work = well
        self.is_slow = False
        names = names_for(Desk.__new__(Desk))

        @self.tree.command(name="ask", description="In public")
        @app_commands.allowed_installs(guilds=True, users=True)
        @app_commands.autocomplete(actor=names)
        async def ask(interaction: Interaction, actor: str | None = None) -> None:
            await respond(interaction, self.answer())

        @self.tree.command(name="whisper", description="In private")
        async def whisper(interaction: Interaction) -> None:
            await respond(interaction, self.answer(), private=True)

    async def answer(self) -> Reply:
        if self.is_slow:
            await asyncio.sleep(responding.PATIENCE_S * 2)
        return await self.work()

    async def setup_hook(self) -> None:
        await self.tree.sync()


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        with server.redirected():
            yield server
        assert server.violations == []


@pytest.fixture
async def client(server: DiscordServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Client]:
    assert server.callback_s / 2 > responding.PATIENCE_S
    monkeypatch.setattr(responding, "PATIENCE_S", 0.1)
    client = Client()
    running = asyncio.create_task(client.start(server.token))
    await server.ready()
    yield client
    await client.close()
    await running


def one_message(server: DiscordServer, answer: Exchange) -> str:
    """What the user reads, which is one message and no ping."""
    (message,) = [message for message in server.channel.history if not message.is_deleted]
    assert message is answer.message
    assert not message.is_loading
    assert not message.pings
    assert len(message.text) <= 2000
    return message.plain


@pytest.mark.parametrize(
    ("command", "work", "is_private"), [("ask", well, False), ("ask", discreet, True), ("whisper", well, True)]
)
async def test_a_fast_answer_is_sent_at_once(
    server: DiscordServer, client: Client, command: str, work: Work, is_private: bool
) -> None:
    client.work = work
    answer = await server.slash(command)
    assert (answer.callback_type, answer.edits, answer.is_ephemeral) == (REPLY, 0, is_private)
    assert "All well." in one_message(server, answer)


@pytest.mark.parametrize(("command", "is_private"), [("ask", False), ("whisper", True)])
async def test_a_slow_answer_is_deferred_and_filled(
    server: DiscordServer, client: Client, command: str, is_private: bool
) -> None:
    client.is_slow = True
    answer = await server.slash(command)
    assert (answer.callback_type, answer.edits, answer.is_ephemeral) == (DEFER, 1, is_private)
    assert "All well." in one_message(server, answer)


async def test_in_a_server_without_the_bot_an_answer_is_the_askers_own(server: DiscordServer, client: Client) -> None:
    elsewhere = server.world.add_guild("Elsewhere", server.owner, has_bot=False)
    assert (await server.slash("ask", guild=elsewhere)).is_ephemeral


@pytest.mark.parametrize("is_slow", [False, True])
@pytest.mark.parametrize("is_dropped", [False, True])
async def test_an_answer_shows_although_the_reply_to_its_callback_was_lost(
    server: DiscordServer, client: Client, is_slow: bool, is_dropped: bool
) -> None:
    client.is_slow = is_slow
    if is_dropped:
        server.faults.drop(on=CALLBACK, is_stored=True)
    else:
        server.faults.answer(502, on=CALLBACK, is_stored=True)
    assert "All well." in one_message(server, await server.slash("ask"))


@pytest.mark.parametrize("is_slow", [False, True])
async def test_a_callback_that_never_arrived_is_sent_again(server: DiscordServer, client: Client, is_slow: bool) -> None:
    client.is_slow = is_slow
    server.faults.drop(on=CALLBACK)
    assert "All well." in one_message(server, await server.slash("ask"))


@pytest.mark.parametrize("is_slow", [False, True])
@pytest.mark.parametrize("work", [well, failing(QuestionError("No."))])
async def test_nobody_waits_for_ever_when_the_deferred_answer_fails(
    server: DiscordServer, client: Client, is_slow: bool, work: Work
) -> None:
    client.is_slow, client.work = is_slow, work
    server.faults.answer(503, on=EDIT if is_slow else CALLBACK)
    assert one_message(server, await server.slash("ask"))


@pytest.mark.parametrize("command", ["ask", "whisper"])
@pytest.mark.parametrize("is_slow", [False, True])
async def test_a_wrong_question_is_answered_in_one_bounded_disarmed_line(
    server: DiscordServer, client: Client, command: str, is_slow: bool
) -> None:
    client.is_slow = is_slow
    client.work = failing(QuestionError((HOSTILE + " ") * 100))
    answer = await server.slash(command)
    told = one_message(server, answer)
    assert told.replace("\u200b", "").startswith(HOSTILE)
    assert not re.search(r"@everyone|<@1>|(?<!\\)\]\(", answer.text)
    assert (answer.is_ephemeral, answer.callback_type) == (command == "whisper" or not is_slow, DEFER if is_slow else REPLY)


@pytest.mark.parametrize("is_slow", [False, True])
async def test_an_error_that_can_be_named_is_named(server: DiscordServer, client: Client, is_slow: bool) -> None:
    client.is_slow, client.work = is_slow, failing(FormatError("page.html", "is empty"))
    assert one_message(server, await server.slash("ask")) == "That did not work: page.html: is empty"


@pytest.mark.parametrize("is_slow", [False, True])
@pytest.mark.parametrize("error", [KeyError("/etc/secret"), StorageError("/var/db failed"), NotFound("/var/db: nothing")])
async def test_what_nobody_foresaw_is_an_incident(
    server: DiscordServer, client: Client, is_slow: bool, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    client.is_slow, client.work = is_slow, failing(error)
    told = one_message(server, await server.slash("ask"))
    found = INCIDENT.search(told)
    assert found
    assert "/" not in told
    (logged,) = [record for record in caplog.records if record.msg == "command_failed"]
    assert logged.__dict__["incident"] == found[1]
    assert str(error) in (logged.exc_text or caplog.text)


async def test_a_command_of_an_older_version_is_explained(server: DiscordServer, client: Client) -> None:
    client.tree.remove_command("ask")
    answer = await server.slash("ask")
    assert one_message(server, answer) == "This command has changed. Reload Discord (Ctrl+R) and try again."
    assert answer.is_ephemeral


async def test_autocomplete_that_fails_offers_nothing_and_is_logged(
    server: DiscordServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert await server.autocomplete("ask", "actor", "Ir") == []
    (logged,) = [record for record in caplog.records if record.msg == "autocomplete_failed"]
    assert logged.exc_info


async def test_an_answer_that_comes_too_late_is_logged(
    server: DiscordServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.delay(0.3, on=CALLBACK)
    server.callback_s = 0.2
    asking = asyncio.create_task(server.slash("ask"))
    await server.until(lambda: "callback_answered" in caplog.messages)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    server.violations.clear()
