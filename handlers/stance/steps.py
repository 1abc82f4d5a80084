"""One step of the way that a sentence took through the pipeline: what `explaining` and `tallies` tell."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that one stage found: the article's words, where they stand, and what they were taken for."""

    stage: str
    words: str
    taken_for: str
    start: int | None = None
    end: int | None = None
