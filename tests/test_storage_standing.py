"""The rules that place a position in its pair's run, as tables and as properties."""

from datetime import UTC, date, datetime
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.model import Stance, Statement
from storage.standing import Standing, day_of, position_keys, recency, standing

REJECTS, CONDITIONAL, OPEN, ENGAGED = Stance

Run = list[tuple[date | None, Stance]]


def day(number: int) -> date:
    return date(2025, 1, number)


def statement(**fields: Any) -> Statement:
    return Statement(**{"speaker": "A", "counterpart": "B", "stance": OPEN, "evidence": "x", "start": 0, "end": 1} | fields)


HISTORY: Run = [(day(1), REJECTS), (day(3), REJECTS), (day(5), OPEN)]


@pytest.mark.parametrize(
    ("stance", "on", "history", "expected"),
    [
        pytest.param(REJECTS, day(1), [], Standing(holds_since=day(1)), id="the first of its pair"),
        pytest.param(REJECTS, day(5), [(day(2), REJECTS)], Standing(REJECTS, day(2), day(2), 1), id="a restatement"),
        pytest.param(OPEN, day(5), HISTORY, Standing(REJECTS, day(3), day(5), 0), id="a shift holds since itself"),
        pytest.param(REJECTS, day(4), HISTORY, Standing(REJECTS, day(3), day(1), 2), id="a late article stands by day"),
        pytest.param(OPEN, day(7), HISTORY, Standing(OPEN, day(5), day(5), 1), id="the run goes back to the shift only"),
        pytest.param(
            REJECTS, day(7), [(day(5), OPEN), (day(6), REJECTS), (day(6), OPEN)], Standing(OPEN, day(5), day(7), 0),
            id="a day of unlike stances is passed over",
        ),
        pytest.param(
            OPEN, day(7), [(day(5), OPEN), (day(6), REJECTS), (day(6), OPEN)], Standing(OPEN, day(5), day(5), 1),
            id="and does not break a run",
        ),
        pytest.param(
            OPEN, day(5), [(day(1), REJECTS), (day(5), REJECTS), (day(5), OPEN)], Standing(holds_since=day(5)),
            id="no shift into a day of unlike stances",
        ),
        pytest.param(
            REJECTS, day(5), [(day(1), REJECTS), (day(5), REJECTS), (day(5), OPEN)], Standing(REJECTS, day(1), day(1), 1),
            id="the like stance of such a day restates",
        ),
        pytest.param(OPEN, None, HISTORY, Standing(OPEN, day(5)), id="undated words that repeat the stance on record"),
        pytest.param(ENGAGED, None, HISTORY, Standing(), id="undated words make no shift"),
        pytest.param(OPEN, day(5), [(None, REJECTS)], Standing(holds_since=day(5)), id="undated history counts for nothing"),
    ],
)  # fmt: skip
def test_a_position_stands_by_day(stance: Stance, on: date | None, history: Run, expected: Standing) -> None:
    assert standing(stance, on, history) == expected
    assert standing(stance, on, [*history, (on, stance)]) == expected, "whether it is in the history itself does not matter"


@given(st.lists(st.tuples(st.none() | st.integers(1, 6).map(day), st.sampled_from(Stance)), max_size=6), st.randoms())
def test_the_order_of_arrival_does_not_matter(history: Run, random: Random) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)
    for on, stance in history:
        assert standing(stance, on, shuffled) == standing(stance, on, history)


@given(st.lists(st.tuples(st.integers(1, 9).map(day), st.sampled_from(Stance)), min_size=1, max_size=8))
def test_a_run_ends_in_its_position_and_holds_one_stance(history: Run) -> None:
    for on, stance in history:
        place = standing(stance, on, history)
        assert place.holds_since is not None
        assert place.holds_since <= on
        assert (place.restatements > 0) == (place.previous is stance)
        assert place.previous_day is None or place.previous_day < on


def test_the_later_day_is_current_then_the_later_seen_and_undated_comes_last() -> None:
    early, late = datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC)
    ordered = [recency(None, early), recency(None, late), recency(day(1), late), recency(day(2), early), recency(day(2), late)]
    for shuffled in permutations(ordered):
        assert sorted(shuffled) == ordered


def key_of(**fields: object) -> str:
    return position_keys([statement(**fields)])[0]


@pytest.mark.parametrize(
    ("field", "value"), [("speaker", "C"), ("counterpart", None), ("stance", REJECTS), ("said_on", day(2))]
)
def test_positions_differ_by_speaker_counterpart_stance_and_day(field: str, value: object) -> None:
    assert key_of(said_on=day(1)) != key_of(**{"said_on": day(1), field: value})


def test_scope_words_and_confidence_do_not_split_a_position() -> None:
    other = key_of(said_on=day(1), scope="missiles", evidence="y", direct=True, confidence=0.9, condition="if")
    assert other == key_of(said_on=day(1))


def test_no_name_can_forge_another_key() -> None:
    assert key_of(speaker='A", "B') != key_of(speaker="A", counterpart='B", "B')


def test_without_a_day_only_the_same_words_are_the_same_occasion() -> None:
    assert key_of(evidence="We will not talk.") != key_of(evidence="There will be no talks.")
    assert key_of(evidence="“We  will not talk,”") == key_of(evidence="We will not TALK")


def test_in_one_article_the_first_words_stand_for_all_of_a_stance() -> None:
    first, second, dated = statement(evidence="No."), statement(evidence="Never.", scope="missiles"), statement(said_on=day(1))
    keys = position_keys([first, second, dated])
    assert keys[0] == keys[1] == key_of(evidence="No.")
    assert keys[2] != keys[0]


def test_the_day_is_the_day_of_the_words_or_unknown() -> None:
    assert day_of(statement(said_on=day(2))) == day(2)
    assert day_of(statement()) is None
