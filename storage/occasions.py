"""The positions of one pair in, what they make of each other out: contradictions and shifts. Pure rules of RECORD.md.

A day is one occasion. Two families that give it stances on both sides contradict each other; two families to one decide it.
Add a rule about days, sides or majorities here and a row to its table in the tests.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.model import Dispute, Stance

TALKS = frozenset({Stance.OPEN, Stance.ENGAGED})
MAJORITY = 2
"""So many families to one decide a contradiction (RECORD.md)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One position: its number, what it says and who reports it. `is_scoped`: every report limits it to a topic."""

    number: int
    stance: Stance
    day: date | None
    families: frozenset[str] = frozenset()
    is_scoped: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """What one pair said on one day. `standing`: the positions that count; `held`: those of an undecided contradiction."""

    day: date
    standing: tuple[Taken, ...] = ()
    held: tuple[Taken, ...] = ()
    overruled: tuple[Taken, ...] = ()
    is_contradiction: bool = False

    @property
    def stances(self) -> frozenset[Stance]:
        return frozenset(taken.stance for taken in self.standing)

    @property
    def stance(self) -> Stance | None:
        """The one stance of the day; None where two unlike ones stand or nothing is decided."""
        return next(iter(self.stances)) if len(self.stances) == 1 and not self.held else None

    @property
    def decided(self) -> Stance | None:
        """The majority's stance of a contradiction."""
        winners = {taken.stance for taken in self.standing if _side(taken.stance) is not None}
        return next(iter(winners)) if self.is_contradiction and not self.held and len(winners) == 1 else None

    def dispute(self, number: int) -> Dispute | None:
        """What the day's contradiction, if there is one, means for this position."""
        if number in {taken.number for taken in self.held}:
            return "held"
        if number in {taken.number for taken in self.overruled}:
            return "overruled"
        sides = {taken.number for taken in self.standing if _side(taken.stance) is not None}
        return "upheld" if self.is_contradiction and number in sides else None


@dataclass(frozen=True, slots=True)
class Step:
    """A shift by the numbers of its positions."""

    before: int
    after: int
    day: date
    held: bool = False


def days_of(positions: Iterable[Taken]) -> list[Day]:
    """The days of a pair in order; positions without a day belong to none."""
    by_day: dict[date, list[Taken]] = defaultdict(list)
    for taken in positions:
        if taken.day is not None:
            by_day[taken.day].append(taken)
    return [weigh(day, by_day[day]) for day in sorted(by_day)]


def weigh(day: date, positions: Sequence[Taken]) -> Day:
    """Who contradicts whom on a day, and whether that is decided.

    A family that reports both sides (by topic) speaks for neither: only families that report one side alone are counted.
    """
    against = [taken for taken in positions if _side(taken.stance) is False]
    toward = [taken for taken in positions if _side(taken.stance) is True]
    refused = frozenset[str]().union(*(taken.families for taken in against))
    offered = frozenset[str]().union(*(taken.families for taken in toward))
    noes, ayes = len(refused - offered), len(offered - refused)
    if not noes or not ayes:
        return Day(day, tuple(positions))
    beside = [taken for taken in positions if _side(taken.stance) is None]
    if noes >= MAJORITY * ayes or ayes >= MAJORITY * noes:
        winners, losers = (against, toward) if noes > ayes else (toward, against)
        return Day(day, (*winners, *beside), overruled=tuple(losers), is_contradiction=True)
    return Day(day, tuple(beside), held=(*against, *toward), is_contradiction=True)


def steps(days: Iterable[Day]) -> Iterator[Step]:
    """The shifts of a pair, in order. A day of unlike stances is passed over; what is not decided makes held ones."""
    last: Taken | None = None
    for day in days:
        if day.held:
            if last is not None and not day.standing:
                unlike = {taken.stance: taken for taken in day.held if taken.stance is not last.stance}
                yield from (Step(last.number, taken.number, day.day, held=True) for taken in unlike.values())
            continue
        if day.stance is None:
            continue
        taken = max(day.standing, key=lambda each: each.number)
        if last is not None and last.stance is not taken.stance:
            yield Step(last.number, taken.number, day.day)
        last = taken


def _side(stance: Stance) -> bool | None:
    """For talks, against them, or neither."""
    return None if stance is Stance.CONDITIONAL else stance in TALKS
