"""Every slash command over the loopback protocol: one running bot, real interactions, each request valid."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.serve import serve
from bot.settings import Settings
from tests.articles import readiness, refusal, today, write_article
from tests.discord_server import DiscordServer, Exchange, NotOffered, Permission

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOSTILE = "@everyone <@1> [click](https://evil.example) </stance:1> <t:0:R> **bold** \u202egnp.exe"


@dataclass
class Newsroom:
    """A bot that runs in this process, and the Discord around it."""

    discord: DiscordServer
    articles: Path

    async def ask(self, name: str, options: dict[str, object] | None = None, **more: object) -> Exchange:
        return await self.discord.slash(name, options or {}, **more)

    async def on_record(self, count: int) -> None:
        async def enough() -> bool:
            return f"{count} statement" in (await self.ask("status")).plain

        for _ in range(400):
            if await enough():
                return
            await asyncio.sleep(0.1)
        raise AssertionError((await self.ask("status")).plain)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def newsroom(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newsroom]:
    folder = tmp_path_factory.mktemp("newsroom")
    articles = folder / "articles"
    articles.mkdir()
    async with DiscordServer() as discord:
        with discord.redirected():
            settings = Settings(
                _env_file=None,
                database_url=f"sqlite+aiosqlite:///{folder}/parley.db",
                articles_dir=articles,
                tick_s=0.1,
                discord_api_url=discord.api_url,
                discord_gateway_url=discord.gateway_url,
            )
            running = asyncio.create_task(serve(settings, discord.token))
            await discord.synced()
            room = Newsroom(discord, articles)
            others = ("Russia", "Iraq", "Turkey", "Pakistan", "Armenia", "Israel")
            for number, other in enumerate(others):
                day = today() - timedelta(days=30 + number)
                url = f"https://news.example/{number}"
                write_article(articles, f"old{number}", refusal("Iran", other), published=day, url=url)
            write_article(articles, "open", readiness("Venezuela", "Colombia"), published=None, outlet=HOSTILE[:60])
            await room.on_record(7)
            yield room
            assert discord.violations == []
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def test_stance_gives_words_outlet_and_reach(newsroom: Newsroom) -> None:
    answer = await newsroom.ask("stance", {"actor": "Tehran", "counterpart": "Moscow"})
    assert "REJECTS" in answer.plain
    assert "Iran → Russia" in answer.plain
    assert "Iran will not negotiate with Russia" in answer.plain
    assert "Harbour Gazette" in answer.plain
    assert "Searched 7 articles from 2 outlets" in answer.plain
    assert answer.message is not None
    assert "https://news.example/0" in answer.message.links
    assert not answer.is_ephemeral


async def test_a_private_answer_is_private(newsroom: Newsroom) -> None:
    assert (await newsroom.ask("stance", {"actor": "Iran", "private": True})).is_ephemeral


async def test_silence_is_explained(newsroom: Newsroom) -> None:
    answer = await newsroom.ask("stance", {"actor": "Japan"})
    assert "No statement by Japan on negotiating is on record." in answer.plain
    assert "Searched 7 articles" in answer.plain
    assert answer.is_ephemeral


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("stance", {"actor": "Irann"}, "Did you mean"),
        ("stance", {"actor": HOSTILE}, "I know no actor called"),
        ("stance", {"actor": "Iran", "as_of": "yesterdayish"}, "is not a day. Write it as 2025-02-07"),
        ("statements", {"since": "2025-02-30"}, "is not a day"),
        ("statements", {"since": "2025-03-01", "until": "2025-02-01"}, "is after until"),
        ("statements", {"text": "x" * 300}, "text is longer than 200 characters"),
        ("analyze", {}, "Give one of url, file or text."),
        ("analyze", {"url": "http://127.0.0.1:9/"}, "127.0.0.1"),
        ("analyze", {"url": "file:///etc/passwd"}, "http"),
        ("analyze", {"file": ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(200))}, "picture.png"),
        ("analyze", {"file": ("empty.txt", b" ")}, "empty.txt: is empty"),
        ("watch remove", {"watch": 999}, "has no watch number 999"),
        ("feed remove", {"feed": "nothing"}, "No feed of yours is called that"),
        ("feed add", {"url": "http://10.0.0.1/feed"}, "10.0.0.1"),
        ("feed add", {"url": "not an address"}, "That is not an address."),
    ],
)
async def test_bad_input_gets_one_private_line(newsroom: Newsroom, name: str, options: dict[str, object], words: str) -> None:
    answer = await newsroom.ask(name, options)
    assert words in answer.plain
    assert answer.is_ephemeral
    assert answer.message is not None
    assert not answer.message.pings


async def test_statements_page_by_key(newsroom: Newsroom) -> None:
    first = await newsroom.ask("statements", {"actor": "Iran"})
    assert "6 statements, newest first." in first.plain
    assert first.plain.count("REJECTS") == 5
    assert first.message is not None
    older = await newsroom.discord.click(first.message, "Older")
    assert older.plain.count("REJECTS") == 1
    assert older.message is not None
    newest = await newsroom.discord.click(older.message, "Newest")
    assert newest.plain.count("REJECTS") == 5


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({}, "7 statements"),
        ({"stance": "open"}, "1 statement,"),
        ({"counterpart": "Turkey"}, "1 statement,"),
        ({"outlet": "harbour gazette"}, "6 statements"),
        ({"text": "NEGOTIATE with pakistan"}, "1 statement,"),
        ({"text": '" OR 1=1 -- %_*'}, "No statement on record fits that."),
        ({"since": today().isoformat()}, "No statement on record fits that."),
    ],
)
async def test_statements_filter(newsroom: Newsroom, options: dict[str, object], count: str) -> None:
    assert count in (await newsroom.ask("statements", options)).plain


async def test_evidence_shows_the_paragraph(newsroom: Newsroom) -> None:
    page = await newsroom.ask("statements", {"counterpart": "Russia"})
    assert page.message is not None
    shown = await newsroom.discord.click(page.message, "Evidence")
    assert "the government of Iran said in a statement" in shown.plain
    assert shown.is_ephemeral


async def test_words_from_outside_stay_words(newsroom: Newsroom) -> None:
    answer = await newsroom.ask("stance", {"actor": "Venezuela"})
    assert "@everyone <@1> [click]" in answer.plain.replace("\u200b", "")
    assert "@everyone" not in answer.text
    assert "<@1>" not in answer.text
    assert "[click](" not in answer.text


async def test_analyze_reads_a_file_and_stores_nothing(newsroom: Newsroom) -> None:
    answer = await newsroom.ask("analyze", {"file": ("story.txt", refusal("Sudan", "Chad").encode())})
    assert "Sudan → Chad" in answer.plain
    assert "Nothing was stored." in answer.plain
    assert "No statement by Sudan" in (await newsroom.ask("stance", {"actor": "Sudan"})).plain


async def test_watch_life_cycle(newsroom: Newsroom) -> None:
    channel = newsroom.discord.world.add_channel(newsroom.discord.guild, "desk")
    added = await newsroom.ask("watch add", {"channel": channel, "actor": "Serbia", "stance": "rejects", "min_outlets": 2})
    assert "Serbia → anyone · rejects" in added.plain
    assert added.is_ephemeral
    again = await newsroom.ask("watch add", {"channel": channel, "actor": "Serbia", "stance": "rejects", "min_outlets": 2})
    assert "has this watch already" in again.plain
    listed = await newsroom.ask("watch list")
    assert "in #desk" in listed.plain
    choices = await newsroom.discord.autocomplete("watch remove", "watch", "serb")
    removed = await newsroom.ask("watch remove", {"watch": choices[0]["value"]})
    assert "Watch removed" in removed.plain
    assert "Serbia" not in (await newsroom.ask("watch list")).plain


async def test_an_alert_pings_its_one_role_and_two_outlets_are_waited_for(newsroom: Newsroom) -> None:
    world = newsroom.discord.world
    role = world.add_role(newsroom.discord.guild, "desk", mentionable=True)
    channel = world.add_channel(newsroom.discord.guild, "patient")
    added = await newsroom.ask("watch add", {"channel": channel, "actor": "Georgia", "min_outlets": 2, "role": role})
    assert "Watch added" in added.plain
    day = f"{today():%B} {today().day}, {today().year}"
    said = f"Georgia will not negotiate with Russia, the government of Georgia said on {day}."
    write_article(newsroom.articles, "g1", said + "\n\nMore of it.", published=today(), outlet="Harbour Gazette")
    await newsroom.on_record(8)
    assert channel.messages == []
    write_article(newsroom.articles, "g2", said + "\n\nLess of it.", published=today(), outlet="Morning Ledger")
    alert = await newsroom.discord.message_in(channel)
    assert "Georgia → Russia" in alert.plain
    assert "Harbour Gazette, Morning Ledger (2 sources)" in alert.plain
    assert alert.pings == {str(role.id)}
    write_article(newsroom.articles, "g3", said + "\n\nAll of it.", published=today(), outlet="Evening Star")
    await newsroom.discord.until(lambda: "(3 sources)" in channel.messages[-1].plain, what="an update of the alert")
    assert len(channel.messages) == 1


async def test_a_channel_without_permission_is_told_at_watch_add(newsroom: Newsroom) -> None:
    closed = newsroom.discord.world.add_channel(newsroom.discord.guild, "closed")
    newsroom.discord.world.overwrite(closed, newsroom.discord.world.bot, deny=Permission.SEND_MESSAGES)
    answer = await newsroom.ask("watch add", {"channel": closed})
    assert "Missing: Send Messages" in answer.plain
    assert answer.is_ephemeral


@pytest.mark.parametrize("name", ["watch add", "watch list", "feed list", "feed test"])
async def test_management_is_not_offered_to_readers(newsroom: Newsroom, name: str) -> None:
    options = {"url": "https://news.example/feed"} if name == "feed test" else {}
    with pytest.raises(NotOffered):
        await newsroom.ask(name, options, user=newsroom.discord.reader)


@pytest.mark.parametrize(
    ("name", "options"), [("watch add", {}), ("watch remove", {"watch": 1}), ("feed add", {"url": "https://news.example/feed"})]
)
async def test_management_is_checked_again_on_our_side(newsroom: Newsroom, name: str, options: dict[str, object]) -> None:
    answer = await newsroom.ask(name, options, user=newsroom.discord.reader, is_overridden=True)
    assert "Only members with Manage Server may do this." in answer.plain


async def test_help_lists_what_the_caller_may_use(newsroom: Newsroom) -> None:
    assert "/watch add" in (await newsroom.ask("help")).plain
    readers = (await newsroom.ask("help", user=newsroom.discord.reader)).plain
    assert "/stance" in readers
    assert "/watch" not in readers


async def test_queries_work_in_direct_messages(newsroom: Newsroom) -> None:
    channel = newsroom.discord.world.dm(newsroom.discord.reader)
    answer = await newsroom.ask("stance", {"actor": "Iran"}, channel=channel, user=newsroom.discord.reader)
    assert "Iran → Russia" in answer.plain


@pytest.mark.parametrize(
    ("typed", "first"), [("iran", "Iran"), ("tehran", "Iran"), ("venezu", "Venezuela"), ("khamenie", None)]
)
async def test_autocomplete_forgives(newsroom: Newsroom, typed: str, first: str | None) -> None:
    choices = [choice["name"] for choice in await newsroom.discord.autocomplete("stance", "actor", typed)]
    assert 1 <= len(choices) <= 25
    assert choices[0] == first if first else any("Khamenei" in choice for choice in choices)
