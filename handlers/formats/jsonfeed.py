"""JSON Feed 1.0 and 1.1 (jsonfeed.org) → articles."""

import json
from collections.abc import Mapping
from typing import cast

from handlers.errors import FormatError
from handlers.formats.content import FeedContent, Parsed
from handlers.formats.entry import Entry, articles, day_of
from handlers.formats.plain import plain, tidy
from handlers.model import Document

MIME_TYPES = frozenset({"application/feed+json"})
SUFFIXES = frozenset({".jsonfeed"})

Values = Mapping[str, object]


def recognises(head: str) -> bool:
    return head.lstrip("\ufeff \t\r\n").startswith("{") and "jsonfeed.org/version/" in head.replace("\\/", "/")


def parse(document: Document) -> Parsed:
    content = parse_feed(document)
    if not content.articles:
        raise FormatError(document.origin, "is a feed that lists nothing")
    return Parsed(content.articles)


def parse_feed(document: Document) -> FeedContent:
    try:
        values: object = json.loads(document.data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise FormatError(document.origin, f"is a damaged JSON Feed ({error})") from error
    feed = _values(values)
    items = feed.get("items")
    if "jsonfeed.org" not in (_string(feed, "version") or "") or not isinstance(items, list):
        raise FormatError(document.origin, "is JSON, but not a JSON Feed")
    title = _line(feed, "title")
    found = [_entry(_values(item), title) for item in cast("list[object]", items)]
    return FeedContent(title, articles(document, found, _string(feed, "home_page_url")))


def _entry(item: Values, feed_title: str | None) -> Entry:
    markup = _string(item, "content_html")
    bodies = (plain(markup) if markup else "", tidy(_string(item, "content_text") or ""), tidy(_string(item, "summary") or ""))
    identifier = item.get("id")
    return Entry(
        id=str(identifier) if isinstance(identifier, str | int | float) else None,
        link=_string(item, "url") or _string(item, "external_url"),
        title=_line(item, "title"),
        body=next((body for body in bodies if body), ""),
        published=day_of(_string(item, "date_published")) or day_of(_string(item, "date_modified")),
        source=None,
        feed_title=feed_title,
    )


def _line(values: Values, name: str) -> str | None:
    return " ".join((_string(values, name) or "").split()) or None


def _values(value: object) -> Values:
    return cast("Values", value) if isinstance(value, dict) else {}


def _string(values: Values, name: str) -> str | None:
    value = values.get(name)
    return value if isinstance(value, str) else None
