"""/feed: where this server's articles come from. Management: Manage Server, in servers only. The work is in `bot/feeds/`."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.cards import Reply
from bot.commands import AnyCommand
from bot.confirming import offer
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.feeds.describing import label, listed, record, shown
from bot.feeds.finding import Found, find_feed
from bot.feeds.keeping import already, check_room, find_own, find_seen, own_feeds, pause, resume
from bot.feeds.preview import preview
from bot.feeds.transfer import MOST_BYTES, export_feeds, import_feeds
from bot.options import lacking, limit_text, log, manage_only
from bot.respond import asker_of, respond
from handlers.errors import QuestionError
from handlers.model import Document

Choices = list[app_commands.Choice[str]]


async def add(desk: Desk, asker: Asker, *, url: str, name: str | None = None) -> Reply:
    """Show what the feed at, or behind, an address would bring; it is kept once the asker says so."""
    manage_only(asker.may_manage)
    called = limit_text(name, "name", 100)
    async with desk.store.read() as unit:
        check_room(await own_feeds(unit, asker), asker)
    found = await find_feed(desk, url)
    async with desk.store.read() as unit:
        if found.url in {feed.url for feed in await own_feeds(unit, asker)}:
            raise QuestionError(already(found.url, asker))
    called = called or (found.content.title or "")[:100] or None
    button = await offer(desk, asker, "Follow this feed", "feed add", {"url": found.url, "name": called})
    reply = await _looked_at(desk, found, "Nothing is kept until you say so.")
    return replace(reply, title=f"Follow {called or found.url}?", buttons=(button,))


async def test(desk: Desk, asker: Asker, *, url: str) -> Reply:
    """What a feed would bring: nothing is kept."""
    manage_only(asker.may_manage)
    return await _looked_at(desk, await find_feed(desk, url), "Nothing was kept.")


async def _looked_at(desk: Desk, found: Found, end: str) -> Reply:
    seen = await preview(desk, found.content)
    behind = (f"Found behind {found.page}.",) if found.page else ()
    others = tuple(f"Also there: {link.title or 'a feed'}, {link.url}" for link in found.others[:3])
    lines = (found.url, *behind, *seen.lines, *others, end)
    return Reply(f"Feed: {found.content.title or found.url}", cards=seen.cards, lines=lines, is_private=True)


async def list_feeds(desk: Desk, asker: Asker) -> Reply:
    manage_only(asker.may_manage)
    async with desk.store.read() as unit:
        feeds = await unit.feeds.list(asker.guild_id)
    if not feeds:
        return Reply("Feeds", lines=("None yet. Add one with /feed add.",), is_private=True)
    visible = tuple(record(feed) for feed in feeds if feed.guild_id is not None or asker.is_operator)
    cards = tuple(listed(desk, asker, feed) for feed in feeds)
    return Reply(f"Feeds ({len(feeds)})", cards=cards, is_private=True, data=visible)


async def show(desk: Desk, asker: Asker, *, feed: str) -> Reply:
    """One feed: its last and next check, what ails it, what it brought."""
    manage_only(asker.may_manage)
    async with desk.store.read() as unit:
        found = await find_seen(unit, asker, feed)
        articles, statements = await unit.feeds.brought(found.id or 0)
    card = shown(desk, asker, found, articles, statements)
    return Reply("Feed", cards=(card,), is_private=True)


async def remove(desk: Desk, asker: Asker, *, feed: str) -> Reply:
    """By address, name or number; asks first. What it brought stays on record."""
    manage_only(asker.may_manage)
    async with desk.store.read() as unit:
        found = await find_own(unit, asker, feed)
        articles, _ = await unit.feeds.brought(found.id or 0)
    button = await offer(desk, asker, "Remove it", "feed remove", {"feed_id": found.id})
    kept = f"It is not polled any more then; its {articles} articles stay on record. /feed pause only stops it for a while."
    return Reply(f"Remove {label(found, asker)}?", lines=(found.url, kept), buttons=(button,), is_private=True)


def commands(desk: Desk) -> Sequence[AnyCommand]:
    group = app_commands.Group(
        name="feed",
        description="Where this server's articles come from",
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )
    own, seen = _names(desk, is_own=True), _names(desk, is_own=False)

    @group.command(name="add", description="Follow the feed at, or behind, an address", extras={"answer": add})
    @app_commands.describe(url="The address of a feed or of a page with one", name="What to call it; its own title if left out")
    @app_commands.checks.cooldown(20, 60)
    async def add_command(interaction: Interaction, url: str, name: str | None = None) -> None:
        async def asked() -> Reply:
            reply = await add(desk, asker_of(interaction), url=url, name=name)
            lack = lacking(interaction, interaction.channel_id or 0)
            warning = ("Nobody would be told here when it fails: I may not post in this channel.",) if lack else ()
            return replace(reply, lines=(*reply.lines, *warning))

        await respond(interaction, asked(), private=True)

    @group.command(name="list", description="The feeds that this server reads", extras={"answer": list_feeds})
    async def list_command(interaction: Interaction) -> None:
        await respond(interaction, list_feeds(desk, asker_of(interaction)), private=True)

    @group.command(name="show", description="How a feed does and what it brought", extras={"answer": show})
    @app_commands.describe(feed="Its name, address or number")
    @app_commands.autocomplete(feed=seen)
    async def show_command(interaction: Interaction, feed: str) -> None:
        await respond(interaction, show(desk, asker_of(interaction), feed=feed), private=True)

    @group.command(name="pause", description="Poll a feed no more until it is resumed", extras={"answer": pause})
    @app_commands.describe(feed="Its name, address or number")
    @app_commands.autocomplete(feed=own)
    async def pause_command(interaction: Interaction, feed: str) -> None:
        await respond(interaction, pause(desk, asker_of(interaction), feed=feed), private=True)

    @group.command(name="resume", description="Poll a paused or stopped feed again, at once", extras={"answer": resume})
    @app_commands.describe(feed="Its name, address or number")
    @app_commands.autocomplete(feed=own)
    async def resume_command(interaction: Interaction, feed: str) -> None:
        await respond(interaction, resume(desk, asker_of(interaction), feed=feed), private=True)

    @group.command(name="remove", description="Stop following a feed, after a question", extras={"answer": remove})
    @app_commands.describe(feed="Its name, address or number")
    @app_commands.autocomplete(feed=own)
    async def remove_command(interaction: Interaction, feed: str) -> None:
        await respond(interaction, remove(desk, asker_of(interaction), feed=feed), private=True)

    @group.command(name="test", description="See what a feed would bring, without keeping it", extras={"answer": test})
    @app_commands.describe(url="The address of a feed, or of a page that has one")
    @app_commands.checks.cooldown(20, 60)
    async def test_command(interaction: Interaction, url: str) -> None:
        await respond(interaction, test(desk, asker_of(interaction), url=url), private=True)

    @group.command(name="import", description="Follow the feeds of an OPML file", extras={"answer": import_feeds})
    @app_commands.describe(file="An OPML file, as feed readers export it")
    @app_commands.checks.cooldown(5, 60)
    async def import_command(interaction: Interaction, file: discord.Attachment) -> None:
        async def asked() -> Reply:
            return await import_feeds(desk, asker_of(interaction), file=await _attached(desk, file))

        await respond(interaction, asked(), private=True)

    @group.command(name="export", description="This server's own feeds as an OPML file", extras={"answer": export_feeds})
    async def export_command(interaction: Interaction) -> None:
        await respond(interaction, export_feeds(desk, asker_of(interaction)), private=True)

    # discord.py registers them by decoration.
    del add_command, list_command, show_command, pause_command, resume_command, remove_command
    del test_command, import_command, export_command
    return (group,)


def _names(desk: Desk, *, is_own: bool) -> Callable[[Interaction, str], Coroutine[Any, Any, Choices]]:
    """Autocomplete of feeds, by name and number. discord.py swallows what it raises, so it is logged here."""

    async def complete(interaction: Interaction, typed: str) -> Choices:
        asker = asker_of(interaction)
        if not asker.may_manage:
            return []
        try:
            async with desk.store.read() as unit:
                known = await (own_feeds(unit, asker) if is_own else unit.feeds.list(asker.guild_id))
        except Exception:
            log.exception("autocomplete_failed")
            return []
        named = [(f"{feed.id} · {label(feed, asker)}"[:100], str(feed.id)) for feed in known]
        return [app_commands.Choice(name=name, value=key) for name, key in named if typed.casefold() in name.casefold()][:25]

    return complete


async def _attached(desk: Desk, file: discord.Attachment) -> Document:
    if file.size > MOST_BYTES:
        raise QuestionError(f"{file.filename} is larger than {MOST_BYTES // 1_000_000} MB.")
    return Document(await file.read(), file.filename, desk.now(), mime=file.content_type)
