"""The rules that place the positions of a pair, as a table: shifts, restatements, contradictions, what is held."""

from datetime import UTC, date, datetime
from itertools import permutations

import pytest

from handlers.model import Stance
from storage.occasions import Run, Standing, Taken, days_of, follow, weigh
from storage.standing import recency

REJECTS, CONDITIONAL, OPEN, ENGAGED = Stance
WORDS = {"r": REJECTS, "c": CONDITIONAL, "o": OPEN, "e": ENGAGED}


def day(number: int) -> date:
    return date(2025, 1, number)


def taken(text: str) -> list[Taken]:
    """ "3r:AB 5o:A" are a refusal on the 3rd by families A and B, and openness on the 5th by A."""
    found: list[Taken] = []
    for number, part in enumerate(text.split(), 1):
        said, _, names = part.partition(":")
        found.append(Taken(number, WORDS[said[-1]], day(int(said[:-1])), frozenset(names or "A")))
    return found


def walk(text: str) -> tuple[dict[int, Standing], list[str]]:
    """How each position stands, and the shifts: "r>o 5" or "r>o 5 held"."""
    positions = taken(text)
    letters = {each.number: text.split()[each.number - 1].partition(":")[0][-1] for each in positions}
    run: Run | None = None
    placed: dict[int, Standing] = {}
    shifts: list[str] = []
    for each in days_of(positions):
        run, stands, steps = follow(each, run)
        placed |= stands
        shifts += [f"{letters[s.before]}>{letters[s.after]} {s.day.day}{' held' * s.held}" for s in steps]
    return placed, shifts


@pytest.mark.parametrize(
    ("positions", "shifts"),
    [
        ("1r 3r 5r", []),
        ("1r 3o", ["r>o 3"]),
        ("1r 3c 5o 7e 9r", ["r>c 3", "c>o 5", "o>e 7", "e>r 9"]),
        # Unlike stances of one day without a contradiction: the days around it are compared.
        ("1r 3r 3o 5o", ["r>o 5"]),
        ("1r 3c:A 3o:B 5r", []),
        ("3r 3o 5o", []),
        # One family that reports both stances, by topic, contradicts nobody; nor does another that agrees with one of them.
        ("1r 3r:A 3o:A 5o", ["r>o 5"]),
        ("1r 3r:A 3o:AB 5o", ["r>o 5"]),
        # Undecided: held, and a later day is compared with the last undisputed position.
        ("1o 3o:A 3r:B", ["o>r 3 held"]),
        ("1o 3o:A 3r:B 5r", ["o>r 3 held", "o>r 5"]),
        ("1o 3o:A 3r:B 5o", ["o>r 3 held"]),
        ("1c 3o:A 3r:B", ["c>r 3 held", "c>o 3 held"]),
        ("3o:A 3r:B 5r", []),
        # Two families to one: the majority's stance counts, and makes no shift where it is the earlier one.
        ("1r 3o:AC 3r:B 5e", ["r>o 3", "o>e 5"]),
        ("1o 3o:AC 3r:B 5r", ["o>r 5"]),
        ("1r 3o:ACE 3r:BD", ["r>o 3 held"]),
        # A third stance beside a contradiction leaves no single one.
        ("1r 3o:AC 3r:B 3c:D 5o", ["r>o 5"]),
    ],
)  # fmt: skip
def test_shifts(positions: str, shifts: list[str]) -> None:
    assert walk(positions)[1] == shifts


@pytest.mark.parametrize(
    ("positions", "last", "expected"),
    [
        ("1r", 1, Standing(None, None, day(1), 0, True)),
        ("2r 5r", 2, Standing(REJECTS, day(2), day(2), 1, True)),
        ("1r 3r 4r 5o", 3, Standing(REJECTS, day(3), day(1), 2, True)),
        ("1r 3r 5o", 3, Standing(REJECTS, day(3), day(5), 0, True)),
        ("1r 5o 7o", 3, Standing(OPEN, day(5), day(5), 1, True)),
        ("5o 6r 6o 7r", 4, Standing(OPEN, day(5), day(7), 0, True)),
        ("5o 6r 6o 7o", 4, Standing(OPEN, day(5), day(5), 1, True)),
        # On a day of unlike stances the like one restates, the other makes no shift.
        ("1r 5r 5o", 2, Standing(REJECTS, day(1), day(1), 1)),
        ("1r 5r 5o", 3, Standing(None, None, day(5), 0)),
        ("1o 3o:A 3r:B", 3, Standing(None, None, day(3), 0, dispute="held")),
        ("1r 3o:AC 3r:B", 2, Standing(REJECTS, day(1), day(3), 0, True, "upheld")),
        ("1r 3o:AC 3r:B", 3, Standing(REJECTS, day(1), day(1), 1, False, "overruled")),
    ],
)  # fmt: skip
def test_how_a_position_stands(positions: str, last: int, expected: Standing) -> None:
    assert walk(positions)[0][last] == expected


def test_order_of_arrival_tells_nothing() -> None:
    parts = ["1o", "3o:A", "3r:B", "4r", "4r", "6c"]
    seen = {tuple(walk(" ".join(order))[1]) for order in permutations(parts)}
    assert seen == {("o>r 3 held", "o>r 4", "r>c 6")}


@pytest.mark.parametrize(
    ("positions", "is_contradiction", "decided"),
    [("3r:A 3o:B", True, None), ("3r:A 3e:BC", True, ENGAGED), ("3r:A 3c:B", False, None), ("3r:AB 3o:C", True, REJECTS)],
)
def test_contradictions(positions: str, is_contradiction: bool, decided: Stance | None) -> None:
    found = weigh(day(3), taken(positions))
    assert (found.is_contradiction, found.decided) == (is_contradiction, decided)


def test_the_later_day_is_current_and_undated_comes_last() -> None:
    early, late = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC)
    assert recency(day(2), early) > recency(day(1), late) > recency(day(1), early) > recency(None, late) > recency(None, early)
