"""Text from outside in, text that every database takes out.

All stored text passes `clean` (the column type `columns.Text` applies it), so no noun has to think of it.
"""

import hashlib
import re
import unicodedata

NAME_LENGTH = 200
"""Characters of a name that are kept. Names are indexed, and PostgreSQL refuses index entries above 2704 bytes."""

KEY_LENGTH = 500
"""Characters of an identity that are stored as they are, for the same reason."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r'"([^"]*)"')
LONGEST_WORD = 60
"""Characters of a word that are searched; PostgreSQL refuses words above 2046 bytes."""
MOST_WORDS = 12
"""Of one search; further ones are left out."""
_SPACES = re.compile(r"\s+")
_PLAIN = str.maketrans("‘’‚‛“”„‟«»‐‑‒–—―", '\'\'\'\'""""""------')


def clean(text: str) -> str:
    """Replace what PostgreSQL (NUL) or UTF-8 (lone surrogates) cannot hold, one for one, so that offsets stay true."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def clean_name(text: str) -> str:
    """A name as it is stored: clean, and no longer than an index can hold."""
    return clean(text)[:NAME_LENGTH]


def clean_key(text: str) -> str:
    """An identity as it is stored: a long one is replaced by its hash, so that two long ones never meet in their head."""
    text = clean(text)
    if len(text) <= KEY_LENGTH:
        return text
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def fold(text: str) -> str:
    """What a search compares: no case, no accents, plain quotation marks and dashes, single spaces."""
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", clean(text).translate(_PLAIN)).casefold())
    return _SPACES.sub(" ", "".join(char for char in spread if not unicodedata.combining(char))).strip()


def words_of(text: str) -> list[str]:
    """The words that a search compares: folded, without a plural's "s", in order; marks of any kind are none.

    Both databases get the words from here, ready-made, so neither parses text or syntax by rules of its own.
    """
    return [_stem(word[:LONGEST_WORD]) for word in _WORD.findall(fold(text))]


def phrases_of(text: str) -> list[str]:
    """What stands in quotation marks: words that must follow each other."""
    plain = clean(text).translate(_PLAIN)
    return [" ".join(words) for part in _QUOTED.findall(plain) if len(words := words_of(part)) > 1]


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
