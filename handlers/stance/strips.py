"""A sentence and the one before it come in; the pieces that the encoder reads go out. Training and reading cut alike."""

from dataclasses import dataclass

from handlers.stance.pieces import Vocabulary

LONGEST_SENTENCE = 80
"""Pieces: 99 of 100 sentences of news have fewer."""
LONGEST_BEFORE = 20
"""Pieces of the sentence before, its end: enough to know what "that" or "it" is about."""


@dataclass(frozen=True, slots=True)
class Strip:
    """`first` is where the sentence itself begins; the last piece is a stop."""

    pieces: tuple[int, ...]
    first: int


def strip(vocabulary: Vocabulary, before: str, sentence: str) -> Strip:
    start, stop = vocabulary.number("[CLS]"), vocabulary.number("[SEP]")
    opening = [start, *vocabulary.of(before)[-LONGEST_BEFORE:], stop]
    return Strip((*opening, *vocabulary.of(sentence)[:LONGEST_SENTENCE], stop), len(opening))
