"""Names as they stand in texts → keys that can be compared.

In: any text. Out: `fold` (case, accents, apostrophes and points folded), `key` (also without "the").
Spellings that differ in letters ("Kiev", "Kyiv") are aliases: data, not code.
"""

import functools
import re
import unicodedata

LONGEST = 160
"""Characters; no name is longer, and nothing longer is looked at."""

_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "æ": "ae", "œ": "oe", "ə": "a"})
_APOSTROPHES = "'’‘ʼʻ`´ʿʾ"
_UNSEEN = frozenset({"Mn", "Cf"})
"""Accents, and characters without width: bidi marks, soft hyphens, joiners."""
_POSSESSIVE = re.compile(rf"(?<=\w)[{_APOSTROPHES}]s?(?=\W|$)", re.IGNORECASE)
_DROPPED = re.compile(rf"[{_APOSTROPHES}.\"“”«»]")
_APART = re.compile(r"[\W_]+")


@functools.lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """Lower-case words with single spaces: "Côte d’Ivoire" and "COTE D'IVOIRE" fold alike, "Iran's" to "iran"."""
    text = _DROPPED.sub("", _POSSESSIVE.sub("", text[: 2 * LONGEST]))
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if unicodedata.category(c) not in _UNSEEN).casefold().translate(_LETTERS)
    return _APART.sub(" ", text.lower()).strip()


def without_possessive(text: str) -> str:
    """ "Iran" of "Iran's" or "Iran’s"."""
    return _POSSESSIVE.sub("", text)


def key(name: str) -> str:
    """What a name is looked up by; "" when nothing of it can be (or when it is too long to be a name)."""
    if len(name) > LONGEST:
        name = name.strip()
    return "" if len(name) > LONGEST else fold(name).removeprefix("the ")


def surname_keys(name: str, particles: frozenset[str]) -> tuple[str, ...]:
    """The keys of a full name's last part: "von der leyen" and "leyen", "al burhan" and "burhan"; () for a single name."""
    words = name.split()
    if len(words) < 2:
        return ()
    start = len(words) - 1
    while start > 1 and fold(words[start - 1]) in particles:
        start -= 1
    long = fold(" ".join(words[start:]))
    short = long
    while short.partition(" ")[0] in particles and " " in short:
        short = short.partition(" ")[2]
    return (long,) if short == long else (long, short)
