"""Feeds by the list: OPML in and out, and the starter set. Each line of a list has its own outcome."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from bot.cards import File, Reply
from bot.desk import Asker, Desk
from bot.feeds.keeping import MOST_FEEDS, SILENT_START, new_feed, own_feeds
from bot.options import manage_only
from bot.phrases import plural
from handlers import opml
from handlers.errors import AlreadyExists, ParleyError, QuestionError
from handlers.files import read
from handlers.model import Document

STARTER = Path(__file__).parents[1] / "data" / "starter.opml"
"""Well-known public feeds on diplomacy and world news; addresses only. Nothing follows them unless somebody says so."""

MOST_BYTES = 1_000_000
"""Of a list: ten thousand feeds."""
CHECKED_AT_ONCE = 6
LONGEST_NAME = 100

Listed = Sequence[tuple[str, str | None]]


async def import_feeds(desk: Desk, asker: Asker, *, file: Document) -> Reply:
    """Follow every feed of an OPML file that answers as one, up to what a server may have."""
    manage_only(asker.may_manage)
    if len(file.data) > MOST_BYTES:
        raise QuestionError(f"{file.origin} is larger than {MOST_BYTES // 1_000_000} MB.")
    listed = await asyncio.to_thread(opml.read, file)
    if not listed:
        raise QuestionError(f"{file.origin} lists no feed.")
    return await take_in(desk, asker, listed)


async def add_starter(desk: Desk, asker: Asker) -> Reply:
    """Follow the starter set."""
    return await take_in(desk, asker, starter(desk))


def starter(desk: Desk) -> Listed:
    return opml.read(read(STARTER, desk.now()))


async def export_feeds(desk: Desk, asker: Asker) -> Reply:
    """The asker's own feeds as an OPML file; the operator's are the operator's to give away."""
    manage_only(asker.may_manage)
    async with desk.store.read() as unit:
        own = await own_feeds(unit, asker)
    if not own:
        raise QuestionError("There is no feed of yours to export. Add one with /feed add.")
    data = opml.write(((feed.url, feed.name) for feed in own), "Feeds of Parley")
    return Reply(f"{plural(len(own), 'feed')} exported", file=File("parley-feeds.opml", data), is_private=True)


async def take_in(desk: Desk, asker: Asker, listed: Listed) -> Reply:
    """Look at each feed, keep those that are feeds, and say what became of each: failures first, in the list's order."""
    manage_only(asker.may_manage)
    async with desk.store.read() as unit:
        own = {feed.url for feed in await own_feeds(unit, asker)}
    unknown = [(url, name) for url, name in listed if url not in own]
    room = len(unknown) if asker.guild_id is None else max(0, MOST_FEEDS - len(own))
    checks = await _check(desk, [url for url, _ in unknown[:room]])
    failed: list[str] = []
    added: list[str] = []
    async with desk.store.write() as unit:
        for (url, name), result in zip(unknown, checks, strict=False):
            if isinstance(result, str):
                failed.append(f"Not added: {name or url}: {result}")
                continue
            try:
                stored = await unit.feeds.add(new_feed(desk, asker, url, (name or result[0] or "")[:LONGEST_NAME] or None))
            except AlreadyExists:
                continue
            added.append(f"Added: {stored.name or url} ({plural(result[1], 'article')})")
    known = len(listed) - len(unknown)
    left = [f"Left out: {name or url}: a server may have {MOST_FEEDS} feeds." for url, name in unknown[room:]]
    told = f"{plural(len(added), 'feed')} added, {known} followed already, {len(failed) + len(left)} not added."
    lines = (told, *failed, *left, *added, *((SILENT_START,) if added else ()))
    return Reply("Feeds added" if added else "No feed added", lines=lines, is_private=True)


async def _check(desk: Desk, urls: Sequence[str]) -> list[tuple[str | None, int] | str]:
    """Each feed's title and size, or why it is none."""
    gate = asyncio.Semaphore(CHECKED_AT_ONCE)

    async def check(url: str) -> tuple[str | None, int] | str:
        async with gate:
            try:
                fetched = await desk.fetcher.fetch(url)
                if fetched.document is None:
                    return "it answered without a document"
                content = await desk.pool.parse_feed(fetched.document)
            except ParleyError as error:
                return str(error).removeprefix(f"{url}: ")
            return content.title, len(content.articles)

    return await asyncio.gather(*map(check, urls))
