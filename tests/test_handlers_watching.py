"""Which watch is told of which position: each rule of `handlers/watching.py` as a row."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from handlers.model import Position, Report, Stance, Statement, Watch
from handlers.watching import match

SEEN_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = SEEN_AT.date()


def report(
    number: int = 1, outlet: str | None = "Reuters", *, published: date | None = TODAY, confidence: float = 0.9
) -> Report:
    words = "We will not negotiate."
    statement = Statement("Ali Rezaei", "Freedonia", Stance.REJECTS, words, 0, len(words), confidence=confidence)
    return Report(number, statement, number, outlet, None, None, published, SEEN_AT, f"{number}.txt")


def position(*reports: Report, **changes: object) -> Position:
    made = Position(1, "Ali Rezaei", "Freedonia", Stance.REJECTS, TODAY, SEEN_AT, reports or (report(),), party="Iran")
    return replace(made, **changes)


def told(watch: Watch, found: Position, *, article_id: int = 1, oldest: date | None = date(2026, 11, 21)) -> bool:
    return bool(list(match([found], [watch], article_id=article_id, oldest=oldest)))


WATCH = Watch(guild_id=7, channel_id=8)


@pytest.mark.parametrize(
    ("watch", "found", "expected"),
    [
        ({}, {}, True),
        ({"actor": "Ali Rezaei"}, {}, True),
        ({"actor": "Iran"}, {}, True),
        ({"actor": "Freedonia"}, {}, False),
        ({"actor": "Iran"}, {"party": None}, False),
        ({"counterpart": "Freedonia"}, {}, True),
        ({"counterpart": "Freedonia"}, {"counterpart": None}, False),
        ({"counterpart": "Iran"}, {}, False),
        ({"stances": (Stance.OPEN, Stance.REJECTS)}, {}, True),
        ({"stances": (Stance.OPEN,)}, {}, False),
        ({"alert_on": "shift"}, {}, False),
        ({"alert_on": "shift"}, {"previous": Stance.REJECTS}, False),
        ({"alert_on": "shift"}, {"previous": Stance.OPEN}, True),
        ({"min_confidence": 0.9}, {}, True),
        ({"min_confidence": 0.91}, {}, False),
        ({}, {"guild_id": 7}, True),
        ({}, {"guild_id": 9}, False),
    ],
)
def test_a_watch_meets_what_it_names(watch: dict[str, object], found: dict[str, object], expected: bool) -> None:
    assert told(replace(WATCH, **watch), position(**found)) is expected


def test_a_second_report_is_no_news() -> None:
    both = position(report(1), report(2, "AFP"))
    assert not told(WATCH, both, article_id=2)


def test_a_watch_that_waits_for_outlets_is_told_when_they_are_there() -> None:
    patient = replace(WATCH, min_outlets=2)
    assert not told(patient, position(report(1)))
    assert told(patient, position(report(1), report(2, "AFP")), article_id=2)
    assert not told(patient, position(report(1), report(2, "AFP"), report(3, "BBC")), article_id=3)


def test_a_watch_that_waits_for_confidence_is_told_by_the_surer_report() -> None:
    careful = replace(WATCH, min_confidence=0.8)
    assert not told(careful, position(report(1, confidence=0.5)))
    assert told(careful, position(report(1, confidence=0.5), report(2, "AFP", confidence=0.9)), article_id=2)
    sure = position(report(1, confidence=0.9), report(2, "AFP", confidence=0.9))
    assert not told(careful, sure, article_id=2)


def test_two_articles_of_one_outlet_are_one_outlet() -> None:
    assert not told(replace(WATCH, min_outlets=2), position(report(1), report(2)), article_id=2)


@pytest.mark.parametrize(
    ("day", "published", "expected"),
    [
        (date(2026, 11, 21), date(2026, 11, 21), True),
        (date(2026, 11, 20), date(2026, 11, 24), False),
        (None, date(2026, 11, 20), False),
        (None, date(2026, 11, 24), True),
        (None, None, True),
    ],
)
def test_old_is_silent_and_undated_is_not_old(day: date | None, published: date | None, expected: bool) -> None:
    assert told(WATCH, position(report(published=published), day=day)) is expected


def test_without_an_age_limit_history_alerts() -> None:
    assert told(WATCH, position(report(published=date(1999, 1, 1)), day=date(1999, 1, 1)), oldest=None)


def test_an_undated_recall_in_a_dated_article_is_no_news() -> None:
    recalled = position(report(published=TODAY), day=None, previous=Stance.REJECTS)
    assert not told(WATCH, recalled)
    assert told(WATCH, replace(recalled, previous=Stance.OPEN))
    assert told(WATCH, position(report(published=None), day=None, previous=Stance.REJECTS))
