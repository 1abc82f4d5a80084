"""The account of a reading in; lines for a terminal and a plain object out: how each sentence went through the pipeline."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from bot.markup import clean, shorten

if TYPE_CHECKING:  # it brings the parser's library along
    from handlers.stance.explaining import Account
    from handlers.stance.steps import Step

STAGE = 12
"""Characters of the widest stage's name, and one space."""
LONGEST = 120
"""Characters of the article's words in a line; the offsets say where the rest is."""


def account_lines(account: "Account") -> Iterator[str]:
    yield from map(_line, account.steps)
    for told in account.sentences:
        yield ""
        yield f"Characters {told.start} to {told.end}: {_bare(told.sentence)}"
        yield from map(_line, told.steps)
        for found in told.statements:
            pair = f"{clean(found.speaker)} → {clean(found.counterpart or 'nobody named')}"
            yield f"  => {pair}: {found.stance.value}, {found.confidence:.2f}"
        if not told.statements:
            yield "  => no statement"


def account_record(account: "Account") -> dict[str, object]:
    """For `--json`: the same steps with their offsets; statements stand beside it already."""
    sentences = [
        {"sentence": told.sentence, "start": told.start, "end": told.end, "steps": [asdict(step) for step in told.steps]}
        for told in account.sentences
    ]
    return {"steps": [asdict(step) for step in account.steps], "sentences": sentences}


def _line(step: "Step") -> str:
    words = shorten(_bare(step.words), LONGEST)
    return f"  {step.stage:{STAGE}} {words + ': ' if words else ''}{clean(step.taken_for)}"


def _bare(words: str) -> str:
    """On one line, and without what steers a terminal."""
    return " ".join(clean(words).split())
