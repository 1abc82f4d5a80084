"""Positions × watches → which watch is told of which position. Pure: no store, no clock.

A position is news when this article made it. A later report of the same position is none, unless it brings the outlets or
the confidence that a watch waits for, or decides a shift that was held. Add a rule here and a row to its table in the tests.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from handlers.model import Position, Report, Watch


def is_met(watch: Watch, position: Position) -> bool:
    """Whether the watch follows this speaker, counterpart and stance. An unknown name never meets a named one."""
    return (
        position.guild_id in {None, watch.guild_id}
        and (watch.actor is None or watch.actor in {position.speaker, position.party})
        and (watch.counterpart is None or watch.counterpart == position.counterpart)
        and (not watch.stances or position.stance in watch.stances)
        and (watch.alert_on == "position" or _is_shift(position))
    )


def is_backed(watch: Watch, reports: Sequence[Report]) -> bool:
    """Whether these reports are as many and as sure as the watch asks."""
    return len(outlets(reports)) >= watch.min_outlets and confidence(reports) >= watch.min_confidence


def confidence(reports: Iterable[Report]) -> float:
    """The best report's confidence, 0 to 1."""
    return max((report.statement.confidence for report in reports), default=0.0)


def outlets(reports: Iterable[Report]) -> frozenset[str]:
    """Who reports: outlets by name; a report without an outlet counts by where it came from."""
    return frozenset(report.outlet or report.origin for report in reports)


def match(
    positions: Iterable[Position], watches: Iterable[Watch], *, article_id: int, oldest: date | None
) -> Iterator[tuple[Watch, Position]]:
    """Each watch that must be told, for the positions that one article made or joined.

    `oldest`: the first day that is still news; None: all of them. A position without any day is news.
    """
    followed = tuple(watches)
    for position in positions:
        if _is_old(position, oldest) or _is_recall(position, article_id):
            continue
        before = [report for report in position.reports if report.article_id != article_id]
        for watch in followed:
            is_told = before and is_backed(watch, before) and not _is_decided(watch, position)
            if is_met(watch, position) and is_backed(watch, position.reports) and not is_told:
                yield watch, position


def _is_shift(position: Position) -> bool:
    """A disputed shift is none until it is decided, and one that a later position follows is the past."""
    is_past = position.day is not None and position.latest_day is not None and position.day < position.latest_day
    return position.previous not in {None, position.stance} and position.dispute in {None, "upheld"} and not is_past


def _is_decided(watch: Watch, position: Position) -> bool:
    """Whether the shift that a watch waits for was held so far, as it may be: the outbox refuses what it knows already."""
    return watch.alert_on == "shift" and position.dispute == "upheld"


def _is_old(position: Position, oldest: date | None) -> bool:
    if oldest is None:
        return False
    published = max((r.published for r in position.reports if r.published), default=None)
    days = [day for day in (position.day, published) if day is not None]
    return any(day < oldest for day in days)


def _is_recall(position: Position, article_id: int) -> bool:
    """An undated sentence in a dated article that repeats the stance on record recalls it; it takes no new position."""
    dated = any(r.article_id == article_id and r.published is not None for r in position.reports)
    return position.day is None and dated and position.previous is position.stance
