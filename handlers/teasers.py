"""Feeds that only announce: which entry is a teaser, and what its page makes of it. Pure; fetching the page is the bot's."""

import re
from dataclasses import replace

from handlers.formats.entry import LONGEST_LINE, LONGEST_TEXT
from handlers.identity import squashed
from handlers.model import Article

WHOLE = 1200
"""From so many characters on an entry is taken for the whole article: agencies' briefs are shorter, summaries never so long."""
_OPEN_END = re.compile(
    r"(?:…|\.\.\.|\[[.…]+\]|\b(?:read|see|find out) more\b.{0,40}|\bcontinue reading\b.{0,60})\W*$", re.IGNORECASE
)
_WORD = re.compile(r"\w{4,}")
SHARED_WORDS = 0.5
"""Of the teaser's longer words, so many must stand in the page's text; consent notices and log-in pages share next to none."""


def is_teaser(entry: Article) -> bool:
    """Whether the article's own page is likely to say more."""
    return entry.url is not None and (len(entry.text) < WHOLE or bool(_OPEN_END.search(entry.text[-200:])))


def completed(entry: Article, page: Article) -> Article | None:
    """The entry with its page's text, address and outlet; None when the page is not that article, or says no more."""
    page = replace(page, text=page.text[:LONGEST_TEXT], title=page.title and page.title[:LONGEST_LINE])
    if len(squashed(page.text)) <= len(squashed(entry.text)):
        return None
    words = set(_WORD.findall(entry.text.casefold()))
    if len(words & set(_WORD.findall(page.text.casefold()))) < SHARED_WORDS * len(words):
        return None
    # An edit moves a page's day or a feed's later, never earlier.
    days = [day for day in (entry.published, page.published) if day is not None]
    return replace(
        page,
        origin=entry.origin,
        id=entry.id,
        url=page.url or entry.url,
        outlet=page.outlet or entry.outlet,
        title=entry.title or page.title,
        published=min(days, default=None),
    )
