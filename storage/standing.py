"""Statements in, their place in the record out: which position they report, and how it follows the pair's earlier ones.

Pure rules (RECORD.md), no storage: `storage/positions.py` gives the days and stances of a pair and keeps what comes out.
A rule about days, twins or source families belongs here.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers.model import Stance, Statement
from storage.text import fold

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a position follows the earlier ones of its pair; the fields are those of `Position`."""

    previous: Stance | None = None
    previous_day: date | None = None
    holds_since: date | None = None
    restatements: int = 0


def day_of(statement: Statement) -> date | None:
    """The day that the statement counts for: when the words were said, never the publishing day."""
    return statement.said_on


def position_keys(statements: Sequence[Statement]) -> list[str]:
    """A text for each statement of one article: equal keys report the same position, whoever supplied the article.

    Statements of one day are one occasion. Without a day only the same words are: two undated refusals in two articles are
    two positions, and a reprint is none of its own. Within one article the first words stand for all of that stance.
    """
    words: dict[tuple[str, str | None, Stance], str] = {}
    keys: list[str] = []
    for statement in statements:
        triple = (statement.speaker, statement.counterpart, statement.stance)
        day = day_of(statement)
        occasion = day.isoformat() if day else words.setdefault(triple, f"undated {_mark(statement.evidence)}")
        # JSON, since a name may hold any separator.
        keys.append(json.dumps((*triple, occasion), ensure_ascii=False))
    return keys


def _mark(words: str) -> str:
    """Equal for words that differ in marks, case and accents alone; short, since a key is indexed."""
    return hashlib.sha256(" ".join(_WORD.findall(fold(words))).encode()).hexdigest()[:32]


def recency(day: date | None, first_seen_at: datetime) -> tuple[bool, date, datetime]:
    """Sort key: the greatest of a pair's positions is its current one.

    The later day wins, so that an article that comes late never makes the latest position; one without a day counts only
    where nothing dated stands. Of one day, the position that was first seen later wins.
    """
    return (day is not None, day or date.min, first_seen_at)


def standing(stance: Stance, day: date | None, history: Iterable[tuple[date | None, Stance]]) -> Standing:
    """Place a position among `history`, the days and stances of all positions of its pair (itself included or not).

    A day with unlike stances makes no shift into it or out of it: it is passed over, and the days around it are compared.
    A position without a day makes no shift and extends no run; it only tells when the latest dated stance is its own.
    """
    by_day: dict[date, set[Stance]] = {}
    for known_day, known in history:
        if known_day is not None and (day is None or known_day <= day):
            by_day.setdefault(known_day, set()).add(known)
    is_mixed = day is not None and bool(by_day.pop(day, {stance}) - {stance})
    earlier = [(known_day, min(stances)) for known_day, stances in sorted(by_day.items(), reverse=True) if len(stances) == 1]
    run = _run(stance, earlier)
    may_shift = day is not None and not is_mixed
    if not earlier or not (run or may_shift):
        return Standing(holds_since=day)
    previous_day, previous = earlier[0]
    if day is None:
        return Standing(previous, previous_day)
    return Standing(previous, previous_day, run[-1] if run else day, len(run))


def _run(stance: Stance, earlier: list[tuple[date, Stance]]) -> list[date]:
    """The days, latest first, on which the stance was the same without a break."""
    days: list[date] = []
    for known_day, known in earlier:
        if known != stance:
            break
        days.append(known_day)
    return days
