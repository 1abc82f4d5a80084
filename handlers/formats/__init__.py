"""The door of the formats: a Document in, its articles out. Which format it is, first bytes, MIME type and suffix say.

To add one, write a module with the four names of `Format`, add it to FORMATS, and put a sample beside its
expected JSON into tests/data/formats/.
"""

import re
from dataclasses import replace
from datetime import date
from typing import Protocol

from handlers.errors import FormatError
from handlers.formats import article, feed, html, jsonfeed, mhtml, text
from handlers.formats.charset import refuse_binary, wide_encoding
from handlers.formats.content import MAX_BYTES, FeedContent, Parsed
from handlers.formats.fields import suffix_of, web_address
from handlers.model import Article, Document

__all__ = ["FORMATS", "SUFFIXES", "FeedContent", "Format", "Parsed", "parse", "parse_feed"]


class Format(Protocol):
    """What each module of this package offers."""

    MIME_TYPES: frozenset[str]
    SUFFIXES: frozenset[str]

    def recognises(self, head: str) -> bool:
        """Whether a document that opens with these characters is certainly of this format."""
        ...

    def parse(self, document: Document) -> Parsed:
        """FormatError when nothing in it can be read."""
        ...


FORMATS: tuple[Format, ...] = (feed, jsonfeed, html, mhtml, article, text)
"""In the order in which they look at the first bytes."""

SUFFIXES = frozenset(suffix for format_ in FORMATS for suffix in format_.SUFFIXES)
"""Files with these are found in folders."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def parse(document: Document, outlet: str | None = None, published: date | None = None) -> Parsed:
    """All articles of a document. A given `outlet` or `published` holds for each, whatever the document says."""
    parsed = _pick(document).parse(document)
    articles = (_storable(found) for found in parsed.articles)
    return replace(
        parsed,
        articles=tuple(
            replace(found, outlet=outlet or found.outlet, published=published or found.published) for found in articles
        ),
    )


def parse_feed(document: Document) -> FeedContent:
    """The entries of a feed; FormatError when the document is anything else."""
    format_ = _pick(document)
    if format_ is feed:
        content = feed.parse_feed(document)
    elif format_ is jsonfeed:
        content = jsonfeed.parse_feed(document)
    elif format_ is html:
        raise FormatError(document.origin, "is a web page, not a feed (a feed's address is often linked as RSS)")
    else:
        raise FormatError(
            document.origin, "is JSON, but not a JSON Feed" if format_ is article else "is plain text, not a feed"
        )
    return replace(content, articles=tuple(_storable(found) for found in content.articles))


def _pick(document: Document) -> Format:
    if not document.data.strip(b"\0 \t\r\n"):
        raise FormatError(document.origin, "is empty")
    if len(document.data) > MAX_BYTES:
        raise FormatError(document.origin, f"is larger than {MAX_BYTES // 1_000_000} MB")
    refuse_binary(document)
    is_file = web_address(document.origin) is None
    suffix = suffix_of(document.origin)
    # Somebody named that file; a server's text/plain, on the other hand, is often a feed.
    if is_file and suffix in text.SUFFIXES:
        return text
    head = document.data[:65536].decode(wide_encoding(document.data) or "latin-1", "replace").lstrip("\ufeff")
    by_bytes = (format_ for format_ in FORMATS if format_.recognises(head))
    by_mime = (format_ for format_ in FORMATS if document.mime in format_.MIME_TYPES)
    by_suffix = (format_ for format_ in FORMATS if suffix in format_.SUFFIXES)
    return next(by_bytes, None) or next(by_mime, None) or next(by_suffix, text)


def _storable(found: Article) -> Article:
    """NUL and lone surrogates, which no database or UTF-8 file takes, become U+FFFD one by one, so offsets stand."""
    return replace(
        found,
        text=_clean(found.text),
        id=found.id and _clean(found.id),
        outlet=found.outlet and _clean(found.outlet),
        title=found.title and _clean(found.title),
        url=found.url and _clean(found.url),
    )


def _clean(value: str) -> str:
    # As `storage.text.clean`, which this package may not import: offsets are counted in the text that is stored.
    return _UNSTORABLE.sub("\ufffd", value)
