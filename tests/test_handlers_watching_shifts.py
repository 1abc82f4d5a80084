"""Which shifts a watch is told of: none that is disputed, none of the past, and a held one when it is decided."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from handlers.model import Dispute, Position, Report, Stance, Statement, Watch
from handlers.watching import match

SEEN_AT = datetime(2025, 5, 15, 12, tzinfo=UTC)
DAY, LATER = date(2025, 5, 14), date(2025, 5, 15)
SHIFTS = Watch(1, 2, alert_on="shift")


def report(number: int) -> Report:
    statement = Statement("Ada Berg", "Freedonia", Stance.OPEN, "words", 0, 5, said_on=DAY, confidence=0.9)
    return Report(number, statement, number, f"Outlet {number}", None, None, DAY, SEEN_AT, f"{number}.txt")


def shift(*articles: int, dispute: Dispute | None = None, latest_day: date = DAY) -> Position:
    reports = tuple(report(number) for number in articles)
    made = Position(1, "Ada Berg", "Freedonia", Stance.OPEN, DAY, SEEN_AT, reports, previous=Stance.REJECTS)
    return replace(made, dispute=dispute, latest_day=latest_day)


@pytest.mark.parametrize(
    ("position", "is_told"),
    [
        pytest.param(shift(1), True, id="a shift"),
        pytest.param(shift(2, 1), False, id="a further report of it"),
        pytest.param(shift(1, dispute="held"), False, id="undecided"),
        pytest.param(shift(1, dispute="overruled"), False, id="decided against it"),
        pytest.param(shift(2, 1, dispute="upheld"), True, id="decided for it by this report"),
        pytest.param(shift(1, latest_day=LATER), False, id="a later position is known"),
    ],
)
def test_a_watch_on_shifts(position: Position, is_told: bool) -> None:
    assert [watch for watch, _ in match([position], [SHIFTS], article_id=1, oldest=None)] == [SHIFTS] * is_told


def test_a_watch_on_positions_is_told_of_the_held_and_the_late_too() -> None:
    for position in (shift(1, dispute="held"), shift(1, latest_day=LATER)):
        assert list(match([position], [Watch(1, 2)], article_id=1, oldest=None))
