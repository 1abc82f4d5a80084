"""A text comes in, a sketch of its wording goes out: numbers by which near-copies are told apart from mere quotation.

The sketch holds how many runs of five words the text has and the smallest of their hashes. `storage/families.py` compares two.
"""

import re
import zlib

RUN = 5
"""Words a run: two reports of one speech share its quotation, and few other runs of five."""
KEPT = 120
"""Hashes kept. Most agency texts have fewer runs than that or little more, so that the comparison is nearly exact."""

_WORD = re.compile(r"[^\W_]+")


def sketch(text: str) -> tuple[int, ...]:
    """The number of distinct runs, then their smallest hashes in order; empty for a text shorter than a run."""
    words = _WORD.findall(text.casefold())
    runs = {zlib.crc32(" ".join(words[at : at + RUN]).encode()) for at in range(len(words) - RUN + 1)}
    return (len(runs), *sorted(runs)[:KEPT]) if runs else ()
