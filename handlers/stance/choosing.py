"""Options with named features come in; a probability for each goes out: a conditional logit (McFadden 1974).

The weights are data (`data/choices.toml`), fitted on the corpus by `python -m tests.training.fit`. A feature that the file
does not name weighs nothing, so a new one can be measured before it counts.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import cast

Features = dict[str, float]


@cache
def load_weights(choice: str) -> Mapping[str, float]:
    """Give the weights of one table of the file: "holder", "partner", "confirming" or "finding"."""
    raw = tomllib.loads(resources.files("handlers").joinpath("data", "choices.toml").read_text(encoding="utf-8"))
    return cast("dict[str, dict[str, float]]", raw).get(choice, {})


def score(features: Features, weights: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in features.items())


def choose(options: Sequence[Features], choice: str) -> list[float]:
    """Give each option's probability; they add up to 1. () for no options."""
    weights = load_weights(choice)
    scores = [score(each, weights) for each in options]
    top = max(scores, default=0.0)
    powers = [math.exp(each - top) for each in scores]
    return [power / sum(powers) for power in powers]
