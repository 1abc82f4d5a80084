"""A statement and those that may report the same occasion in, its place in the record out: stance, day, position. Pure rules.

The table of RECORD.md, first rows: the day of a statement, one position for one occasion, background, correction.
`recording.py` and `rebuilding.py` load what is asked for here and keep what comes out.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.model import Notice, Stance
from storage.text import fold
from storage.twins import FEW, MANY, SOME, are_twins

NEXT = timedelta(days=1)
WITHIN = timedelta(days=120)
"""How late a notice may take an article back; beyond, the same headline is chance."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A statement as the rules see it: row numbers for names, `words` by `twins.wording`, the stance that counts."""

    id: int
    article_id: int
    speaker: int
    counterpart: int
    stance: Stance
    said_on: date | None
    words: str
    published: date | None = None
    family: str | None = None
    title: str | None = None
    name: str = ""
    """The speaker's."""


@dataclass(frozen=True, slots=True)
class Retraction:
    """A notice as the rules see it: whose it is, and what it states itself about (speaker, counterpart)."""

    article_id: int
    notice: Notice
    family: str | None
    published: date | None
    stated: tuple[tuple[int, int, Stance], ...] = ()
    copies: frozenset[int] = frozenset()
    """Articles whose text is that of one which it takes back: reprints that name no agency."""


@dataclass(frozen=True, slots=True)
class Placed:
    """`occasion` None: a recall of what is on record, no position of its own."""

    day: date | None = None
    occasion: str | None = None


def place(saying: Saying, near: Iterable[Saying], first_day: date | None) -> Placed:
    """Give a statement that counts its day and occasion.

    `near`: the statements of the pair and stance whose words may be the same or whose day touches; `first_day`: the first day
    on which the pair is known to have taken the stance.
    """
    others = [other for other in near if other.id != saying.id]
    day = day_of(saying, others)
    if day is not None:
        return Placed(day, day.isoformat())
    if is_recall(saying, first_day):
        return Placed()
    # Without a day only the same words are one occasion: two undated refusals in two articles are two positions.
    same = (mark(other.words) for other in others if other.said_on is None and are_twins(saying.words, other.words, SOME))
    return Placed(None, f"undated {min([mark(saying.words), *same])}")


def day_of(saying: Saying, others: Iterable[Saying]) -> date | None:
    """When the words were said: as the text says it, or earlier where a report of the same words says so; else a twin's day."""
    own = saying.said_on
    days = [other.said_on for other in others if other.said_on is not None and _tells_day(saying, other)]
    return min([*days, *([own] if own else [])], default=None)


def _tells_day(saying: Saying, other: Saying) -> bool:
    """Whether the other's day is this one's: a statement without a day of the same article or words, or an earlier report.

    A day apart few words are enough, where another outlet reports: its day may begin elsewhere.
    """
    if other.said_on is None:
        return False
    if saying.said_on is None:
        if saying.published is not None and other.said_on > saying.published + NEXT:
            return False  # nobody reports what is still to be said
        return other.article_id == saying.article_id or are_twins(saying.words, other.words, SOME)
    if other.said_on >= saying.said_on:
        return False
    if saying.said_on - other.said_on == NEXT and (saying.family != other.family or saying.family is None):
        return are_twins(saying.words, other.words, FEW)
    return are_twins(saying.words, other.words, MANY)


def is_recall(saying: Saying, first_day: date | None) -> bool:
    """Whether words without a day look back: the article has a day, and the stance had been taken by then."""
    return saying.published is not None and first_day is not None and first_day <= saying.published


def stance_of(saying: Saying, retractions: Iterable[Retraction]) -> Stance | None:
    """What the statement counts as after corrections; None when it was withdrawn. The latest notice has the last word."""
    meant = [each for each in retractions if each.article_id == saying.article_id or is_taken_back(saying, each)]
    if any(each.notice.kind == "withdraws" for each in meant):
        return None
    by = corrected_by(saying, meant)
    return (by and _corrected(saying, by)) or saying.stance


def corrected_by(saying: Saying, retractions: Iterable[Retraction]) -> Retraction | None:
    """The latest notice that means the statement and states itself what the speaker said."""
    others = [each for each in retractions if each.article_id != saying.article_id and is_taken_back(saying, each)]
    return next((each for each in sorted(others, key=_order, reverse=True) if _corrected(saying, each)), None)


def _order(retraction: Retraction) -> tuple[date, str, list[str]]:
    """By day, then by words: row numbers would tell the order of arrival."""
    return (retraction.published or date.min, retraction.notice.words, sorted(each[2].value for each in retraction.stated))


def is_taken_back(saying: Saying, by: Retraction) -> bool:
    """Whether a notice means this statement: its family's, under the headline or of the day that it names."""
    if saying.article_id in by.copies:
        return True
    if by.family is None or saying.family != by.family or not _is_before(saying, by):
        return False
    return is_named(saying.title, saying.published, by.notice) and (
        by.notice.kind == "corrects" or _is_about(saying, by) or _has_title(saying.title, by.notice)
    )


def is_named(title: str | None, published: date | None, notice: Notice) -> bool:
    """Whether a notice names an article: by its headline, else by its day."""
    if _has_title(title, notice):
        return True
    return notice.day is not None and published is not None and abs(published - notice.day) <= NEXT


def _has_title(title: str | None, notice: Notice) -> bool:
    return bool(title) and fold(title or "") in {fold(named) for named in notice.titles}


def _is_about(saying: Saying, by: Retraction) -> bool:
    """Whether a notice that withdraws names the speaker, by the last word of the name."""
    last = fold(saying.name).rpartition(" ")[2]
    return bool(last) and last in fold(by.notice.words)


def _is_before(saying: Saying, by: Retraction) -> bool:
    if saying.published is None or by.published is None:
        return True
    return timedelta(0) <= by.published - saying.published <= WITHIN


def _corrected(saying: Saying, by: Retraction) -> Stance | None:
    """What the notice states of the same speaker; a counterpart that it does not name is the same one."""
    for speaker, counterpart, stance in by.stated:
        if speaker == saying.speaker and (counterpart == saying.counterpart or 0 in {counterpart, saying.counterpart}):
            return stance
    return None


def mark(words: str) -> str:
    """Short and equal for equal words, since a key is indexed."""
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def position_key(speaker: str, counterpart: str | None, stance: Stance, occasion: str) -> str:
    """Equal keys are one position, whoever supplied the articles. JSON, since a name may hold any separator."""
    return json.dumps((speaker, counterpart, stance.value, occasion), ensure_ascii=False)
