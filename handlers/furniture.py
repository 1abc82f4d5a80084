"""A page's text comes in; the spans that are prose go out, one a paragraph, with offsets into the text as it was.

Tickers, link lists, tag lists, share bars, credits and clocks are left out. A new kind of line is
a pattern in `data/cues.toml`.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from handlers.dates import leading_day
from handlers.sentences import Span
from handlers.wording import load_words

_LINE = re.compile(r"[^\r\n]+")
_CLOCK = re.compile(r"\s*\d{1,2}:\d{2}(?::\d{2})?\s*(?:GMT|UTC|[A-Z]{2,4}T)?\b", re.IGNORECASE)
_DATE_WORD = re.compile(r"\s*(?:date|published|updated):?\s+\d{4}-\d\d-\d\d\s*", re.IGNORECASE)
_FULL_STOP = re.compile(r"[.!?…:;][\"”’»')\]]*(?:\s*[–—-]{1,2}\s*[A-Z]\w*(?: [A-Z]\w*)?)?\s*$")
_DATELINE = re.compile(
    r"(?:[A-Z][A-Z’'./ -]{1,30}(?:,\s?[A-Z][\w.]+){0,2}(?:,? (?:[A-Z][a-z]+\.? \d{1,2}|\d{1,2} [A-Z][a-z]+))?(?:,? \d{4})?\s*"
    r"(?:\([^)]{2,40}\))?\s*(?:—|–|--?)|[A-Z][a-z]+ —|[A-Z]{2,9} -|[A-Z]{4,20}:)\s+(?=\S)"
)
_CREDIT = re.compile(r"\s*[\[(][^\])]{3,80}[\])]\s*$")
FURNITURE_LINE = 240
"""Where a page lost its line breaks, a newsletter line opens the whole article: longer lines are always prose."""
BODY_LINE = 120
"""A closed line of so many characters is the body: lines without a full stop after it are links, not headlines."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: its prose, paragraph by paragraph, and the publishing day that its first lines state."""

    spans: tuple[Span, ...]
    published: date | None = None


@cache
def _furniture() -> tuple[re.Pattern[str], ...]:
    return load_words().patterns("furniture")


def _is_ticker(line: str) -> bool:
    letters = sum(character.isalpha() for character in line)
    return letters < 0.5 * sum(not character.isspace() for character in line)


def _is_tag_list(line: str) -> bool:
    parts = [part for part in re.split(r"[,|•·]", line) if part.strip()]
    return len(parts) >= 4 and max(len(part.split()) for part in parts) <= 4


def _is_furniture(line: str) -> bool:
    if _is_ticker(line) or _CLOCK.match(line):
        return True
    return len(line) <= FURNITURE_LINE and any(pattern.match(line) for pattern in _furniture())


def _stamp(text: str) -> tuple[date | None, int]:
    """Give the day in the first lines and, where it stands before prose on its own line, the offset behind it."""
    for number, line in enumerate(_LINE.finditer(text)):
        if number > 4:
            break
        day = None if _CLOCK.match(line.group()) else leading_day(line.group())
        if day is not None:
            word = _DATE_WORD.match(line.group())
            return day, line.start() + word.end() if word else 0
    return None, 0


def _prose(text: str, line: re.Match[str], seen: set[str], in_body: bool) -> Span | None:
    """Give the part of a line that is prose; None for furniture and for a paragraph printed twice."""
    stripped = line.group().strip()
    if not stripped or stripped in seen or _is_furniture(stripped):
        return None
    closed = bool(_FULL_STOP.search(stripped))
    caption = _CREDIT.search(stripped)
    if not closed and in_body and len(stripped) < BODY_LINE and not caption:
        return None
    if not closed and (_is_tag_list(stripped) or (in_body and stripped.count(" ") < 3)):
        return None
    start = line.start() + len(line.group()) - len(line.group().lstrip())
    end = start + len(stripped)
    dateline = _DATELINE.match(text, start, end)
    start = dateline.end() if dateline else start
    return Span(start, end - len(caption.group()) if caption and not closed else end)


def clean(text: str) -> Page:
    """Find the prose of a page. What is left out is left out of the reading only: the text keeps every character."""
    published, behind = _stamp(text)
    spans: list[Span] = []
    seen: set[str] = set()
    in_body = False
    for line in _LINE.finditer(text, behind):
        span = _prose(text, line, seen, in_body)
        if span is None or span.end <= span.start:
            continue
        seen.add(line.group().strip())
        spans.append(span)
        in_body = in_body or (span.end - span.start >= BODY_LINE and bool(_FULL_STOP.search(line.group())))
    return Page(tuple(spans), published)
