"""What a chart shows, as values, and the same in words; `drawing.py` paints them inside a worker process.

A chart that `is_empty` is never drawn: its caller answers in words instead. To add a kind of chart: a class here with
`is_empty` and `alt`, and its painter in `drawing.draw`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from bot.markup import clean
from bot.phrases import day_words, direction, plural
from handlers.model import Stance
from handlers.record import Mark

MOST_ALT = 1024
"""What Discord takes as the description of an attachment."""
MOST_LANES = 6
"""More do not fit on a phone's screen at a size that can be read."""
MOST_COLUMNS = 5
MOST_BARS = 53
"""A year of weeks; longer spans are counted by month, then by year."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One position on a lane. `turn` is "hardening" or "softening" where it shifted."""

    day: date | None
    stance: Stance
    turn: str | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """One pair; spots in order of their days, the undated ones last."""

    name: str
    spots: tuple[Spot, ...]

    def words(self) -> str:
        """Its counts, its shifts and its last position: what the picture shows."""
        counts = Counter(spot.stance for spot in self.spots)
        told = ", ".join(f"{counts[stance]} {stance}" for stance in Stance if counts[stance])
        turns = [spot for spot in self.spots if spot.turn]
        days = [spot for spot in self.spots if spot.day is not None]
        undated = len(self.spots) - len(days)
        parts = [f"{self.name}: {told}"]
        parts += [f"{plural(len(turns), 'shift')}, the last on {_on(turns[-1])} ({turns[-1].turn})"] if turns else []
        parts += [f"last {days[-1].stance} on {_on(days[-1])}"] if days else []
        parts += [f"{undated} of unknown day"] if undated else []
        return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lanes over one axis of days. `others` counts the lanes that are left out."""

    title: str
    lanes: tuple[Lane, ...]
    others: int = 0

    @property
    def is_empty(self) -> bool:
        """Without a single day there is no axis."""
        return not self._days

    @property
    def _days(self) -> list[date]:
        return [spot.day for lane in self.lanes for spot in lane.spots if spot.day is not None]

    @property
    def lines(self) -> tuple[str, ...]:
        """Its numbers in words, a line a lane."""
        more = (f"And {plural(self.others, 'more lane')}.",) if self.others else ()
        return (*(f"{lane.words()}." for lane in self.lanes), *more)

    def alt(self) -> str:
        days, count = self._days, sum(len(lane.spots) for lane in self.lanes)
        first, last = (day_words(min(days)), day_words(max(days))) if days else ("", "")
        reach = f", {first} to {last}" if first != last else f", {first}" if first else ""
        head = f"Timeline: {self.title}. {plural(count, 'position')}{reach}."
        return fitting(head, [f"{lane.words()}." for lane in self.lanes], self.others, "lane")


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one speaker stands toward one counterpart, and by how many positions that is known."""

    stance: Stance
    day: date | None
    count: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who stands where toward whom: rows are speakers, columns counterparts; None: nothing on record."""

    title: str
    speakers: tuple[str, ...]
    counterparts: tuple[str, ...]
    cells: tuple[tuple[Cell | None, ...], ...]
    others: int = 0

    @property
    def is_empty(self) -> bool:
        return not any(any(row) for row in self.cells)

    def alt(self) -> str:
        told = [
            f"{speaker} toward {other}: {cell.stance}, {_on(cell)} ({plural(cell.count, 'position')})."
            for speaker, row in zip(self.speakers, self.cells, strict=True)
            for other, cell in zip(self.counterparts, row, strict=True)
            if cell is not None
        ]
        return fitting(f"Who stands where toward whom: {self.title}.", told, self.others, "pair")


@dataclass(frozen=True, slots=True)
class Bar:
    """How many positions of each stance, least open first, were taken from that day on."""

    start: date
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """Bars of equal spans, without a hole; `span` is week, month or year; `undated` belong to no bar."""

    title: str
    span: str
    bars: tuple[Bar, ...]
    undated: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.bars

    def alt(self) -> str:
        busy = [bar for bar in self.bars if any(bar.counts)]
        told = [f"{day_words(bar.start)}: {_counted(bar.counts)}." for bar in busy]
        quiet = len(self.bars) - len(busy)
        more = f" {plural(self.undated, 'position')} of unknown day not shown." if self.undated else ""
        count = sum(sum(bar.counts) for bar in busy)
        spans = f"{plural(len(self.bars), self.span)}, {quiet} without any"
        return fitting(
            f"Positions per {self.span}: {self.title}. {count} in {spans}.{more}",
            told,
            0,
            self.span,
        )


Chart = Timeline | Matrix | Activity


def lane(name: str, marks: Iterable[Mark]) -> Lane:
    """The positions of one pair. A shift is where a day's only stance differs from that of the day before it."""
    told = sorted(marks, key=lambda mark: (mark.day is None, mark.day or date.min, mark.stance.value))
    spots: list[Spot] = []
    before: Stance | None = None
    for day, group in groupby(told, key=lambda mark: mark.day):
        stances = [mark.stance for mark in group]
        is_clear = day is not None and len(set(stances)) == 1
        turn = direction(before, stances[0]) if is_clear and before not in {None, stances[0]} and before else None
        spots += [Spot(day, stance, turn if index == 0 else None) for index, stance in enumerate(stances)]
        before = stances[0] if is_clear else before
    return Lane(clean(name), tuple(spots))


