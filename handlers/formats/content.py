"""What a format hands back: the articles of a document, and what in it could not be read.

Light to import, since these values travel from the worker processes to the bot.
"""

from dataclasses import dataclass

from handlers.errors import FormatError
from handlers.model import Article, Document

MAX_BYTES = 20_000_000
"""The largest document that is parsed: a year of one agency's wire is about half of it."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """The articles that could be read, and one problem for each part that could not (a bad line of a .jsonl)."""

    articles: tuple[Article, ...]
    problems: tuple[FormatError, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedContent:
    """One look at a feed: its title and the articles it lists, in its own order."""

    title: str | None
    articles: tuple[Article, ...]
    ttl_s: float = 0.0
    """For how long the feed itself asks not to be fetched again; 0 when it does not."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A part of an archive: its documents, what could not be unpacked, and where the next part starts (None: nowhere)."""

    documents: tuple[Document, ...]
    problems: tuple[FormatError, ...] = ()
    rest: int | None = None
