"""An address as a person gives it in, the feed behind it out: itself, one that the page announces, or one at a common path."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.desk import Desk
from handlers.errors import FormatError, ParleyError, QuestionError
from handlers.formats import FeedContent
from handlers.links import FeedLink
from handlers.model import Document

COMMON_PATHS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml")
"""What WordPress, Ghost, Hugo, Jekyll, Drupal and Blogger use, in the order of their numbers."""
MOST_TRIES = 8
"""Requests that one search may cost a server."""
LONGEST_S = 60.0


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that was fetched and parsed. `others`: what else the page announces, untried."""

    url: str
    content: FeedContent
    page: str | None = None
    """The address that was given, when the feed is another one."""
    others: tuple[FeedLink, ...] = ()


async def find_feed(desk: Desk, text: str) -> Found:
    """QuestionError, FetchError or FormatError says why there is none."""
    address = as_address(text)
    document = await _fetch(desk, address)
    try:
        return Found(address, await desk.pool.parse_feed(document))
    except FormatError as error:
        return await _behind(desk, address, document, error)


def as_address(text: str) -> str:
    """With https where no scheme is given; QuestionError for what is no address at all."""
    address = text.strip()
    if not address or len(address) > 2000 or any(c.isspace() for c in address):
        raise QuestionError("That is not an address.")
    return address if "://" in address else f"https://{address}"


async def _fetch(desk: Desk, url: str) -> Document:
    fetched = await desk.fetcher.fetch(url)
    if fetched.document is None:
        raise QuestionError(f"{url} answered without a document.")
    return fetched.document


async def _behind(desk: Desk, address: str, document: Document, error: FormatError) -> Found:
    """Look where the page points to. What it announces counts for more than what is merely common."""
    links = await desk.pool.feed_links(document)
    tries = list(dict.fromkeys((*(link.url for link in links), *_common(document.origin))))[:MOST_TRIES]
    try:
        async with asyncio.timeout(LONGEST_S):
            for url in tries:
                content = await _tried(desk, url)
                if content is not None:
                    others = tuple(link for link in links if link.url != url)
                    return Found(url, content, page=address, others=others)
    except TimeoutError:
        raise QuestionError(f"{address} is no feed, and looking for one behind it took too long.") from None
    raise QuestionError(f"{error}. No feed was found behind it either: give the feed's own address.") from error


async def _tried(desk: Desk, url: str) -> FeedContent | None:
    try:
        content = await desk.pool.parse_feed(await _fetch(desk, url))
    except ParleyError:
        return None
    return content if content.articles else None


def _common(page: str) -> Iterator[str]:
    """Below the page's own folder first: sections and blogs have feeds of their own."""
    parts = urlsplit(page)
    site = f"{parts.scheme}://{parts.netloc}"
    folder = parts.path.rstrip("/")
    if folder and "." not in folder.rpartition("/")[2]:
        yield f"{site}{folder}/feed"
    yield from (f"{site}/{path}" for path in COMMON_PATHS)
