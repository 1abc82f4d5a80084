"""A text and its prose spans come in; paragraphs and sentences with offsets go out. No word is ever altered.

A new abbreviation that ends in a full stop without ending a sentence is a line in `data/cues.toml`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from handlers.wording import load_words

_END = re.compile(r"[.!?…]+[\"”’»')\]]*(?=\s+\S)")
_NEXT = re.compile(r"\s+([\"“‘«'(\[]*)(\w+)?")
_LAST_WORD = re.compile(r"[^\s(\[\"“‘«]+$")
FILLER = "\x1f"
"""Stands in a text of unchanged length for words that the parser shall not see."""
LONGEST = 1500
"""A "sentence" of more characters (a list, a dump) is cut here: no parser reads it sensibly or quickly."""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open offsets into the article's text."""

    start: int
    end: int

    def holds(self, position: int) -> bool:
        return self.start <= position < self.end

    def text(self, source: str) -> str:
        return source[self.start : self.end]


class _Placed(Protocol):
    """Anything with a place in the text."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


_P = TypeVar("_P", bound=_Placed)


def overlapping(placed: Sequence[_P], start: int, end: int) -> Sequence[_P]:
    """Cut what shares a character with a span out of what stands in the order of the text and does not overlap itself."""
    first = bisect_right(placed, start, key=lambda each: each.end)
    return placed[first : bisect_left(placed, end, key=lambda each: each.start)]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `paragraph` counts the prose spans of the article from 0."""

    start: int
    end: int
    paragraph: int


def _is_ellipsis(text: str, stop: int) -> bool:
    """Whether ". . ." or "..." stands before `stop`: words left out, not a sentence's end."""
    return bool(re.search(r"(?:\s\.|\.\.)[\"”’»')\]]*$", text[max(0, stop - 6) : stop]))


def _ends_here(text: str, stop: int, following: re.Match[str] | None) -> bool:
    """Whether the mark before `stop` closes a sentence, judged by the word before it and the word after it."""
    opening, word = (following.group(1), following.group(2) or "") if following else ("", "")
    if word[:1].islower():
        return False
    before = _LAST_WORD.search(text, max(0, stop - 24), stop)
    last = before.group().strip("\"”’»')]") if before else ""
    if not last.endswith("."):
        return True
    if last.casefold() == "no." and word[:1].isdigit():
        return False
    if last.casefold().rstrip(".") in load_words().words("abbreviations"):
        return False
    if re.fullmatch(r"(?:[A-Za-z]\.)+", last):  # an initial or "U.S.": only a word that opens sentences closes it
        return len(last) > 2 and (bool(opening) or word.casefold() in load_words().words("openers"))
    return not _is_ellipsis(text, stop) or bool(word[:1].isupper() and opening)


def _cuts(text: str, span: Span) -> Iterator[int]:
    for match in _END.finditer(text, span.start, span.end):
        if _ends_here(text, match.end(), _NEXT.match(text, match.end(), span.end)):
            yield match.end()
    yield span.end


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def split(text: str, spans: Iterable[Span]) -> tuple[Sentence, ...]:
    """Cut each span into sentences, in order; none crosses a span's border and none is empty."""
    found: list[Sentence] = []
    for paragraph, span in enumerate(spans):
        start = span.start
        for cut in _cuts(text, span):
            while start < cut:
                piece = _trim(text, start, min(cut, start + LONGEST))
                if piece.start < piece.end:
                    found.append(Sentence(piece.start, piece.end, paragraph))
                start = min(cut, start + LONGEST)
    return tuple(found)
