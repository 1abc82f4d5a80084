"""A page comes in; the day that holds for all its words goes out, where the page itself is somebody's words, not a report.

Live pages with clock entries, transcripts, read-outs, posts and signed papers are of one day: the one they state at their
head or foot, else their publishing day. Which titles name such a page is `words_of_a_page` in `data/cues.toml`.
"""

import re
from datetime import date
from functools import cache

from handlers.dates import entry_day, find_days, leading_day, signed_day
from handlers.wording import load_words

_LINE = re.compile(r"[^\r\n]+")
_CLOCK = re.compile(
    r"\W{0,4}(?:[01]?\d|2[0-3])(?:[:.h][0-5]\d|(?=\ ?[ap]\.?m\b))\ ?(?:[ap]\.?m\b\.?)?"
    r"\ ?(?:GMT|UTC|[A-Z]{2,4}T)?(?=\s|$|[,:–—-])",
)
_VOICE = re.compile(
    r"(?:Q|A|QUESTION|ANSWER|Question|Answer|[A-Z][A-Z’'.-]+(?: [A-Z][A-Z’'.-]+){0,4})(?: ?\([^()\n]{2,60}\))?:\ "
    r"|[QA]\. (?=[A-Z(])",
)
_OWNED = re.compile(r"['’]s\b")
_PIECE = re.compile(r"\W{0,2}\d{1,2}/\d{1,2}\b")
ENTRIES = 2
"""So many lines with a clock, a voice or a piece's number show what kind of page it is."""
PROSE = 40
"""Characters: what stands beside a clock and is shorter is a label."""
TITLES = 3
LONGEST_TITLE = 110
"""Characters. A page says in one of its first short lines what it is; a longer line is a report that mentions a statement."""


@cache
def _title() -> re.Pattern[str]:
    return re.compile(rf"(?:.*[:–—-]\s)?\W*{load_words().any_of('words_of_a_page')}\b(?!.*[.!?]$)", re.IGNORECASE)


def day_of_page(text: str, published: date | None) -> date | None:
    """Give the day of all words of a page that is no report; None for a report, or where nothing tells the day."""
    lines = [line.strip() for line in _LINE.findall(text)]
    clocks = {match.group() for at in range(len(lines)) if (match := _entry(lines, at))}
    if len(clocks) >= ENTRIES or (lines and _entry(lines, 0)):
        return published
    signed = next((day for line in lines[-TITLES:] if (day := signed_day(line))), None)
    if signed is not None:
        return signed
    entries = [at for at, line in enumerate(lines) if _VOICE.match(line) or _PIECE.match(line)]
    titled = [at for at, line in enumerate(lines[:TITLES]) if len(line) <= LONGEST_TITLE and _title().match(line)]
    if len(entries) < ENTRIES and not titled:
        return None
    head = " ".join(lines[: entries[0] if len(entries) >= ENTRIES else titled[0] + 1])
    stated = {found.day for found in find_days(_OWNED.sub(" ", head), published)}
    return stated.pop() if len(stated) == 1 else published


def find_entries(text: str, published: date | None) -> list[tuple[int, date]]:
    """List where a chronology's entries begin, each with its day; empty where too few lines open with one."""
    found = [(match.start(), day) for match in _LINE.finditer(text) if (day := entry_day(match.group(), published))]
    return found if len(found) > ENTRIES else []


def day_of_entry(entries: list[tuple[int, date]], at: int) -> date | None:
    """Give the day of the entry in which an offset lies."""
    return next((day for start, day in reversed(entries) if start <= at), None)


def _entry(lines: list[str], at: int) -> re.Match[str] | None:
    """Read the clock of an entry: before its words, or on a line above them. A crawl clock or a ticker has no prose."""
    match = _CLOCK.match(lines[at])
    if match is None:
        return None
    words = lines[at][match.end() :].strip() or next(iter(lines[at + 1 : at + 2]), "")
    return match if len(words) >= PROSE and leading_day(words) is None else None
