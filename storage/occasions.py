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
    def positions(self) -> tuple[Taken, ...]:
        return (*self.standing, *self.held, *self.overruled)

    @property
    def stance(self) -> Stance | None:
        """The one stance of the day; None where two unlike ones stand or nothing is decided."""
        stances = {taken.stance for taken in self.standing}
        return next(iter(stances)) if len(stances) == 1 and not self.held else None

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


@dataclass(frozen=True, slots=True)
class Run:
    """The last day of a pair that has one stance: since when it holds, and on how many days before it was taken."""

    number: int
    stance: Stance
    day: date
    since: date
    times: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a position follows the earlier ones of its pair; the fields are those of `Position`.

    `is_settled`: it is the one stance of its day that counts, and what comes later is compared with it.
    """

    previous: Stance | None = None
    previous_day: date | None = None
    holds_since: date | None = None
    restatements: int = 0
    is_settled: bool = False
    dispute: Dispute | None = None


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


def follow(day: Day, run: Run | None) -> tuple[Run | None, dict[int, Standing], list[Step]]:
    """Place a day behind the run of days before it: the run from there on, how its positions stand, the shifts it makes.

    A day of unlike stances is passed over: it makes no shift and breaks no run. What is not decided makes held shifts.
    """
    if day.stance is None:
        placed = {taken.number: _beside(taken, day, run) for taken in day.positions}
        return run, placed, list(_held(day, run))
    taken = max(day.standing, key=lambda each: each.number)
    steps = [Step(run.number, taken.number, day.day)] if run is not None and run.stance is not taken.stance else []
    if run is None or steps:
        following = Run(taken.number, taken.stance, day.day, since=day.day)
    else:
        following = Run(taken.number, taken.stance, day.day, run.since, run.times + 1)
    placed = {each.number: _beside(each, day, run) for each in day.overruled}
    previous, previous_day = (run.stance, run.day) if run else (None, None)
    for each in day.standing:
        stands = Standing(previous, previous_day, following.since, following.times, True, day.dispute(each.number))
        placed[each.number] = stands
    return following, placed, steps


def _beside(taken: Taken, day: Day, run: Run | None) -> Standing:
    """A position that settles nothing: it repeats the run that it meets, or starts none."""
    dispute = day.dispute(taken.number)
    if run is None or run.stance is not taken.stance:
        return Standing(holds_since=day.day, dispute=dispute)
    return Standing(run.stance, run.day, run.since, run.times + 1, dispute=dispute)


def _held(day: Day, run: Run | None) -> Iterator[Step]:
    if run is not None and day.held and not day.standing:
        unlike = (taken for taken in day.held if taken.stance is not run.stance)
        yield from (Step(run.number, taken.number, day.day, held=True) for taken in unlike)


def _side(stance: Stance) -> bool | None:
    """For talks, against them, or neither."""
    return None if stance is Stance.CONDITIONAL else stance in TALKS
