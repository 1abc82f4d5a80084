"""A parsed sentence comes in; whole wordings that carry a stance of their own ("the door is open") go out as chains.

A new wording is a line in `data/stance.toml`.
"""

from collections.abc import Iterator

from handlers.model import Stance
from handlers.stance.chain import Chain
from handlers.stance.cues import load_cues
from handlers.stance.parsing import Tree, Word
from handlers.stance.polarity import climb, negatives


def _depth(tree: Tree, word: Word) -> int:
    return sum(1 for _ in tree.ancestors(word))


def find_idioms(tree: Tree) -> Iterator[tuple[Chain, Stance]]:
    """Yield whole wordings that carry a stance of their own, hung on their highest word."""
    cues = load_cues()
    source = "".join(word.text + " " * (following - word.end) for word, following in _with_next(tree))
    base = tree.words[0].start if tree.words else 0
    for carried, pattern in cues.idioms:
        for match in pattern.finditer(source):
            stance, words = carried, tree.at(base + match.start(), base + match.end())
            if not words:
                continue
            anchor = min(words, key=lambda word: _depth(tree, word))
            chain = Chain(anchor, [anchor], kind="idiom", start=words[0].start, end=words[-1].end, wording=words)
            denied = [word for word in negatives(tree, anchor, cues) if word not in words]
            climb(tree, chain, cues)
            if chain.blocked or (denied and stance is Stance.ENGAGED):
                continue
            if denied:
                stance = Stance.OPEN if stance is Stance.REJECTS else Stance.REJECTS
            if chain.accept and stance is Stance.OPEN:
                stance = Stance.ENGAGED
            if chain.ready and not denied and stance is Stance.ENGAGED:
                stance = Stance.OPEN  # "is willing to go on talking"
            chain.flips = 1 if stance is Stance.REJECTS else 0
            yield chain, stance


def _with_next(tree: Tree) -> Iterator[tuple[Word, int]]:
    for word, following in zip(tree.words, tree.words[1:], strict=False):
        yield word, following.start
    if tree.words:
        yield tree.words[-1], tree.words[-1].end
