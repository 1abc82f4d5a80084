"""The loopback server, met by an unmodified discord.py: login, commands, answers, components, files, faults of the gateway."""

import asyncio
import io
from collections.abc import AsyncIterator

import discord
import pytest
from discord import app_commands

from tests.discord_server import DiscordServer, NoAnswer, NotOffered, Permission


class Ask(discord.ui.Modal, title="Correct this"):
    reason: discord.ui.TextInput["Ask"] = discord.ui.TextInput(label="What is wrong?", custom_id="reason", min_length=3)

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"noted: {self.reason.value}", ephemeral=True)


class Panel(discord.ui.LayoutView):
    """A card with a button that changes it, one that opens a modal, and a link."""

    def __init__(self, words: str) -> None:
        super().__init__(timeout=None)
        row: discord.ui.ActionRow[Panel] = discord.ui.ActionRow()
        more: discord.ui.Button[Panel] = discord.ui.Button(label="More", custom_id="more")
        wrong: discord.ui.Button[Panel] = discord.ui.Button(label="Wrong?", custom_id="wrong")
        more.callback, wrong.callback = self.more, self.wrong
        row.add_item(more).add_item(wrong).add_item(discord.ui.Button(label="Article", url="https://example.org/a"))
        self.add_item(discord.ui.Container(discord.ui.TextDisplay(words), row, accent_colour=0xC0392B))

    async def more(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(view=Panel("more words"))

    async def wrong(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Ask())


class Newsdesk(discord.Client):
    """A small bot with one command for each way to answer."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True, guild_messages=True), guild_ready_timeout=0.1)
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(stance)
        self.tree.add_command(card)
        self.tree.add_command(silent)
        self.tree.add_command(watch)
        self.tree.add_command(find)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify again at once; discord.py would wait for 5 s."""

    async def setup_hook(self) -> None:
        self.add_view(Panel("any"))
        await self.tree.sync()


@app_commands.command(description="What an actor says")
async def stance(interaction: discord.Interaction, actor: str, private: bool = False) -> None:
    await interaction.response.defer(ephemeral=private)
    await interaction.edit_original_response(content=f"{actor} rejects")
    chart = discord.File(io.BytesIO(b"PNG"), "chart.png", description="a line that falls")
    await interaction.followup.send("the chart", file=chart)


@stance.autocomplete("actor")
async def suggest(interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
    names = ["Ali Khamenei", "Hassan Rouhani"]
    return [app_commands.Choice(name=name, value=name) for name in names if typed.casefold() in name.casefold()]


@app_commands.command(description="A card")
async def card(interaction: discord.Interaction, file: discord.Attachment | None = None) -> None:
    words = (await file.read()).decode() if file else "first words"
    await interaction.response.send_message(view=Panel(words))


@app_commands.command(description="Says nothing")
async def silent(interaction: discord.Interaction) -> None:
    pass


watch = app_commands.Group(
    name="watch",
    description="Watches",
    guild_only=True,
    default_permissions=discord.Permissions(manage_guild=True),
)


@watch.command(description="Follow an actor in a channel")
async def add(interaction: discord.Interaction, channel: discord.TextChannel, role: discord.Role | None = None) -> None:
    target = channel.guild.get_channel(channel.id)
    assert isinstance(target, discord.TextChannel)
    can_write = target.permissions_for(target.guild.me).send_messages
    await interaction.response.send_message(
        f"{target.name} {role and role.name} {can_write} {interaction.permissions.manage_guild}"
    )


@app_commands.context_menu(name="Find statements")
async def find(interaction: discord.Interaction, message: discord.Message) -> None:
    await interaction.response.send_message(f"in {message.content!r}", ephemeral=True)


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        server.checks_itself = True
        with server.redirected():
            yield server


@pytest.fixture
async def bot(server: DiscordServer) -> AsyncIterator[Newsdesk]:
    client = Newsdesk()
    running = asyncio.create_task(client.start(server.token))
    await server.ready()
    yield client
    await client.close()
    await running


async def test_deferred_answer_is_waited_for_and_its_followup_brings_a_file(server: DiscordServer, bot: Newsdesk) -> None:
    answer = await server.slash("stance", {"actor": "Khamenei"})
    await answer.until(lambda seen: seen.followups)
    assert answer.text == "Khamenei rejects\nthe chart"
    chart = answer.followups[0].file("chart.png")
    assert (chart.data, chart.description) == (b"PNG", "a line that falls")
    assert not answer.is_ephemeral
    assert server.violations == []


async def test_ephemeral_answer_is_seen_by_its_user_only(server: DiscordServer, bot: Newsdesk) -> None:
    answer = await server.slash("stance", {"actor": "Khamenei", "private": True}, user=server.reader)
    await answer.until(lambda seen: seen.followups)
    assert answer.is_ephemeral
    assert answer.message not in server.channel.messages
    assert answer.followups[0] in server.channel.messages


async def test_autocomplete_gives_choices(server: DiscordServer, bot: Newsdesk) -> None:
    assert await server.autocomplete("stance", "actor", "rou") == [{"name": "Hassan Rouhani", "value": "Hassan Rouhani"}]
    assert server.violations == []


async def test_layout_is_stored_clicked_and_changed(server: DiscordServer, bot: Newsdesk) -> None:
    shown = (await server.slash("card")).message
    assert shown
    assert (shown.text, shown.labels, shown.links) == ("first words", ["More", "Wrong?", "Article"], ["https://example.org/a"])
    clicked = await server.click(shown, "more", user=server.reader)
    assert clicked.message is shown
    assert shown.text == "more words"
    assert shown.edits == 1
    assert server.violations == []


async def test_modal_is_filled_in_and_submitted(server: DiscordServer, bot: Newsdesk) -> None:
    shown = (await server.slash("card")).message
    assert shown
    opened = await server.click(shown, "Wrong?")
    with pytest.raises(NotOffered):
        await server.modal_submit(opened, {"reason": "no"})
    submitted = await server.modal_submit(opened, {"reason": "another day"})
    assert submitted.text == "noted: another day"
    assert submitted.is_ephemeral
    assert server.violations == []


async def test_attachment_option_can_be_read(server: DiscordServer, bot: Newsdesk) -> None:
    answer = await server.slash("card", {"file": ("article.txt", b"words of a file")})
    assert answer.text == "words of a file"


async def test_subcommand_gets_resolved_channel_role_and_permissions(server: DiscordServer, bot: Newsdesk) -> None:
    closed = server.world.add_channel(server.guild, "closed")
    server.world.overwrite(closed, server.guild.everyone, deny=Permission.SEND_MESSAGES)
    server.world.overwrite(closed, server.world.bot, deny=Permission.SEND_MESSAGES)
    desk = server.world.add_role(server.guild, "desk")
    answer = await server.slash("watch add", {"channel": closed, "role": desk})
    assert answer.text == "closed desk False True"
    assert server.violations == []


async def test_message_menu_gets_the_message(server: DiscordServer, bot: Newsdesk) -> None:
    said = server.world.post(server.channel, server.reader, "We will talk.")
    answer = await server.message_command("Find statements", said)
    assert answer.text == "in 'We will talk.'"
    assert server.violations == []


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("nothing", {}),
        ("watch", {}),
        ("watch gone", {}),
        ("stance", {}),
        ("stance", {"actor": 5}),
        ("stance", {"actor": "a", "extra": "b"}),
    ],
)
async def test_what_the_real_client_refuses_is_not_sent(
    server: DiscordServer, bot: Newsdesk, name: str, options: dict[str, object]
) -> None:
    with pytest.raises(NotOffered):
        await server.slash(name, options)
    assert server.exchanges == {}


