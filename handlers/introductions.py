"""A name and the words around it come in; what the article says of the person goes out: party, role, description.

A wrong party is worse than none: only words of the same phrase count. Titles are words of `data/cues.toml`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from handlers.wording import load_words

PartyOf = Callable[[str], str | None]

_BEFORE = re.compile(r"[^.,;:!?()\"“”\n]{0,90}$")
_AFTER = re.compile(r"(?:,|\s\(|\s[–—])\s*([\w’'][^,.;:!?\"“”\n()]{2,110})[,.)–—]")
_CAPITALS = re.compile(r"[A-Z][\w.’'-]*(?: (?:of (?:the )?)?[A-Z][\w.’'-]*)*")
_WORD = re.compile(r"[\w’'.-]+")
_LOOSE = frozenset({"to", "in", "on", "at", "from", "for", "of"})
_OWNED = re.compile(r"(?:an?|the|its|his|her|their|\w+[’']s?)$", re.IGNORECASE)
_LEADS_IT = re.compile(r"who (?:heads?|leads?|led|chairs?|directs?|runs|represents?|speaks for|is|was)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[.!?]\s+|\n|[“”\"]|\s[—–-]+\s")
_AUXILIARY = r"(?:will|would|is|are|was|were|remains?|does|do|has|have|had|cannot|can|did)(?: not| no| also| still)?"
_WILL = re.compile(
    rf"\W*(?:The )?([A-Z][\w’'-]*(?: [A-Z][\w’'-]*){{0,2}}) (?:{_AUXILIARY}|rejects|refuses|wants|accepts|plans|intends) "
)
_OF_A_GOVERNMENT = re.compile(
    r"\b(?:(?:foreign|interior|defen[cs]e|government|presidential) (?:ministry|minister|secretary|spokes\w+)"
    r"|(?:group|movement|government|country|rebel|militia|junta)s?[’'](?:s)? (?:\w+ )?(?:spokes\w+|negotiator|leader))",
    re.IGNORECASE,
)
_UNQUOTED = re.compile(r"[“\"][^“”\"]*[”\"]?")
_OPENING = re.compile(
    r"(?:[A-Z][A-Z .,'’/-]+(?:\([^)]*\) ?)?[:—–-]+)?\W*((?:The )?[A-Z][\w’'-]*(?: [A-Z0-9][\w’'-]*){0,2}(?: rebels)?) [a-z]"
)
LONGEST_NAME = 4


@dataclass(frozen=True, slots=True)
class Introduction:
    """How an article introduces somebody."""

    party: str | None
    description: str | None
    gender: Literal["f", "m"] | None
    rank: int


@cache
def _set(name: str) -> frozenset[str]:
    return load_words().words(name)


def _is_role(word: str) -> bool:
    folded = word.casefold().strip("’'.")
    return folded in _set("titles") or folded in _set("person_nouns") or folded in _set("onlookers")


def phrase_before(text: str, start: int) -> str:
    """Give the noun phrase that leads to a name: "Iranian lawmaker", or in apposition "Israel's ambassador to Rome,"."""
    stop = start - 2 if text[start - 2 : start] == ", " else start
    match = _BEFORE.search(text, max(0, stop - 90), stop)
    words = list(_WORD.finditer(match.group())) if match else []
    first = len(words)
    while first and not _cuts(words, first - 1):
        first -= 1
    return match.group()[words[first].start() :] if match and first < len(words) else ""


def _cuts(words: list[re.Match[str]], at: int) -> bool:
    """Whether a word belongs to the clause around the phrase: a verb, "and", a preposition that hangs on no title."""
    word = words[at].group().casefold()
    if word in _LOOSE:
        return at == 0 or not any(_is_role(each.group()) for each in words[max(0, at - 2) : at])
    return word in _set("clause_words")


def phrase_after(text: str, end: int) -> str:
    """Give the apposition behind a name (", a spokeswoman for the dockers,"); "" where a clause follows instead."""
    match = _AFTER.match(text, end)
    if match is None:
        return ""
    phrase = match.group(1).strip()
    words = _WORD.findall(phrase)
    opens = bool(_OWNED.match(words[0])) or words[0][0].isupper() or _is_role(words[0]) or words[0] == "who"
    if words[0] == "who":
        return phrase if _LEADS_IT.match(phrase) else ""
    return phrase if opens and any(_is_role(word) for word in words) else ""


def _party_in(phrase: str, party_of: PartyOf) -> str | None:
    """Find the first party of a phrase that owns the role; an envoy "to" or "for" a country does not speak for it."""
    for run in _CAPITALS.finditer(phrase):
        words = list(_WORD.finditer(run.group()))
        before = _WORD.findall(phrase[: run.start()].casefold())
        sent = bool({"to", "on", "for"} & {word for word in before[-2:] if word != "the"})
        if sent and not any(word.startswith(("spokes", "minist", "secretar")) for word in before):
            return None
        for first in range(len(words)):
            for size in range(min(LONGEST_NAME, len(words) - first), 0, -1):
                name = run.group()[words[first].start() : words[first + size - 1].end()]
                party = party_of(name)
                if party is not None:
                    return party
    return None


def _party_further_on(text: str, start: int, before: str, party_of: PartyOf) -> str | None:
    """ "A commander of the Revolutionary Guards, General X": the phrase before the comma of the title's phrase."""
    at = text.rfind(before, 0, start)
    earlier = phrase_before(text, at) if at > 0 and text[at - 2 : at] == ", " else ""
    return _party_in(earlier, party_of) if any(_is_role(word) for word in _WORD.findall(earlier)) else None


