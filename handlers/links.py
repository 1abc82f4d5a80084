"""A web page in, the feeds that it announces out: its `link rel=alternate` elements, then links that look like feeds."""

import re
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

from handlers.formats.charset import decode_markup
from handlers.formats.fields import web_address
from handlers.model import Document

MOST_LINKS = 50
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"})
_LOOKS_LIKE_ONE = re.compile(r"(?:^|[/._-])(?:rss\d?|feeds?|atom)(?:\.(?:xml|json|rss|php))?(?:[/?._-]|$)", re.I)
_OF_COMMENTS = re.compile(r"comment", re.I)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """`title` is the page's word for it."""

    url: str
    title: str | None = None


def feed_links(document: Document) -> tuple[FeedLink, ...]:
    """The likeliest first, each once: declared ones, then linked ones; those of comments last."""
    page = _Links()
    page.feed(decode_markup(document))
    page.close()
    root = document.origin
    with suppress(ValueError):
        root = urljoin(root, page.base or "")
    found: dict[str, FeedLink] = {}
    for href, title in sorted((*page.declared, *page.linked), key=lambda link: bool(_OF_COMMENTS.search(" ".join(link)))):
        try:
            url = web_address(urljoin(root, href.strip()))
        except ValueError:
            continue
        if url is not None:
            found.setdefault(url, FeedLink(url, " ".join(title.split()) or None))
    return tuple(found.values())[:MOST_LINKS]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base: str | None = None
        self.declared: list[tuple[str, str]] = []
        self.linked: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        href = values.get("href", "")
        if tag == "base" and href:
            self.base = self.base or href
        elif tag == "link" and href and self._is_declared(values):
            self.declared.append((href, values.get("title", "")))
        elif tag == "a" and _LOOKS_LIKE_ONE.search(href):
            self.linked.append((href, values.get("title", "")))

    @staticmethod
    def _is_declared(values: dict[str, str]) -> bool:
        relations = values.get("rel", "").lower().split()
        is_feed = values.get("type", "").partition(";")[0].strip().lower() in _FEED_TYPES
        return "alternate" in relations and is_feed
