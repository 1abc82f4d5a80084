"""A list of feeds in OPML ↔ address and name of each. Hostile XML is refused, not merely survived."""

import re
from collections.abc import Iterable
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from handlers.errors import FormatError
from handlers.model import Document

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold, however they are written."""


def read(document: Document) -> tuple[tuple[str, str | None], ...]:
    """http(s) addresses in the file's order, each once, with the name that the file gives it."""
    outlines = _Outlines(document.origin)
    parser = expat.ParserCreate()
    parser.StartElementHandler = outlines.start
    # Entities are how a small file becomes a large one or reads another; no feed reader's export declares any.
    parser.EntityDeclHandler = outlines.refuse_entity
    try:
        parser.Parse(document.data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise FormatError(document.origin, f"is not OPML ({error})") from error
    if not outlines.is_opml:
        raise FormatError(document.origin, "is XML, but not OPML")
    return tuple(outlines.found.items())


def write(feeds: Iterable[tuple[str, str | None]], title: str) -> bytes:
    """What `read` reads back, and every feed reader with it."""
    outlines = (
        f'    <outline type="rss" text={_quoted(name or url)} title={_quoted(name or url)} xmlUrl={_quoted(url)}/>\n'
        for url, name in feeds
    )
    head = f"  <head><title>{escape(title)}</title></head>\n"
    body = f"  <body>\n{''.join(outlines)}  </body>\n"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n{head}{body}</opml>\n'.encode()


def _quoted(text: str) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", " ".join(text.split())))


class _Outlines:
    def __init__(self, origin: str) -> None:
        self.found: dict[str, str | None] = {}
        self.is_opml = False
        self._origin = origin

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.lower()
        self.is_opml = self.is_opml or name == "opml"
        if not self.is_opml or name != "outline":
            return
        values = {key.lower(): " ".join(value.split()) for key, value in attributes.items()}
        address = values.get("xmlurl", "")
        if address.startswith("feed://"):
            address = f"http://{address.removeprefix('feed://')}"
        address = address.removeprefix("feed:")
        if address.lower().startswith(("http://", "https://")):
            self.found.setdefault(address, values.get("title") or values.get("text") or None)

    def refuse_entity(self, *_: object) -> None:
        raise FormatError(self._origin, "declares XML entities, which are not read")
