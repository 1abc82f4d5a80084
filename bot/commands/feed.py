"""/feed add, list, remove, test: where this server's articles come from. Management: Manage Server, in servers only."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import discord
from discord import app_commands

from bot import phrases
from bot.cards import Card, Reply
from bot.commands import AnyCommand
from bot.desk import Asker, Desk, ago
from bot.errors import Interaction
from bot.options import limit_text, manage_only
from bot.respond import asker_of, respond
from bot.wording import statement_card
from handlers.errors import AlreadyExists, QuestionError
from handlers.formats import FeedContent
from handlers.model import Feed, Reading

MOST_FEEDS = 100
"""For one server."""
TESTED = 5
"""Newest articles that /feed test reads."""


async def add(desk: Desk, asker: Asker, *, url: str, name: str | None = None) -> Reply:
    """Keep a feed once it was fetched and parsed. Its first poll is a baseline: stored, not announced."""
    manage_only(asker.may_manage)
    address = _address(url)
    async with desk.store.read() as unit:
        own = [feed for feed in await unit.feeds.list(asker.guild_id) if feed.guild_id == asker.guild_id]
    if any(feed.url == address for feed in own):
        raise QuestionError(f"{address} is a feed of this server already.")
    if len(own) >= MOST_FEEDS:
        raise QuestionError(f"This server has {len(own)} feeds, the most it may have. Remove one with /feed remove.")
    content = await _fetch(desk, address)
    feed = Feed(
        address,
        name=limit_text(name, "name", 100) or content.title,
        guild_id=asker.guild_id,
        channel_id=asker.channel_id,
        next_poll_at=desk.now(),
    )
    try:
        async with desk.store.write() as unit:
            stored = await unit.feeds.add(feed)
    except AlreadyExists as error:
        raise QuestionError(f"{address} is a feed of this server already.") from error
    lines = (*_summary(content), "What it holds now enters the record in silence; later articles alert.")
    return Reply(f"Feed added: {stored.name or address}", lines=(address, *lines), is_private=True)


async def list_feeds(desk: Desk, asker: Asker) -> Reply:
    manage_only(asker.may_manage)
    async with desk.store.read() as unit:
        feeds = await unit.feeds.list(asker.guild_id)
    if not feeds:
        return Reply("Feeds", lines=("None yet. Add one with /feed add.",), is_private=True)
    return Reply(f"Feeds ({len(feeds)})", cards=tuple(_card(desk, asker, feed) for feed in feeds), is_private=True)


async def remove(desk: Desk, asker: Asker, *, feed: str) -> Reply:
    """By address, name or number. What it brought stays on record."""
    manage_only(asker.may_manage)
    async with desk.store.write() as unit:
        own = [known for known in await unit.feeds.list(asker.guild_id) if known.guild_id == asker.guild_id]
        wanted = feed.strip().casefold()
        found = [known for known in own if wanted in {known.url.casefold(), (known.name or "").casefold(), str(known.id)}]
        if len(found) != 1 or found[0].id is None:
            names = ", ".join(known.name or known.url for known in own) or "none"
            which = "More than one feed has that name; give its address" if found else "No feed of yours is called that"
            raise QuestionError(f"{which}. Yours: {names}.")
        await unit.feeds.remove(found[0].id)
    kept = "The articles that it brought stay on record."
    return Reply(f"Feed removed: {found[0].name or found[0].url}", lines=(kept,), is_private=True)


async def test(desk: Desk, asker: Asker, *, url: str) -> Reply:
    """What a feed would bring: nothing is kept."""
    manage_only(asker.may_manage)
    address = _address(url)
    content = await _fetch(desk, address)
    cards: list[Card] = []
    for article in content.articles[:TESTED]:
        reading: Reading = await desk.pool.read(article)
        cards.extend(statement_card(statement, article, desk.registry) for statement in reading.statements)
    newest = f"Statements in its newest {min(TESTED, len(content.articles))} articles: {len(cards)}. Nothing was kept."
    return Reply(f"Feed: {content.title or address}", cards=tuple(cards), lines=(*_summary(content), newest), is_private=True)


async def _fetch(desk: Desk, url: str) -> FeedContent:
    fetched = await desk.fetcher.fetch(url)
    if fetched.document is None:
        raise QuestionError(f"{url} answered without a document.")
    return await desk.pool.parse_feed(fetched.document)


def _address(url: str) -> str:
    text = url.strip()
    if len(text) > 2000 or any(c.isspace() for c in text):
        raise QuestionError("That is not an address.")
    return text if "://" in text else f"https://{text}"


def _summary(content: FeedContent) -> tuple[str, ...]:
    days = [article.published for article in content.articles if article.published]
    newest = f", newest {phrases.day_words(max(days))}" if days else ", none with a day"
    return (f"{phrases.plural(len(content.articles), 'article')}{newest}.",)


def label(feed: Feed, asker: Asker) -> str:
    """A feed's name. The address of an operator's feed may hold a key, so servers see no more of it than its host."""
    is_own = asker.is_operator or feed.guild_id is not None
    return feed.name or (feed.url if is_own else urlsplit(feed.url).hostname or "a feed")


def trouble(feed: Feed) -> str | None:
    """Why it fails, without its address."""
    return feed.last_error.removeprefix(f"{feed.url}: ") if feed.last_error else None


def _card(desk: Desk, asker: Asker, feed: Feed) -> Card:
    is_own = asker.is_operator or feed.guild_id is not None
    owner = "this server's" if feed.guild_id is not None else "the operator's, serves every server"
    checked = f"checked {ago(desk.now() - feed.last_polled_at)}" if feed.last_polled_at else "not checked yet"
    lines = [*([feed.url] if is_own else []), f"{owner} · {checked}"]
    if feed.last_error:
        due_s = max(0, int((feed.next_poll_at - desk.now()).total_seconds())) if feed.next_poll_at else 0
        lines.append(f"failing ({feed.failures}×): {trouble(feed)}; next try in {due_s} s")
    return Card(f"{feed.id} · {label(feed, asker)}", lines=tuple(lines))


def commands(desk: Desk) -> Sequence[AnyCommand]:
    group = app_commands.Group(
        name="feed",
        description="Where this server's articles come from",
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )

    @group.command(name="add", description="Follow an RSS, Atom or JSON feed", extras={"answer": add})
    @app_commands.describe(url="The feed's address", name="What to call it; its own title if left out")
    async def add_command(interaction: Interaction, url: str, name: str | None = None) -> None:
        await respond(interaction, add(desk, asker_of(interaction), url=url, name=name), private=True)

    @group.command(name="list", description="The feeds that this server reads", extras={"answer": list_feeds})
    async def list_command(interaction: Interaction) -> None:
        await respond(interaction, list_feeds(desk, asker_of(interaction)), private=True)

    @group.command(name="remove", description="Stop following a feed", extras={"answer": remove})
    @app_commands.describe(feed="Its name, address or number")
    async def remove_command(interaction: Interaction, feed: str) -> None:
        await respond(interaction, remove(desk, asker_of(interaction), feed=feed), private=True)

    @group.command(name="test", description="See what a feed would bring, without keeping it", extras={"answer": test})
    @app_commands.describe(url="The feed's address")
    @app_commands.checks.cooldown(20, 60)
    async def test_command(interaction: Interaction, url: str) -> None:
        await respond(interaction, test(desk, asker_of(interaction), url=url), private=True)

    @remove_command.autocomplete("feed")
    async def feeds(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        guild_id = asker_of(interaction).guild_id
        async with desk.store.read() as unit:
            known = [feed for feed in await unit.feeds.list(guild_id) if feed.guild_id == guild_id]
        labels = [((feed.name or feed.url)[:100], str(feed.id)) for feed in known]
        return [app_commands.Choice(name=label, value=key) for label, key in labels if typed.casefold() in label.casefold()][
            :25
        ]

    # discord.py registers them by decoration.
    del add_command, list_command, test_command, feeds
    return (group,)
