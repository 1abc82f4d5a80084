"""Words in, whether they are near-identical out; and the numbers under which they are found in a table.

Outlets cut a quotation short, drop a word, or add who said it. Two wordings are twins when the shorter one stands in the
longer, but for a few letters. All that decides this is here.
"""

import re
import zlib
from collections.abc import Iterator

from rapidfuzz import fuzz

from storage.text import fold

LIKENESS = 90.0
"""Of 100: one word in ten differs ("Mr", "Teheran"), not the sense. A refusal and an offer in like words differ in stance."""
FEW, SOME, MANY = 4, 6, 8
"""Words that twins share: for reports of days that touch, for words without a day, and across days that lie apart. The
fewer the words, the likelier they are a set phrase that is said again: "we will not negotiate" is no sign of one occasion."""
LONGEST = 400
"""Characters compared; nobody quotes more in one breath, and hostile texts are long."""
RUN = 3
BANDS = 6
"""Under so many hashes of three-word runs a wording is listed. Twins of a dozen words that differ in one share half of their
runs, so that one pair of twins in 60 is missed (1/2 to the sixth power)."""

_WORD = re.compile(r"[^\W_]+")
_SHORT = (("won't", "will not"), ("cannot", "can not"), ("can't", "can not"), ("n't", " not"))
"""One outlet writes out what another contracts."""
_QUOTE = re.compile(r'"')
_SEEDS = tuple(0x9E3779B1 * (turn + 1) & 0xFFFFFFFF for turn in range(BANDS))


def wording(evidence: str, *, is_direct: bool) -> str:
    """The words that are compared: the longest passage in quotation marks where there is one, without case and marks."""
    text = fold(evidence)
    if is_direct and '"' in text:
        text = max(_QUOTE.split(text), key=len)
    for short, full in _SHORT:
        text = text.replace(short, full)
    return " ".join(_WORD.findall(text))[:LONGEST]


def are_twins(one: str, other: str, fewest: int) -> bool:
    """Whether two wordings are the same words, at least so many of them."""
    if min(one.count(" "), other.count(" ")) + 1 < fewest:
        return False
    return one == other or fuzz.partial_ratio(one, other, score_cutoff=LIKENESS) >= LIKENESS


def bands(words: str, pair: str) -> Iterator[int]:
    """Numbers of which twins of one pair share at least one, most likely; none for words too few to tell a day."""
    parts = words.split(" ")
    if len(parts) < SOME:
        return
    runs = [zlib.crc32(" ".join(parts[at : at + RUN]).encode()) for at in range(len(parts) - RUN + 1)]
    for turn, seed in enumerate(_SEEDS):
        least = min([(number ^ seed) * 0x85EBCA6B & 0xFFFFFFFF for number in runs])
        # Signed 64 bits: the pair above, the run below.
        yield (zlib.crc32(f"{turn} {pair}".encode()) & 0x7FFFFFFF) << 32 | least
