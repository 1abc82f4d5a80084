"""A page that a browser saved in one file (MHTML): the page's own part → one article; pictures and styles are left alone.

The message's `Date` is when somebody saved the page; it is no day of publication.
"""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import Message

from handlers.errors import FormatError
from handlers.formats import html
from handlers.formats.content import Parsed
from handlers.formats.fields import web_address
from handlers.formats.text import file_name
from handlers.model import Document

MIME_TYPES = frozenset({"multipart/related", "message/rfc822", "application/x-mimearchive"})
SUFFIXES = frozenset({".mhtml", ".mht"})

_HEADERS = re.compile(r"(?:[A-Za-z][\w-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+")
_MIME = re.compile(r"^mime-version:", re.I | re.M)
_SAVED = re.compile(r"^content-type:\s*(?:multipart/related|text/html)", re.I | re.M)


def recognises(head: str) -> bool:
    """Mail-like headers that announce a page; a text that merely opens with "From:" announces none."""
    headers = _HEADERS.match(head.lstrip().replace("\r\n", "\n"))
    return headers is not None and all(mark.search(headers.group()) for mark in (_MIME, _SAVED))


def parse(document: Document) -> Parsed:
    try:
        message = message_from_bytes(document.data)
        page = _page(message)
        markup, charset = (page.get_payload(decode=True), page.get_content_charset()) if page is not None else (None, None)
    except Exception as error:  # the parser raises ValueError, LookupError, RecursionError and others on damaged headers
        raise FormatError(document.origin, f"is a damaged saved page ({type(error).__name__})") from error
    if page is None or not isinstance(markup, bytes) or not markup.strip():
        raise FormatError(document.origin, "is a saved page without a page in it")
    address = web_address(_header(page, "Content-Location")) or web_address(_header(message, "Snapshot-Content-Location"))
    saved = Document(markup, address or document.origin, document.fetched_at, "text/html", charset)
    try:
        (article,) = html.parse(saved).articles
    except FormatError as error:
        raise FormatError(document.origin, error.reason) from error
    return Parsed((replace(article, origin=document.origin, id=file_name(document.origin)),))


def _page(message: Message) -> Message | None:
    """The part that the header names as the start, else the first page: frames and advertisements come after it."""
    pages = [part for part in message.walk() if part.get_content_type() in html.MIME_TYPES]
    start = message.get_param("start")
    return next((page for page in pages if start and _header(page, "Content-ID") == start), pages[0] if pages else None)


def _header(message: Message, name: str) -> str | None:
    value = message.get(name)
    return str(value).strip() if value is not None else None
