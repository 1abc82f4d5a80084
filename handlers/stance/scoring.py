"""Gold articles and found statements come in; precision, recall and F1 go out, as the annotation guide defines them.

A found triple (speaker, counterpart, stance) is a hit when its evidence overlaps the gold evidence; each gold row takes one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from handlers.model import Stance
from handlers.stance.sameness import is_same_name, normal_name, overlaps

LEVELS: dict[str, tuple[str, ...]] = {
    "triple": ("speaker", "counterpart", "stance"),
    "pair": ("speaker", "stance"),
    "speaker": ("speaker",),
    "evidence": (),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One statement as the scorer sees it; every spelling and span that stands for it."""

    speakers: tuple[str, ...]
    counterpart: str | None
    stance: str
    spans: tuple[str, ...]
    said_on: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """Counts of one strictness."""

    hit: int = 0
    found: int = 0
    gold: int = 0

    @property
    def precision(self) -> float:
        return self.hit / self.found if self.found else float(not self.gold)

    @property
    def recall(self) -> float:
        return self.hit / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def plus(self, hit: int, found: int, gold: int) -> "Level":
        return Level(self.hit + hit, self.found + found, self.gold + gold)


@dataclass(slots=True)
class Figures:
    """All figures of one run; `lines` prints them as the reference scorer does."""

    levels: dict[str, Level] = field(default_factory=lambda: dict.fromkeys(LEVELS, Level()))
    by_stance: dict[str, Level] = field(default_factory=dict[str, Level])
    """The triples again, each stance apart: a hit has the stance on both sides."""
    stances: tuple[int, int] = (0, 0)
    dates: tuple[int, int] = (0, 0)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    false_alarms: int = 0
    quiet: int = 0
    missed: list[tuple[str, Row]] = field(default_factory=list[tuple[str, Row]])
    extra: list[tuple[str, Row]] = field(default_factory=list[tuple[str, Row]])

    @property
    def stance_accuracy(self) -> float | None:
        return _share(*self.stances)

    @property
    def date_accuracy(self) -> float | None:
        return _share(*self.dates)

    def lines(self) -> list[str]:
        found = [
            f"{name:9} precision {_short(level.precision)}  recall {_short(level.recall)}  F1 {_short(level.f1)}  "
            f"({level.hit} of {level.gold} gold, {level.found} found)"
            for name, level in self.levels.items()
        ]
        confused = {f"{gold}->{other}": count for (gold, other), count in sorted(self.confusion.items()) if gold != other}
        return [
            *found,
            f"stance accuracy on matched speakers: {self.stance_accuracy}",
            f"date accuracy on matched triples:    {self.date_accuracy}",
            f"articles without statements that raised one: {self.false_alarms}/{self.quiet}",
            f"confusions: {confused}",
        ]


def _short(figure: float) -> str:
    """Round as the reference does, in two steps: its four digits are what it stores, three what it prints."""
    return f"{round(figure, 4):.3f}"


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in cast("list[object]", value)) if isinstance(value, list) else ()


def _row(raw: Mapping[str, object]) -> Row:
    day, counterpart = raw.get("said_on"), raw.get("counterpart")
    return Row(
        (str(raw.get("speaker") or ""), *_texts(raw.get("speaker_alt"))),
        str(counterpart) if counterpart else None,
        str(raw.get("stance")),
        (str(raw.get("evidence") or ""), *_texts(raw.get("evidence_alt"))),
        str(day) if day else None,
    )


def _distinct(rows: Iterable[Row]) -> list[Row]:
    """Fold rows that differ in scope or span alone; the first one's day and spellings stay."""
    kept: dict[tuple[str | None, str | None, str], Row] = {}
    for row in rows:
        key = (normal_name(row.speakers[0]), normal_name(row.counterpart), row.stance)
        before = kept.get(key)
        kept[key] = replace(before, spans=(*before.spans, *row.spans)) if before else row
    return list(kept.values())


