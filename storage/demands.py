"""Conditions in their own words in, the ledger of a pair out: which demands they make, how often, and which stand. Pure.

One condition may hold several demands ("if A is lifted and B is freed"); one demand comes in many words. Words that mean
the same are data (`demands.toml`).
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

from handlers.model import Stance
from storage.occasions import TALKS, Day
from storage.text import fold

SHARED = 0.6
"""Share of the shorter demand's things that two wordings of one demand name both: "the dismissed crane operators" and "our
sacked crane drivers" share all three by meaning, "missile tests" and "nuclear tests" one of two."""

State = Literal["standing", "dropped", "withdrawn"]

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_PARTS = re.compile(r"\s*;\s*|,?\s+and\s+(?:(?:that|if|once|when|unless|until)\s+)?|,\s+", re.IGNORECASE)
_DOING = re.compile(r"\b(?:is|are|be|been|was|were|has|have|must|should|can|do|does)\b", re.IGNORECASE)
_ENDINGS = ("ations", "ation", "ings", "ing", "ers", "er", "ed", "es", "s", "e")


@dataclass(frozen=True, slots=True)
class Demand:
    """What a condition asks for: acts and things, by what they mean."""

    words: str
    acts: frozenset[str]
    things: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stated:
    """A condition as one position states it."""

    position: int
    day: date | None
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A demand of the ledger; `positions` in order of day."""

    words: str
    first: date | None
    last: date | None
    positions: tuple[int, ...]
    state: State


def ledger(stated: Iterable[Stated], days: Sequence[Day], names: Iterable[str] = ()) -> list[Entry]:
    """The demands of one pair, the first stated first. `names` are those of the pair: they tell no demand from another."""
    left_out = {word for name in names for word in _WORD.findall(fold(name))}
    made = [(each, demand) for each in sorted(stated, key=_order) for demand in demands(each.words, left_out)]
    groups: list[list[tuple[Stated, Demand]]] = []
    for each, demand in made:
        joined = [group for group in groups if any(is_same(demand, other) for _, other in group)]
        merged = sorted((*(pair for group in joined for pair in group), (each, demand)), key=lambda pair: _order(pair[0]))
        groups = [group for group in groups if group not in joined] + [merged]
    return sorted((_entry(group, days) for group in groups), key=lambda entry: (entry.first or date.max, entry.words))


def _order(stated: Stated) -> tuple[date, str, int]:
    """Without the position's number, which tells the order of arrival, before the words."""
    return (stated.day or date.max, stated.words, stated.position)


def _entry(group: Sequence[tuple[Stated, Demand]], days: Sequence[Day]) -> Entry:
    known = [each.day for each, _ in group if each.day is not None]
    first, last = min(known, default=None), max(known, default=None)
    numbers = dict.fromkeys(each.position for each, _ in group)
    return Entry(group[0][1].words, first, last, tuple(numbers), state_after(last, days))


def state_after(last: date | None, days: Iterable[Day]) -> State:
    """What became of a condition that was stated last on that day; of one without a day nothing is known."""
    if last is None:
        return "standing"
    for day in days:
        if day.day > last and (end := _end(day)) is not None:
            return end
    return "standing"


def _end(day: Day) -> State | None:
    """Unconditional openness drops a condition, a refusal that is not limited to a topic withdraws it; what is disputed does
    neither.
    """
    stances = {taken.stance for taken in day.standing}
    if not stances or day.held:
        return None
    if stances <= TALKS:
        return "dropped"
    is_refusal = stances == {Stance.REJECTS} and not all(taken.is_scoped for taken in day.standing)
    return "withdrawn" if is_refusal else None


def demands(words: str, left_out: Iterable[str] = ()) -> list[Demand]:
    """The demands that a condition makes: its parts, where each says what is to be done to what."""
    parts = [part for part in _PARTS.split(words) if part.strip()]
    found: list[str] = []
    for part in parts:
        if found and not (_is_whole(part) and _is_whole(found[-1])):
            found[-1] = words[words.index(found[-1]) : words.index(part, words.index(found[-1])) + len(part)]
        else:
            found.append(part)
    return [_demand(part, set(left_out)) for part in found]


def _is_whole(part: str) -> bool:
    demand = _demand(part, set())
    return bool(demand.things) and (bool(demand.acts) or _DOING.search(part) is not None)


def _demand(words: str, left_out: set[str]) -> Demand:
    acts, things, small = _meanings()
    found = [word.removesuffix("'s") for word in _WORD.findall(fold(words)) if word.removesuffix("'s") not in left_out]
    meant = [acts.get(word) or acts.get(_stem(word)) for word in found]
    named = [
        things.get(word) or things.get(_stem(word)) or _stem(word)
        for word, act in zip(found, meant, strict=True)
        if act is None and word not in small and len(word) > 1
    ]
    return Demand(words.strip(" ,.;"), frozenset(act for act in meant if act), frozenset(named))


def is_same(one: Demand, other: Demand) -> bool:
    """Whether two wordings make one demand: they name the same things, and do not ask to do different things with them."""
    if one.acts and other.acts and not one.acts & other.acts:
        return False
    fewer = min(len(one.things), len(other.things))
    if not fewer:
        return fold(one.words) == fold(other.words)
    return len(one.things & other.things) >= SHARED * fewer


def _stem(word: str) -> str:
    """Crude, and the same for every form: plates and plate, testing and tests."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@cache
def _meanings() -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    tables = tomllib.loads(resources.files("storage").joinpath("demands.toml").read_text(encoding="utf-8"))

    def by_form(name: str) -> dict[str, str]:
        lines: dict[str, list[str]] = tables[name]
        forms = {form: meaning for meaning, words in lines.items() for form in (meaning, *words)}
        return {_stem(form): meaning for form, meaning in forms.items()} | forms

    return by_form("acts"), by_form("things"), frozenset(tables["small"]["words"])
