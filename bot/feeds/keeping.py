"""The feeds of one owner, a server or the operator: kept, found again by name, paused, resumed, removed.

Every answer checks that the asker may manage; whoever changes a feed must own it.
"""

from collections.abc import Sequence

from bot.cards import Reply
from bot.desk import Asker, Desk
from bot.feeds.describing import is_own, label
from bot.options import manage_only
from handlers.errors import AlreadyExists, QuestionError
from handlers.model import Feed
from storage import Unit

MOST_FEEDS = 100
"""Of one server; the operator's own have no such bound."""
SILENT_START = "What it holds now enters the record in silence; later articles alert."


async def own_feeds(unit: Unit, asker: Asker) -> list[Feed]:
    return [feed for feed in await unit.feeds.list(asker.guild_id) if feed.guild_id == asker.guild_id]


def check_room(own: Sequence[Feed], asker: Asker) -> None:
    if asker.guild_id is not None and len(own) >= MOST_FEEDS:
        raise QuestionError(f"This server has {len(own)} feeds, the most it may have. Remove one with /feed remove.")


async def keep(desk: Desk, asker: Asker, *, url: str, name: str | None = None) -> Reply:
    """Follow a feed that was looked at before. Its first poll is a baseline: stored, not announced."""
    manage_only(asker.may_manage)
    async with desk.store.write() as unit:
        check_room(await own_feeds(unit, asker), asker)
        try:
            stored = await unit.feeds.add(new_feed(desk, asker, url, name))
        except AlreadyExists as error:
            raise QuestionError(already(url, asker)) from error
    return Reply(f"Feed added: {stored.name or url}", lines=(url, SILENT_START), is_private=True)


async def remove_now(desk: Desk, asker: Asker, *, feed_id: int) -> Reply:
    """What it brought stays on record."""
    manage_only(asker.may_manage)
    async with desk.store.write() as unit:
        found = next((feed for feed in await own_feeds(unit, asker) if feed.id == feed_id), None)
        if found is None:
            raise QuestionError("That feed is removed already.")
        await unit.feeds.remove(feed_id)
    return Reply(
        f"Feed removed: {label(found, asker)}", lines=("The articles that it brought stay on record.",), is_private=True
    )


async def pause(desk: Desk, asker: Asker, *, feed: str) -> Reply:
    manage_only(asker.may_manage)
    async with desk.store.write() as unit:
        found = await find_own(unit, asker, feed)
        if found.state == "paused":
            raise QuestionError(f"{label(found, asker)} is paused already. /feed resume goes on.")
        await unit.feeds.pause(found.id or 0)
    return Reply(f"Feed paused: {label(found, asker)}", lines=("It is not polled until /feed resume.",), is_private=True)


async def resume(desk: Desk, asker: Asker, *, feed: str) -> Reply:
    """Also one that is gone: its server may have changed its mind, and the next poll tells."""
    manage_only(asker.may_manage)
    async with desk.store.write() as unit:
        found = await find_own(unit, asker, feed)
        if found.state == "active":
            raise QuestionError(f"{label(found, asker)} is polled already.")
        await unit.feeds.resume(found.id or 0, desk.now())
    return Reply(f"Feed resumed: {label(found, asker)}", lines=("It is polled at once.",), is_private=True)


async def find_own(unit: Unit, asker: Asker, text: str) -> Feed:
    """By number, address or name; QuestionError lists what there is."""
    return pick(await own_feeds(unit, asker), asker, text)


async def find_seen(unit: Unit, asker: Asker, text: str) -> Feed:
    """Also one of the operator's, which the asker may look at and not change."""
    seen = await unit.feeds.list(asker.guild_id)
    return pick(sorted(seen, key=lambda feed: not is_own(feed, asker)), asker, text)


def pick(feeds: Sequence[Feed], asker: Asker, text: str) -> Feed:
    wanted = text.strip().casefold()
    found = [feed for feed in feeds if wanted in {str(feed.id), label(feed, asker).casefold(), _address(feed, asker)}]
    if len(found) != 1:
        names = ", ".join(label(feed, asker) for feed in feeds) or "none"
        which = "More than one feed has that name; give its number" if found else "No feed of yours is called that"
        raise QuestionError(f"{which}. Yours: {names}.")
    return found[0]


def already(url: str, asker: Asker) -> str:
    return f"{url} is a feed of {'this server' if asker.guild_id is not None else 'the operator'} already."


def _address(feed: Feed, asker: Asker) -> str | None:
    return feed.url.casefold() if is_own(feed, asker) else None


def new_feed(desk: Desk, asker: Asker, url: str, name: str | None) -> Feed:
    """Due at once; what ails it is told where it was asked for."""
    channel_id = asker.channel_id if asker.guild_id is not None else None
    return Feed(url, name=name, guild_id=asker.guild_id, channel_id=channel_id, next_poll_at=desk.now())
