"""RSS 0.9x to 2.0, RDF and Atom → articles. The only module that knows feedparser; it is handed bytes, never an address."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from time import struct_time
from typing import cast

import feedparser  # pyright: ignore[reportMissingTypeStubs]  # it has none

from handlers.errors import FormatError
from handlers.formats.content import FeedContent, Parsed
from handlers.formats.entry import MAX_ENTRIES, Entry, articles, day_of
from handlers.formats.fields import web_address
from handlers.formats.markup import root_of
from handlers.formats.plain import looks_marked_up, plain, plain_line, tidy
from handlers.model import Document

MIME_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml", "application/rss"}
)
SUFFIXES = frozenset({".rss", ".atom", ".rdf", ".xml"})

_CLOSINGS = ((b"</item>", (b"</channel></rss>", b"</rdf:RDF>")), (b"</entry>", (b"</feed>", b"</feed>")))

Values = Mapping[str, object]

_read = cast("Callable[..., Mapping[str, object]]", feedparser.parse)  # pyright: ignore[reportUnknownMemberType]  # untyped


def recognises(head: str) -> bool:
    root = root_of(head)
    return root in ("rss", "feed", "rdf") or (head.lstrip().startswith("<?xml") and root != "html")


def parse(document: Document) -> Parsed:
    content = parse_feed(document)
    if not content.articles:
        raise FormatError(document.origin, "is a feed that lists nothing")
    return Parsed(content.articles)


def parse_feed(document: Document) -> FeedContent:
    """FormatError when it is no feed. One damaged in the middle gives the entries before the damage."""
    result = _parsed(document)
    channel = _values(result.get("feed"))
    entries = [_values(entry) for entry in _list(result.get("entries"))]
    if not entries and not result.get("version"):
        raise FormatError(document.origin, _complaint(result))
    if not entries and result.get("bozo"):
        raise FormatError(document.origin, f"is a damaged feed ({result.get('bozo_exception')})")
    title = _text_line(channel, "title")
    found = [_entry(entry, title) for entry in entries]
    return FeedContent(title, articles(document, found, _string(channel, "link")), _ttl_s(channel))


def _ttl_s(channel: Values) -> float:
    """RSS counts it in minutes."""
    minutes = _string(channel, "ttl") or ""
    return float(minutes[:6]) * 60 if minutes.isascii() and minutes.isdigit() else 0.0


def _parsed(document: Document) -> Values:
    # Without sanitising and link rewriting it is four times as fast, and neither is needed for text that becomes plain.
    # A charset goes in as XML's own: for text/xml without one, feedparser would first try ASCII.
    headers = {"content-type": f"application/xml; charset={document.charset}"} if document.charset else {}
    try:
        return _read(
            io.BytesIO(_opening(document.data)), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # it raises ValueError, TypeError, RecursionError and others on damaged input
        raise FormatError(document.origin, f"is a damaged feed ({type(error).__name__})") from error


def _opening(data: bytes) -> bytes:
    """The document up to its last entry that is read, closed again: feedparser needs a second for every 5,000 entries."""
    for end, closing in _CLOSINGS:
        parts = data.split(end, MAX_ENTRIES)
        if len(parts) > MAX_ENTRIES and parts[-1].count(end):
            return data[: len(data) - len(parts[-1])] + closing[root_of(data[:65_536].decode("latin-1")) == "rdf"]
    return data


def _complaint(result: Values) -> str:
    error = result.get("bozo_exception")
    return f"is XML, but not a feed ({error})" if error else "is XML, but not a feed"


def _entry(entry: Values, feed_title: str | None) -> Entry:
    bodies = [_text(_values(part)) for part in (*_list(entry.get("content")), entry.get("summary_detail"))]
    source = _values(entry.get("source"))
    id_, link = _string(entry, "id"), _string(entry, "link")
    return Entry(
        id=id_,
        # Without a link, feedparser gives the GUID for one, also where that is a mere number.
        link=None if link == id_ and web_address(link) is None else link,
        title=_text_line(entry, "title"),
        body=max(bodies, key=len),
        published=_day(entry),
        # An aggregator's entry names the outlet that it comes from.
        source=_text_line(source, "title"),
        feed_title=feed_title,
    )


def _day(entry: Values) -> date | None:
    for name in ("published", "updated", "created"):
        day = day_of(_string(entry, name))
        parsed = entry.get(f"{name}_parsed")
        if day is None and isinstance(parsed, struct_time):
            day = _utc_day(parsed)
        if day is not None:
            return day
    return None


def _utc_day(parsed: struct_time) -> date | None:
    try:
        return date(*parsed[:3])
    except ValueError:
        return None


def _text(part: Values) -> str:
    value = _string(part, "value") or ""
    is_markup = "html" in (_string(part, "type") or "") or looks_marked_up(value)
    return plain(value) if is_markup else tidy(value)


def _text_line(values: Values, name: str) -> str | None:
    detail = _values(values.get(f"{name}_detail"))
    return " ".join(_text(detail).split()) or plain_line(_string(values, name) or "")


def _values(value: object) -> Values:
    # A plain copy: FeedParserDict answers for absent keys, with a warning.
    return dict(cast("Values", value)) if isinstance(value, dict) else {}


def _list(value: object) -> Sequence[object]:
    return cast("Sequence[object]", value) if isinstance(value, list) else ()


def _string(values: Values, name: str) -> str | None:
    value = values.get(name)
    return value.strip() or None if isinstance(value, str) else None