def _party_of_clause(text: str, before: str, party_of: PartyOf) -> str | None:
    """ "Iran will not hold talks, Deputy Foreign Minister X said": who tells of a party's will is that party's minister."""
    words = _WORD.findall(before.casefold())
    if not any(
        word.startswith(("minist", "spokes", "negotiat", "president", "premier", "advis", "secretar")) for word in words
    ):
        return None
    clause = _CLAUSE.split(text)[-1]
    match = _WILL.match(clause)
    if match is None or (words[0] not in {"its", "the"} and not before[0].isupper() and words[0] != "presidential"):
        return None
    return party_of(match.group(1))


def _rank(words: set[str]) -> int:
    """Rank a voice by its title, as the registry does: 2 heads a government, 3 a minister or envoy, 4 a spokesperson."""
    if any(word.startswith("spokes") for word in words):
        return 4
    return 3 if words & _set("envoy_titles") else 9


def introduce(text: str, start: int, end: int, party_of: PartyOf, floor: int = 0) -> Introduction:
    """Read how a name at this place is introduced; its paragraph begins at `floor`."""
    before, after = phrase_before(text, start), phrase_after(text, end)
    folded_before, folded_after = (set(re.findall(r"[\w-]+", phrase.casefold())) for phrase in (before, after))
    words = folded_before | folded_after
    watching = bool(words & _set("onlookers"))
    party = None if watching else _party_in(before, party_of) or _party_in(after, party_of)
    if party is None and not watching and any(_is_role(word) for word in folded_before):
        party = _party_further_on(text, start, before, party_of) or _party_of_clause(
            text[max(floor, start - 400) : start], before, party_of
        )
    gender = "f" if words & _set("feminine") else "m" if words & _set("masculine") else None
    titled = any(_is_role(word) for word in folded_before)
    description = (before.strip(" ,\xa0") if titled else after.strip()) or None
    return Introduction(party, description, gender, _rank(words))


def party_before(text: str, start: int, end: int, party_of: PartyOf) -> str | None:
    """ "Islamabad answered. “…,” said Foreign Secretary X": the party that opens a sentence before, if nothing else is named.

    Only for titles that belong to a government or to a group ("the movement's spokesman").
    """
    before, after = phrase_before(text, start), phrase_after(text, end)
    if not _OF_A_GOVERNMENT.search(before) and not _OF_A_GOVERNMENT.search(after):
        return None
    sentences = _sentences_until(text, start)
    own = _UNQUOTED.sub(" ", sentences[-1] + text[start : end + 80].split(".")[0]).replace(before, " ")
    if any(party_of(name) for name in _names_in(own)):
        return None
    for sentence in reversed(sentences[-4:-1]):
        opening = _OPENING.match(sentence)
        if opening is not None and sentence[:1] not in '“"':
            return next((found for name in _names_in(opening.group(1)) if (found := party_of(name))), None)
    return None


def _sentences_until(text: str, start: int) -> list[str]:
    pieces = re.split(r"(?<=[.!?])[”\"]?\s+(?=[A-Z“\"])|\n+", text[max(0, start - 700) : start])
    return [piece for piece in pieces if piece.strip()] or [""]


def _names_in(phrase: str) -> list[str]:
    """List the capitalised runs of a phrase, each also by its single words and pairs."""
    found: list[str] = []
    for run in _CAPITALS.finditer(phrase):
        words = run.group().split()
        found += [" ".join(words[i : i + size]) for size in (3, 2, 1) for i in range(len(words) - size + 1)]
    return found


def is_headline(text: str) -> bool:
    """Whether most words are capitalised: there a capital says nothing about names."""
    words = re.findall(r"[^\W\d_]{3,}", text)
    return (
        len(text) < 160
        and not text.rstrip().endswith((".", "”", '"'))
        and len(words) > 2
        and sum(word[0].isupper() for word in words) > 0.6 * len(words)
    )
