"""What RSS, Atom and JSON Feed have in common: how an entry's parts become one article, and which days are believed."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from handlers.formats.fields import AHEAD, web_address
from handlers.hosts import site_of
from handlers.model import Article, Document
from handlers.outlets import load_outlets

MAX_ENTRIES = 2000
"""Entries read of one feed; the longest news feed of a survey of 180,000 stays below (mediacloud/rss-fetcher)."""

LONGEST_TEXT = 200_000
"""Characters of one entry or page: 30,000 words, more than any news outlet prints. The rest is not read."""
LONGEST_LINE = 1000
"""Of a title or a GUID; what is longer is made to cost time."""
LONGEST_ADDRESS = 2000
"""What browsers and servers take for certain; a longer link is none."""

EARLIEST = date(1990, 1, 1)
"""No page on the web is older; what claims to be has an unset clock (1970, 1900)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry's parts as plain text, before they are an article."""

    id: str | None
    link: str | None
    title: str | None
    body: str
    published: date | None
    source: str | None
    """The outlet that the entry itself names, as those of aggregators do."""
    feed_title: str | None


def articles(document: Document, entries: list[Entry], base: str | None) -> tuple[Article, ...]:
    """Articles of those entries that hold any text. `base`, the site's address, makes relative links whole."""
    found = [_article(document, entry, base) for entry in _own_ids(entries[:MAX_ENTRIES]) if entry.title or entry.body]
    # A link that entries with several ids share, or that is the site's own, is the address of none of them.
    sharing = Counter(url for url, _ in {(article.url, article.id or article.title) for article in found})
    site = (base or "").rstrip("/")
    return tuple(
        replace(article, url=None)
        if (article.id or article.title) and article.url and (sharing[article.url] > 1 or article.url.rstrip("/") == site)
        else article
        for article in found
    )


def _own_ids(entries: list[Entry]) -> list[Entry]:
    """An id that entries with different links or titles share identifies none of them."""
    sharing = Counter(id_ for id_, _ in {(entry.id, (entry.link, entry.title)) for entry in entries})
    return [replace(entry, id=None) if sharing[entry.id] > 1 else entry for entry in entries]


def believable(day: date | None, fetched_at: datetime) -> date | None:
    """The day, unless it lies before the web or too far ahead."""
    return day if day is not None and EARLIEST <= day <= fetched_at.date() + AHEAD else None


def day_of(text: str | None) -> date | None:
    """The day that a timestamp names in its own offset: 23:30 -0500 on the 7th is the 7th. RFC 3339 or RFC 822."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read((text or "").strip()).date()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _article(document: Document, entry: Entry, base: str | None) -> Article:
    root = web_address(document.origin) or web_address(base) or ""
    title = entry.title and entry.title[:LONGEST_LINE].strip()
    url = _address(root, entry.link)
    # Only a site's own feed speaks in its name: a stranger's entry that links to it is the stranger's text.
    is_own = url is not None and site_of(url) == site_of(root)
    own_name = load_outlets().named(url) if is_own else None
    named = entry.source and load_outlets().canonical(entry.source)
    return Article(
        text=headed(title, entry.body[:LONGEST_TEXT]),
        origin=document.origin,
        id=entry.id and entry.id[:LONGEST_LINE],
        url=url,
        outlet=named or own_name or load_outlets().named(root) or entry.feed_title,
        title=title,
        published=believable(entry.published, document.fetched_at),
    )


def _address(root: str, link: str | None) -> str | None:
    if link is None or len(link) > LONGEST_ADDRESS:
        return None
    try:
        return web_address(urljoin(root, link))
    except ValueError:
        return None


def headed(title: str | None, body: str) -> str:
    """The text of an article whose title may stand apart from it: the title, a blank line, the body."""
    if title is None or " ".join(body.split()).startswith(title):
        return body
    return f"{title}\n\n{body}" if body else title
