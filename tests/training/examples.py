"""Labelled articles come in; sentences with the stances that they carry go out: what the encoder learns from.

A sentence that says again what the article's label places elsewhere is neither right nor wrong (guide rule 7), nor is an
optional one: there, those stances are `allowed` beside none.
"""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from handlers.furniture import clean
from handlers.model import Article, Stance
from handlers.sentences import Sentence, split
from handlers.stance.pieces import Vocabulary
from handlers.stance.strips import strip

STANCES = tuple(Stance)
OVERLAP = 0.5
"""Share of the shorter one that label and sentence must have in common."""
HELD_BACK = 5
"""Every fifth article teaches the encoder nothing: it measures, and weighs the votes."""
COMMON = 3
"""Letters: a word of so few says nothing about what a sentence is on."""
REPEATED = 3
"""Longer words in common with a label: on the same thing."""
_WORDS = re.compile(r"\w+")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    article: str
    pieces: tuple[int, ...]
    first: int
    stances: tuple[int, ...]
    allowed: tuple[int, ...]


def read(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def article_of(row: Row) -> Article:
    published = date.fromisoformat(row["published"]) if row.get("published") else None
    return Article(row["text"], "corpus", row["id"], outlet=row.get("outlet"), title=row.get("title"), published=published)


def is_taught(row: Row) -> bool:
    """Whether the encoder learns from an article; never from one that was written after it was trained."""
    return zlib.crc32(row["id"].encode()) % HELD_BACK != 0 and not row.get("later")


def examples(row: Row, vocabulary: Vocabulary) -> Iterator[Example]:
    text = row["text"]
    sentences = list(split(text, clean(text).spans))
    for number, sentence in enumerate(sentences):
        before = text[sentences[number - 1].start : sentences[number - 1].end] if number else ""
        cut = strip(vocabulary, before, text[sentence.start : sentence.end])
        here = [label["stance"] for label in row["statements"] if is_in(label, sentence, text)]
        perhaps = [label["stance"] for label in row.get("optional", []) if is_in(label, sentence, text)]
        if not here:
            perhaps += [
                label["stance"] for label in row["statements"] if _says_again(label, text, sentence, is_first=number == 0)
            ]
        yield Example(row["id"], cut.pieces, cut.first, _numbers(here), _numbers(perhaps))


def _says_again(label: Row, text: str, sentence: Sentence, *, is_first: bool) -> bool:
    """Whether a sentence may repeat a labelled statement: a headline, or the same person with some of the same words."""
    said = set(_WORDS.findall(text[sentence.start : sentence.end].casefold()))
    names = {name.casefold().split()[-1] for name in [label["speaker"], *label.get("speaker_alt", [])]}
    shared = {word for word in said & set(_WORDS.findall(label["evidence"].casefold())) if len(word) > COMMON}
    return is_first or (bool(names & said) and len(shared) >= REPEATED)


def _numbers(stances: list[str]) -> tuple[int, ...]:
    return tuple(sorted({STANCES.index(Stance(stance)) for stance in stances}))


def is_in(label: Row, sentence: Sentence, text: str) -> bool:
    for evidence in [label["evidence"], *label.get("evidence_alt", [])]:
        start = text.find(evidence)
        shared = min(start + len(evidence), sentence.end) - max(start, sentence.start)
        if start >= 0 and shared >= OVERLAP * min(len(evidence), sentence.end - sentence.start):
            return True
    return False