def _fits(gold: Row, found: Row, keys: Sequence[str]) -> bool:
    if not any(overlaps(mine, other) for mine in gold.spans for other in found.spans):
        return False
    if "stance" in keys and gold.stance != found.stance:
        return False
    if "speaker" in keys and not (found.speakers[0] and any(is_same_name(name, found.speakers[0]) for name in gold.speakers)):
        return False
    return "counterpart" not in keys or is_same_name(gold.counterpart, found.counterpart)


def _matching(gold: list[Row], found: list[Row], keys: Sequence[str]) -> list[tuple[int, int]]:
    """Pair as many gold rows as possible with a found row of their own (augmenting paths)."""
    choices = [[j for j, other in enumerate(found) if _fits(row, other, keys)] for row in gold]
    owner: dict[int, int] = {}
    for i in range(len(gold)):
        _place(i, choices, owner, set())
    return [(i, j) for j, i in owner.items()]


def _place(i: int, choices: list[list[int]], owner: dict[int, int], seen: set[int]) -> bool:
    for j in choices[i]:
        if j not in seen:
            seen.add(j)
            if j not in owner or _place(owner[j], choices, owner, seen):
                owner[j] = i
                return True
    return False


def _add_article(figures: Figures, key: str, gold: list[Row], optional: list[Row], found: list[Row]) -> None:
    spared = {j for _, j in _matching(optional, found, LEVELS["pair"])}
    if not gold:
        figures.quiet += 1
        figures.false_alarms += len(found) > len(spared)
    for name, keys in LEVELS.items():
        pairs = _matching(gold, found, keys)
        counted = len(found) - len(spared - {j for _, j in pairs})
        figures.levels[name] = figures.levels[name].plus(len(pairs), counted, len(gold))
        if name == "speaker":
            _add_stances(figures, gold, found, pairs)
        elif name == "triple":
            _add_triples(figures, key, gold, found, pairs, spared)


def _add_stances(figures: Figures, gold: list[Row], found: list[Row], pairs: list[tuple[int, int]]) -> None:
    right = sum(gold[i].stance == found[j].stance for i, j in pairs)
    figures.stances = (figures.stances[0] + right, figures.stances[1] + len(pairs))
    figures.confusion.update((gold[i].stance, found[j].stance) for i, j in pairs)


def _add_triples(
    figures: Figures, key: str, gold: list[Row], found: list[Row], pairs: list[tuple[int, int]], spared: set[int]
) -> None:
    dated = [(gold[i].said_on, found[j].said_on) for i, j in pairs if gold[i].said_on]
    figures.dates = (figures.dates[0] + sum(mine == other for mine, other in dated), figures.dates[1] + len(dated))
    hit_gold, hit_found = {i for i, _ in pairs}, {j for _, j in pairs}
    counted = [row for j, row in enumerate(found) if j in hit_found or j not in spared]
    for stance in Stance:
        numbers = [sum(row.stance == stance for row in rows) for rows in ([gold[i] for i in hit_gold], counted, gold)]
        figures.by_stance[stance] = figures.by_stance.get(stance, Level()).plus(*numbers)
    figures.missed += [(key, row) for i, row in enumerate(gold) if i not in hit_gold]
    figures.extra += [(key, row) for j, row in enumerate(found) if j not in hit_found and j not in spared]


def score(gold: Iterable[Mapping[str, object]], predicted: Mapping[str, Sequence[Mapping[str, object]]]) -> Figures:
    """Compare gold articles with the statements found in each; an article with no key in `predicted` has none."""
    figures = Figures()
    for article in gold:
        key = str(article["id"])
        rows = _rows(article)
        _add_article(
            figures, key, _distinct(rows("statements")), rows("optional"), _distinct(map(_row, predicted.get(key, ())))
        )
    return figures


def _rows(article: Mapping[str, object]) -> Callable[[str], list[Row]]:
    def read(name: str) -> list[Row]:
        return [_row(raw) for raw in cast("list[Mapping[str, object]]", article.get(name) or [])]

    return read
