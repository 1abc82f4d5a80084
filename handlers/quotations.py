"""A text and its paragraphs come in; quotations with offsets go out: curly, straight and angle marks, odd numbers of them.

A quotation that runs over several paragraphs (each opened by a mark, only the last one closed) is a chain of pieces
that `continues` links to the one before. To add a kind of mark, add it to `_PAIRS`.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from handlers.sentences import FILLER, Sentence, Span

_PAIRS = {"“": "”", "«": "»", "„": "”"}
_MARKS = re.compile(r"[“”„«»\"]|(?<![\w.,!?…])‘(?=\w)|(?<=[\w.,!?…])’(?!\w)")


_TAG = re.compile(r",\s+(?:(?:[A-Z][\w.'’-]+\s+){1,5}(?:said|told|wrote|added|says)\b|(?:said|told|wrote|added|says)\s+[A-Z])")


_SAID = re.compile(r"\b(?:said|told|wrote|added|says|insisted|continued|tweeted|replied|answered|explained|declared)\b")


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words between two marks, without the marks. `closed` is false where a paragraph ended first."""

    start: int
    end: int
    paragraph: int
    continues: bool = False
    closed: bool = True


def _opens(text: str, at: int, span: Span) -> bool:
    """Whether a straight mark opens: it stands before a word, and after a space, a bracket, a dash or nothing."""
    before = text[at - 1] if at > span.start else " "
    after = text[at + 1] if at + 1 < span.end else " "
    return not after.isspace() and (before.isspace() or before in "([{—–-:/“‘'")


def _spoken_until(text: str, start: int, end: int) -> int:
    """Where the closing mark was forgotten, the words end before the comma of ", NAME said"."""
    match = _TAG.search(text, start, end)
    return match.start() if match else end


def _in_paragraph(text: str, span: Span) -> list[tuple[int, int, bool]]:
    """Pairs of one paragraph as (first character, end, closed). Nested marks of another kind stay inside the outer pair."""
    found: list[tuple[int, int, bool]] = []
    opened, closer = -1, ""
    for match in _MARKS.finditer(text, span.start, span.end):
        mark, at = match.group(), match.start()
        if opened < 0:
            if mark in _PAIRS or mark == "‘" or (mark == '"' and _opens(text, at, span)):
                opened, closer = at + 1, _PAIRS.get(mark, "’" if mark == "‘" else '"')
        elif mark == closer and not (mark == '"' and _opens(text, at, span)):
            found.append((opened, at, True))
            opened = -1
        elif mark in _PAIRS or (mark == '"' and closer == '"'):  # the closing mark was forgotten
            if mark in _PAIRS and closer in ('"', "’"):
                continue
            found.append((opened, _spoken_until(text, opened, at), False))
            opened, closer = at + 1, _PAIRS.get(mark, '"')
        elif mark == '"' and closer == "”" and not _opens(text, at, span):  # opened curly, closed straight
            found.append((opened, at, True))
            opened = -1
    if opened >= 0 and closer != "’":
        found.append((opened, span.end, False))
    return found


def find_quotations(text: str, spans: Iterable[Span]) -> tuple[Quotation, ...]:
    """List the quotations of each paragraph, in order, without overlap."""
    found: list[Quotation] = []
    for paragraph, span in enumerate(spans):
        pairs = _in_paragraph(text, span)
        for number, (start, end, closed) in enumerate(pairs):
            before = found[-1] if found else None
            runs_on = (
                number == 0
                and before is not None
                and not before.closed
                and before.paragraph == paragraph - 1
                and not text[span.start : max(span.start, start - 1)].strip()
            )
            if end > start:
                found.append(Quotation(start, end, paragraph, continues=runs_on, closed=closed))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Mended:
    """A text of the same length in which broken quotations run on, and the sentences that this concerns."""

    text: str
    sentences: tuple[Sentence, ...]


def mend(text: str, sentences: Iterable[Sentence], quotations: Iterable[Quotation]) -> Mended:
    """Blank out the "he said" in the middle of a quoted sentence: what goes on in lower case is the same sentence."""
    pieces = list(text)
    quotes = list(quotations)
    breaks = [(first.end, second.start) for first, second in pairwise(quotes) if _runs_on(text, first, second)]
    concerned = [each for each in sentences if _first_from(breaks, each.start) <= each.end]
    for start, end in breaks:
        comma = start - 1 if text[start - 1] == "," else start
        pieces[comma:end] = FILLER * (end - comma - 1) + " "
    return Mended("".join(pieces), tuple(concerned))


def _first_from(breaks: list[tuple[int, int]], start: int) -> float:
    """Give where the first break behind a place ends; infinity where none follows."""
    number = bisect_left(breaks, (start, 0))
    return breaks[number][1] if number < len(breaks) else math.inf


def _runs_on(text: str, first: Quotation, second: Quotation) -> bool:
    gap = text[first.end : second.start]
    starts_low = text[second.start : second.start + 1].islower()
    return first.paragraph == second.paragraph and starts_low and len(gap) < 90 and _SAID.search(gap) is not None
