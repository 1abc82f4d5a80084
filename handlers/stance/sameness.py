"""Two names or two spans come in; whether the scorer takes them for the same goes out.

Spellings are data (`data/spellings.toml`).
"""

import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache
from importlib import resources
from typing import cast

_LITTLE = frozenset({"of", "the", "and", "for", "in"})


@cache
def _spellings() -> tuple[dict[str, str], re.Pattern[str]]:
    raw = tomllib.loads(resources.files("handlers").joinpath("data", "spellings.toml").read_text(encoding="utf-8"))
    parties = cast("dict[str, list[str]]", raw["parties"])
    known = {spelling: name for name, others in parties.items() for spelling in (name, *others)}
    titles = "|".join(re.escape(title) for title in cast("list[str]", raw["titles"]))
    return known, re.compile(rf"^(?:{titles})\.?\s+")


def normal_name(name: str | None) -> str | None:
    """Fold a name: case, accents and titles away, one spelling for each party."""
    if not name:
        return None
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    text = re.sub(r"\s+", " ", plain.casefold().replace("’", "'").strip())
    known, title = _spellings()
    while text not in known:
        shorter = title.sub("", text)
        if shorter == text:
            return text
        text = shorter
    return known[text]


def is_same_name(first: str | None, second: str | None) -> bool:
    """Whether two names may mean the same: an unknown one matches any, a surname its full name, initials their words."""
    a, b = normal_name(first), normal_name(second)
    if a is None or b is None or a == b:
        return True
    words_a, words_b = a.replace("-", " ").split(), b.replace("-", " ").split()
    if _are_initials(a, words_b) or _are_initials(b, words_a):
        return True
    short, long = (words_a, words_b) if len(words_a) <= len(words_b) else (words_b, words_a)
    return bool(short) and short[-1] == long[-1] and set(short) <= set(long) and len(short[-1]) > 2


def _are_initials(letters: str, words: list[str]) -> bool:
    return len(words) > 2 and letters.replace(".", "") == "".join(word[0] for word in words if word not in _LITTLE)


def _squash(text: str) -> str:
    return re.sub(r"\W+", " ", text).casefold().strip()


def overlaps(first: str, second: str) -> bool:
    """Whether one span holds the other, or shares half of the shorter one's words with it."""
    a, b = _squash(first), _squash(second)
    if not a or not b:
        return False
    if a in b or b in a:
        return True
    bag_a, bag_b = Counter(a.split()), Counter(b.split())
    return 2 * (bag_a & bag_b).total() >= min(bag_a.total(), bag_b.total())
