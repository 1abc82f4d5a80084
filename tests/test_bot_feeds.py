"""/feed over the loopback protocol: a look before it is kept, a question before it is removed, lists in and out."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from bot.feeds import transfer
from bot.serve import serve
from bot.settings import Settings
from handlers import opml
from handlers.model import Feed
from storage import Store
from tests.articles import refusal
from tests.discord_server import DiscordServer, Exchange, Permission
from tests.documents import document
from tests.site import Page, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

FEED_TYPE = "application/rss+xml"


def rss(title: str, *texts: str) -> Page:
    items = "".join(
        f"<item><title>Report {number}</title><guid>{title}{number}</guid><description>{text}</description>"
        "<pubDate>Fri, 07 Feb 2025 10:00:00 GMT</pubDate></item>"
        for number, text in enumerate(texts)
    )
    return Page(f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>".encode(), FEED_TYPE)


@dataclass
class Newsroom:
    """A bot that runs in this process, Discord around it, and publishers."""

    discord: DiscordServer
    site: Site
    url: str
    settings: Settings
    running: asyncio.Task[None]

    async def ask(self, name: str, options: dict[str, object] | None = None, **more: object) -> Exchange:
        return await self.discord.slash(name, options or {}, timeout_s=30, **more)

    async def click(self, asked: Exchange, label: str) -> Exchange:
        assert asked.message is not None
        return await self.discord.click(asked.message, label, timeout_s=30)

    async def restart(self) -> None:
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        self.running = asyncio.create_task(serve(self.settings, self.discord.token))
        await self.discord.ready()

    async def operators(self, path: str, name: str) -> None:
        store = await Store.open(self.url)
        async with store.write() as unit:
            await unit.feeds.add(Feed(self.site.url(path), name=name))
        await store.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def newsroom(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newsroom]:
    url = f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('feeds')}/parley.db"
    async with DiscordServer() as discord, Site() as site:
        with discord.redirected():
            settings = Settings(
                _env_file=None,
                database_url=url,
                fetch_allow=frozenset({site.host}),
                feed_interval_s=1,
                feed_min_interval_s=1,
                feed_max_interval_s=1,
                tick_s=0.2,
                discord_api_url=discord.api_url,
                discord_gateway_url=discord.gateway_url,
            )
            running = asyncio.create_task(serve(settings, discord.token))
            await discord.synced()
            room = Newsroom(discord, site, url, settings, running)
            yield room
            assert discord.violations == []
            room.running.cancel()
            await asyncio.gather(room.running, return_exceptions=True)


async def test_add_looks_behind_a_page_and_keeps_what_the_asker_confirms(newsroom: Newsroom) -> None:
    link = b"<html><head><title>Gazette</title><link rel=alternate type=application/rss+xml href='/gazette/rss'></head></html>"
    newsroom.site.pages["/gazette"] = Page(link)
    newsroom.site.pages["/gazette/rss"] = rss("Harbour Gazette", refusal("Iran", "Iraq"), "The ferry was late.")
    seen = await newsroom.ask("feed add", {"url": newsroom.site.url("/gazette")})
    assert "Follow Harbour Gazette?" in seen.plain
    assert "2 articles, newest 7 February 2025." in seen.plain
    assert "1 with statements, 1 statement in all" in seen.plain
    assert "Iran → Iraq" in seen.plain
    assert seen.is_ephemeral
    assert "None yet." in (await newsroom.ask("feed list")).plain
    await newsroom.restart()
    kept = await newsroom.click(seen, "Follow this feed")
    assert "Feed added: Harbour Gazette" in kept.plain
    assert "done already" in (await newsroom.click(seen, "Follow this feed")).plain
    assert newsroom.site.url("/gazette/rss") in (await newsroom.ask("feed list")).plain
    again = await newsroom.ask("feed add", {"url": newsroom.site.url("/gazette")})
    assert "is a feed of this server already" in again.plain


async def test_a_common_path_is_tried_where_a_page_announces_nothing(newsroom: Newsroom) -> None:
    newsroom.site.pages["/plain"] = Page(b"<html><body>Welcome</body></html>")
    newsroom.site.pages["/rss.xml"] = rss("Plain Talk", "The ferry was late.")
    seen = await newsroom.ask("feed test", {"url": newsroom.site.url("/plain")})
    assert newsroom.site.url("/rss.xml") in seen.plain
    assert "Nothing was kept." in seen.plain
    del newsroom.site.pages["/rss.xml"]
    none = await newsroom.ask("feed add", {"url": newsroom.site.url("/plain")})
    assert "No feed was found behind it either" in none.plain
    assert none.message is not None
    assert none.message.buttons == []


async def test_show_pause_resume_and_remove(newsroom: Newsroom) -> None:
    newsroom.site.pages["/ledger"] = rss("Morning Ledger", refusal("Sudan", "Chad"))
    await newsroom.click(
        await newsroom.ask("feed add", {"url": newsroom.site.url("/ledger"), "name": "Ledger"}), "Follow this feed"
    )

    async def brought() -> bool:
        shown = (await newsroom.ask("feed show", {"feed": "ledger"})).plain
        return "1 article, 1 statement on record" in shown and "not checked" not in shown

    for _ in range(300):
        if await brought():
            break
        await asyncio.sleep(0.2)
    shown = (await newsroom.ask("feed show", {"feed": "Ledger"})).plain
    assert "checked just now" in shown
    assert "Next check within a minute, about every 1 min." in shown
    assert f"Told when it fails: #{newsroom.discord.channel.name}" in shown
    assert "Feed paused: Ledger" in (await newsroom.ask("feed pause", {"feed": "Ledger"})).plain
    assert "is paused already" in (await newsroom.ask("feed pause", {"feed": "Ledger"})).plain
    assert "paused" in (await newsroom.ask("feed list")).plain
    assert "Feed resumed: Ledger" in (await newsroom.ask("feed resume", {"feed": "Ledger"})).plain
    question = await newsroom.ask("feed remove", {"feed": newsroom.site.url("/ledger")})
    assert "Remove Ledger?" in question.plain
    assert "Ledger" in (await newsroom.ask("feed list")).plain
    assert "Feed removed: Ledger" in (await newsroom.click(question, "Remove it")).plain
    assert "Ledger" not in (await newsroom.ask("feed list")).plain
    assert "Sudan → Chad" in (await newsroom.ask("stance", {"actor": "Sudan"})).plain


async def test_import_tells_what_became_of_each_and_export_gives_them_back(newsroom: Newsroom) -> None:
    newsroom.site.pages["/one"] = rss("One", "x")
    newsroom.site.pages["/two"] = rss("Two", "x", "y")
    listed = "".join(
        f'<outline text="{name}" xmlUrl="{newsroom.site.url(path)}"/>'
        for name, path in (
            ("First", "/one"),
            ("", "/two"),
            ("Missing", "/missing"),
            ("Page", "/gazette"),
            ("Known", "/gazette/rss"),
        )
    )
    told = await newsroom.ask("feed import", {"file": ("feeds.opml", f"<opml><body>{listed}</body></opml>".encode())})
    assert "2 feeds added, 1 followed already, 2 not added." in told.plain
    assert "Not added: Missing: 404 Not Found" in told.plain or "Not added: Missing: " in told.plain
    assert "Not added: Page: is a web page, not a feed" in told.plain
    assert "Added: First (1 article)" in told.plain
    assert "Added: Two (2 articles)" in told.plain
    export = await newsroom.ask("feed export")
    assert export.message is not None
    data = export.message.file("parley-feeds.opml").data.decode()
    assert data.count("<outline ") == 3
    assert newsroom.site.url("/one") in data
    assert export.is_ephemeral


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<opml><body/></opml>", "lists no feed"),
        (b"no markup", "is not OPML"),
        (b"<opml>" + b" " * 1_000_001, "is larger than 1 MB"),
        (b'<!DOCTYPE opml [<!ENTITY x "y">]><opml/>', "declares XML entities"),
    ],
)  # fmt: skip
async def test_a_list_that_is_none_says_why(newsroom: Newsroom, data: bytes, words: str) -> None:
    assert words in (await newsroom.ask("feed import", {"file": ("feeds.opml", data)})).plain


async def test_another_server_sees_and_changes_nothing_of_it(newsroom: Newsroom) -> None:
    await newsroom.operators("/secret?key=hush", "The wire")
    elsewhere = newsroom.discord.world.add_guild("Elsewhere", newsroom.discord.owner)
    there = await newsroom.ask("feed list", guild=elsewhere)
    assert "Feeds (1)" in there.plain
    assert "The wire" in there.plain
    assert "hush" not in there.plain
    for verb in ("show", "pause", "resume", "remove"):
        answer = await newsroom.ask(f"feed {verb}", {"feed": newsroom.site.url("/gazette/rss")}, guild=elsewhere)
        assert "No feed of yours is called that" in answer.plain
        assert "gazette" not in answer.plain.lower().replace("harbour gazette", "")
    assert "The wire" in (await newsroom.ask("feed show", {"feed": "The wire"}, guild=elsewhere)).plain
    assert "hush" not in (await newsroom.ask("feed show", {"feed": "The wire"}, guild=elsewhere)).plain
    assert "No feed of yours" in (await newsroom.ask("feed pause", {"feed": "The wire"}, guild=elsewhere)).plain
    assert "There is no feed of yours to export" in (await newsroom.ask("feed export", guild=elsewhere)).plain
    choices = await newsroom.discord.autocomplete("feed remove", "feed", "")
    assert all("wire" not in choice["name"] for choice in choices)


async def test_a_reader_may_do_none_of_it(newsroom: Newsroom) -> None:
    reader = newsroom.discord.reader
    for name, options in (
        ("feed show", {"feed": "One"}),
        ("feed pause", {"feed": "One"}),
        ("feed resume", {"feed": "One"}),
        ("feed export", {}),
        ("feed import", {"file": ("a.opml", b"<opml/>")}),
    ):
        answer = await newsroom.ask(name, options, user=reader, is_overridden=True)
        assert "Only members with Manage Server may do this." in answer.plain, name


async def test_where_nothing_may_be_posted_the_look_says_so(newsroom: Newsroom) -> None:
    closed = newsroom.discord.world.add_channel(newsroom.discord.guild, "closed")
    newsroom.discord.world.overwrite(closed, newsroom.discord.world.bot, deny=Permission.SEND_MESSAGES)
    seen = await newsroom.ask("feed add", {"url": newsroom.site.url("/ledger")}, channel=closed)
    assert "I may not post in this channel" in seen.plain


async def test_a_failing_feed_is_said_once_in_its_channel_and_so_is_its_recovery_and_its_end(newsroom: Newsroom) -> None:
    channel = newsroom.discord.world.add_channel(newsroom.discord.guild, "wire-room")
    page = newsroom.site.pages["/flaky"] = rss("Flaky Wire", "x")
    await newsroom.click(
        await newsroom.ask("feed add", {"url": newsroom.site.url("/flaky")}, channel=channel), "Follow this feed"
    )
    newsroom.site.pages["/flaky"] = Page(b"gone fishing", status=404)
    failing = await newsroom.discord.message_in(channel, timeout_s=60)
    assert "Feed failing: Flaky Wire" in failing.plain
    assert "404" in failing.plain
    assert "Next try on" in failing.plain
    asked = len(newsroom.site.requests)
    await newsroom.restart()
    await newsroom.discord.until(lambda: len(newsroom.site.requests) > asked + 3, timeout_s=60)
    assert len(channel.messages) == 1
    shown = await newsroom.discord.click(failing, "Show feed", timeout_s=30)
    assert "Failing (" in shown.plain
    assert shown.is_ephemeral
    newsroom.site.pages["/flaky"] = page
    assert "Feed works again: Flaky Wire" in (await newsroom.discord.message_in(channel, count=2, timeout_s=60)).plain
    newsroom.site.pages["/flaky"] = Page(b"", status=410)
    assert "Feed stopped: Flaky Wire" in (await newsroom.discord.message_in(channel, count=3, timeout_s=60)).plain
    assert "gone for good" in (await newsroom.ask("feed show", {"feed": "Flaky Wire"})).plain


async def test_setup_lists_what_is_missing_and_offers_the_starter_set(
    newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.site.pages["/start"] = rss("Start", refusal("Mali", "Niger"))
    listed = tmp_path / "starter.opml"
    listed.write_text(f'<opml><body><outline text="Start" xmlUrl="{newsroom.site.url("/start")}"/></body></opml>')
    monkeypatch.setattr(transfer, "STARTER", listed)
    there = newsroom.discord.world.add_guild("Fresh", newsroom.discord.owner)
    closed = newsroom.discord.world.add_channel(there, "closed")
    first = await newsroom.ask("setup", guild=there)
    assert "To do: a watch that alerts a channel" in first.plain
    assert "Done: permissions" in first.plain
    assert first.is_ephemeral
    await newsroom.ask("watch add", {"actor": "Mali", "channel": closed}, guild=there)
    newsroom.discord.world.overwrite(closed, newsroom.discord.world.bot, deny=Permission.SEND_MESSAGES)
    added = await newsroom.click(first, "Follow the starter set (1 feed)")
    assert "1 feed added" in added.plain
    then = await newsroom.ask("setup", guild=there)
    assert "To do: permissions" in then.plain
    assert "#closed: missing Send Messages." in then.plain
    assert "Done: a watch" in then.plain
    assert "1 of this server" in then.plain
    assert then.message is not None
    assert then.message.labels == []
    refused = await newsroom.ask("setup", user=newsroom.discord.reader, is_overridden=True)
    assert "Only members with Manage Server" in refused.plain


async def test_the_starter_set_is_a_list_of_addresses() -> None:
    feeds = opml.read(document(transfer.STARTER.read_bytes()))
    assert 20 <= len(feeds) <= 60
    assert all(url.startswith("https://") and name for url, name in feeds)