def timeline(title: str, lanes: Sequence[Lane]) -> Timeline:
    """The lanes as given; of too many, those with the most positions, still in the given order."""
    filled = [lane for lane in lanes if lane.spots]
    kept = sorted(filled, key=lambda lane: -len(lane.spots))[:MOST_LANES]
    return Timeline(clean(title), tuple(lane for lane in filled if lane in kept)[:MOST_LANES], max(0, len(filled) - MOST_LANES))


def matrix(title: str, marks: Iterable[Mark]) -> Matrix:
    """The latest position of each pair; the busiest speakers and counterparts where there are too many."""
    pairs: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    for mark in sorted(marks, key=lambda mark: (mark.day is not None, mark.day or date.min)):
        if mark.counterpart:
            pairs[clean(mark.speaker), clean(mark.counterpart)].append(mark)
    by_speaker, by_other = Counter[str](), Counter[str]()
    for (speaker, other), told in pairs.items():
        by_speaker[speaker] += len(told)
        by_other[other] += len(told)
    speakers = tuple(name for name, _ in by_speaker.most_common(MOST_LANES))
    others = tuple(name for name, _ in by_other.most_common(MOST_COLUMNS))
    rows = tuple(tuple(_cell(pairs.get((speaker, other), [])) for other in others) for speaker in speakers)
    shown = sum((speaker, other) in pairs for speaker in speakers for other in others)
    return Matrix(clean(title), speakers, others, rows, len(pairs) - shown)


def activity(title: str, marks: Iterable[Mark]) -> Activity:
    """Positions per week (Mondays); per month or year where that would be too many bars."""
    told = list(marks)
    days = sorted((mark.day, mark.stance) for mark in told if mark.day is not None)
    undated = len(told) - len(days)
    if not days:
        return Activity(clean(title), "week", (), undated)
    span = next(span for span in _STARTS if span == "year" or len(_starts(span, days[0][0], days[-1][0])) <= MOST_BARS)
    starts = _starts(span, days[0][0], days[-1][0])
    counts = {start: Counter[Stance]() for start in starts}
    for day, stance in days:
        counts[_STARTS[span](day)][stance] += 1
    bars = tuple(Bar(start, tuple(counts[start][stance] for stance in Stance)) for start in starts)
    return Activity(clean(title), span, bars[-MOST_BARS:], undated)


def fitting(head: str, told: Sequence[str], others: int, noun: str) -> str:
    """As many sentences as the description takes; how many are missing is said."""
    text = head if len(head) <= MOST_ALT // 2 else head[: MOST_ALT // 2 - 1] + "…"
    for index, sentence in enumerate(told):
        left = len(told) - index + others
        if len(text) + 1 + len(sentence) > MOST_ALT - len(_more(left, noun)):
            return text + _more(left, noun)
        text += f" {sentence}"
    return text + (_more(others, noun) if others else "")


def _more(count: int, noun: str) -> str:
    return f" And {plural(count, f'more {noun}')}."


def _on(shown: Spot | Cell) -> str:
    return day_words(shown.day) if shown.day is not None else "day unknown"


def _cell(marks: Sequence[Mark]) -> Cell | None:
    """The last of them; one whose latest day has unlike stances shows the least open: neither is left out of the count."""
    if not marks:
        return None
    last = min((mark for mark in marks if mark.day == marks[-1].day), key=lambda mark: list(Stance).index(mark.stance))
    return Cell(last.stance, last.day, len(marks))


def _counted(counts: Sequence[int]) -> str:
    return ", ".join(f"{count} {stance}" for stance, count in zip(Stance, counts, strict=True) if count)


_STARTS: dict[str, Callable[[date], date]] = {
    "week": lambda day: day - timedelta(days=day.weekday()),
    "month": lambda day: day.replace(day=1),
    "year": lambda day: day.replace(month=1, day=1),
}


def _starts(span: str, first: date, last: date) -> list[date]:
    """The first day of each span from one day to another."""
    starts = [_STARTS[span](first)]
    longest = {"week": 7, "month": 31, "year": 366}[span]
    while (following := _STARTS[span](starts[-1] + timedelta(days=longest))) <= last:
        starts.append(following)
    return starts
