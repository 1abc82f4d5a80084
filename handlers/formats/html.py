"""One article page → one article: trafilatura's text, the page's own metadata, and the day that the page itself gives."""

from configparser import ConfigParser
from functools import cache
from urllib.parse import urljoin, urlsplit

from handlers.errors import FormatError
from handlers.formats.charset import decode_markup
from handlers.formats.content import Parsed
from handlers.formats.entry import headed
from handlers.formats.fields import web_address
from handlers.formats.marks import Marks
from handlers.formats.markup import root_of
from handlers.formats.page_day import published_on
from handlers.formats.plain import plain
from handlers.formats.text import file_name
from handlers.model import Article, Document
from handlers.outlets import load_outlets

MIME_TYPES = frozenset({"text/html", "application/xhtml+xml"})
SUFFIXES = frozenset({".html", ".htm", ".xhtml"})

_WHOLE = frozenset({"html", "head", "body"})
_PARTS = frozenset(
    {"title", "meta", "link", "script", "article", "main", "div", "p", "h1", "h2", "section", "header", "table", "span"}
)
_VARIANTS = ("www.", "m.", "amp.", "mobile.", "edition.")


def recognises(head: str) -> bool:
    return root_of(head) in _WHOLE | _PARTS


def parse(document: Document) -> Parsed:
    markup = decode_markup(document)
    title, body = _extract(markup, document)
    marks = Marks(markup)
    url = _address(marks.canonical, document)
    is_titled = title is None or title in " ".join(body.split())
    article = Article(
        text=body if is_titled else headed(title, body),
        origin=document.origin,
        id=file_name(document.origin),
        url=url,
        outlet=load_outlets().named(url) or marks.site or (_site(url) if url else None),
        title=title,
        published=published_on(marks, url, document.fetched_at),
    )
    return Parsed((article,))


def _extract(markup: str, document: Document) -> tuple[str | None, str]:
    """Title and text, a blank line between paragraphs."""
    # Imported here: it costs half a second, which only the processes that parse pages should pay.
    from trafilatura import bare_extraction
    from trafilatura.settings import Document as Extracted

    try:
        found = bare_extraction(
            markup,
            url=web_address(document.origin),
            include_comments=False,
            with_metadata=True,
            # The day is read apart, and more strictly; these make the built-in search for it brief.
            date_extraction_params={"extensive_search": False, "original_date": True},
            config=_config(),
        )
    except Exception as error:  # lxml, ValueError and others on damaged pages
        raise FormatError(document.origin, f"is a damaged page ({type(error).__name__})") from error
    if isinstance(found, Extracted) and found.text and found.text.strip():
        body = "\n\n".join(line.strip() for line in found.text.split("\n") if line.strip())
        return " ".join((found.title or "").split()) or None, body
    fragment = "" if root_of(markup) in _WHOLE else plain(markup)
    if not fragment:
        raise FormatError(document.origin, "is a page without an article's text")
    return None, fragment


@cache
def _config() -> ConfigParser:
    from trafilatura.settings import use_config

    config = use_config()
    # Below this many characters trafilatura falls back to a text without paragraphs; its own 250 hits most news in brief.
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "30")
    return config


def _address(canonical: str | None, document: Document) -> str | None:
    """The canonical address, unless a fetched page claims to be somebody else's."""
    origin = web_address(document.origin)
    try:
        claimed = web_address(urljoin(origin or "", canonical or ""))
    except ValueError:
        return origin
    if claimed is None or (origin and _site(claimed) != _site(origin)):
        return origin
    return claimed


def _site(url: str) -> str:
    host = (urlsplit(url).hostname or "").lower()
    for prefix in _VARIANTS:
        host = host.removeprefix(prefix)
    return host