async def test_management_is_not_offered_without_permission_or_in_private(server: DiscordServer, bot: Newsdesk) -> None:
    options = {"channel": server.channel}
    with pytest.raises(NotOffered, match="MANAGE_GUILD"):
        await server.slash("watch add", options, user=server.reader)
    with pytest.raises(NotOffered, match="direct messages"):
        await server.slash("watch add", options, channel=server.world.dm(server.owner))
    assert "False" in (await server.slash("watch add", options, user=server.reader, is_overridden=True)).text


async def test_command_in_a_private_channel(server: DiscordServer, bot: Newsdesk) -> None:
    answer = await server.slash("card", channel=server.world.dm(server.reader), user=server.reader)
    assert answer.text == "first words"
    assert server.violations == []


async def test_command_without_an_answer_fails_the_test(server: DiscordServer, bot: Newsdesk) -> None:
    server.callback_s = 0.1
    with pytest.raises(NoAnswer):
        await server.slash("silent")


async def test_late_callback_is_refused(server: DiscordServer, bot: Newsdesk, caplog: pytest.LogCaptureFixture) -> None:
    server.callback_s = 0.1
    server.faults.delay(0.2, on="POST /interactions/*")
    with pytest.raises(NoAnswer):
        await server.slash("card")
    assert [violation.split(": ")[1] for violation in server.violations] == ["404 10062 Unknown interaction"]


async def test_gateway_close_is_resumed_with_what_was_missed(server: DiscordServer, bot: Newsdesk) -> None:
    resumed = asyncio.create_task(bot.wait_for("resumed"))
    await asyncio.sleep(0)
    server.gateway.close_all(4000)
    server.world.add_channel(server.guild, "made-meanwhile")
    await resumed
    guild = bot.get_guild(server.guild.id)
    assert guild
    assert [channel.name for channel in guild.text_channels] == ["general", "made-meanwhile"]
    assert server.gateway.identified == 1


async def test_forgotten_session_is_identified_again(server: DiscordServer, bot: Newsdesk) -> None:
    server.gateway.forget_sessions()
    server.gateway.reconnect()
    await server.until(lambda: server.gateway.identified == 2)
    assert (await server.slash("card")).text == "first words"


@pytest.mark.parametrize(
    ("intents", "token", "error"),
    [
        (discord.Intents(guilds=True, message_content=True), None, discord.PrivilegedIntentsRequired),
        (discord.Intents(guilds=True), "wrong", discord.LoginFailure),
    ],
)
async def test_login_is_refused(server: DiscordServer, intents: discord.Intents, token: str | None, error: type) -> None:
    async with discord.Client(intents=intents) as client:
        with pytest.raises(error):
            await client.start(token or server.token)


async def test_server_goes_away_and_comes_back_on_its_port(server: DiscordServer, bot: Newsdesk) -> None:
    port = server.port
    await server.go_away()
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection("127.0.0.1", port)
    await server.come_back()
    assert server.port == port
    await server.until(lambda: server.gateway.resumed == 1)
    await server.ready()
    assert (await server.slash("card")).text == "first words"
