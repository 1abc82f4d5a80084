"""Names as texts write them → canonical actors, by the day on which they were written.

In: a name, a title, an adjective, a capital; often a day. Out: an `Actor` of the data files, or None; nothing here raises.
A new actor is an entry in `data/actors/*.toml`, a new title or institution a line of `data/naming.toml`.
"""

import functools
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.resources import files

from rapidfuzz import fuzz, process

from handlers import names, roster
from handlers.model import Actor, Office
from handlers.roster import Roster

_NEAR_DAYS = 5 * 365
"""Out of office for no longer, a surname alone still means the one who held it ("Clinton" in 2016 is not Bill)."""
_MOST_WORDS = 14
"""More words than any titles and name have together."""


class Registry:
    """Who can speak or be spoken to. Look-ups are dictionary reads; `on` is the day of the text."""

    def __init__(self, roster: Roster) -> None:
        self.actors = roster.actors
        self._naming = roster.naming
        self._named = roster.named
        self._surnamed = roster.surnamed
        self._words = roster.words
        self._with_article = roster.with_article
        self._by_name = {actor.name: actor for actor in roster.actors}
        self._held: dict[tuple[str, str], list[tuple[Office, Actor]]] = {}
        for actor in roster.actors:
            for office in actor.offices:
                self._held.setdefault((self._naming.title(office.title), office.party), []).append((office, actor))
        self._spellings = {names.key(text): actor.name for actor in roster.actors for text in (*actor.aliases, actor.name)}

    def find(self, name: str, on: date | None = None) -> Actor | None:
        """Whom the text means by a name, surname, title, capital or institution; None when unknown or ambiguous."""
        if not (words := self._name_words(name)):
            return None
        key = " ".join(words)
        held = self.holder(key, self._naming.owners[key], on) if key in self._naming.owners else None
        return held or self._exact(key, on) or self._titled(words, on) or self._institution(words, on)

    def holder(self, title: str, party: str, on: date | None) -> Actor | None:
        """Who held the office on that day; without a day, or of an office held by several, only if just one person did."""
        owner, title = self.party_of(party), self._naming.title(title)
        titles = self._naming.leads.get(title, (title,))
        held = [pair for wanted in titles for pair in self._held.get((wanted, owner or ""), [])]
        if on is None:
            return _one(actor for _, actor in held)
        held = _in_office(held, on)
        best = min((actor.rank for _, actor in held), default=0)
        return _one(actor for _, actor in held if actor.rank == best)

    def party_of(self, word: str) -> str | None:
        """The party that a name, an adjective, its people, a capital or an institution stands for."""
        if not (words := self._name_words(word)):
            return None
        actor = self._words.get(" ".join(words)) or self._institution(words, None)
        return actor.name if actor else None

    def nearest(self, name: str, limit: int = 5) -> list[str]:
        """Canonical names that resemble it, best first."""
        if not (key := names.fold(name)):
            return []
        found = process.extract(key, self._spellings.keys(), scorer=fuzz.WRatio, limit=4 * limit, score_cutoff=50)
        return list(dict.fromkeys(self._spellings[spelling] for spelling, _, _ in found))[:limit]

    def office(self, name: str, on: date | None) -> str | None:
        """The office in words ("Supreme Leader of Iran"): of that day, or the latest known when no day is given."""
        actor = self.find(name, on)
        held = [office for office in actor.offices if on is None or _distance(office, on) == 0] if actor else []
        if not held:
            return None
        latest = max(held, key=lambda office: office.since or date.min)
        if any(word.islower() for word in latest.title.split()):  # "Foreign Ministry spokesman", "Secretary of State"
            return f"{latest.title}, {latest.party}"
        return f"{latest.title} of {'the ' if latest.party in self._with_article else ''}{latest.party}"

    def _name_words(self, name: str) -> list[str]:
        """The folded words, or none when this cannot be a name."""
        words = names.key(name).split()
        return words if len(words) <= _MOST_WORDS and self._naming.is_name(name) else []

    def _exact(self, key: str, on: date | None, parties: Sequence[str] = (), title: str = "") -> Actor | None:
        """The actor whose whole name, alias or surname this is; parties and title before a surname must fit it."""
        if key in self._words:
            return self._words[key]
        named, surnamed = self._named.get(key, ()), self._surnamed.get(key, ())
        if " " in key and named:
            return _pick(named, named, on)
        candidates = [*named, *(actor for actor in surnamed if actor not in named)]
        if parties:
            candidates = [actor for actor in candidates if _speaks_for(actor, parties)]
        if title:
            candidates = [actor for actor in candidates if self._has_been(title, actor)] or candidates
        return _pick(candidates, named, on)

    def _has_been(self, title: str, actor: Actor) -> bool:
        return any(self._naming.title(office.title) == title for office in actor.offices)

    def _titled(self, words: list[str], on: date | None) -> Actor | None:
        """Read titles and parties from the left: "Iranian President Rouhani", "Mr Rouhani", "the president of Iran"."""
        parties: list[str] = []
        title: list[str] = []
        start = 0
        while start < len(words):
            rest = " ".join(words[start:])
            if start and rest not in self._words:
                actor = self._exact(rest, on, parties, self._naming.title(" ".join(title)))
                if actor is not None:
                    return actor
            if length := self._party_length(words[start:]):
                parties.append(self._words[" ".join(words[start : start + length])].name)
                start += length
            elif words[start] in self._naming.before_names:
                title.append(words[start])
                start += 1
            else:
                return None
        office = " ".join(title).removesuffix(" the").removesuffix(" of").removeprefix("the ")
        return self.holder(office, parties[0], on) if office and len(parties) == 1 else None

    def _party_length(self, words: list[str]) -> int:
        return next((n for n in range(min(5, len(words)), 0, -1) if " ".join(words[:n]) in self._words), 0)

    def _institution(self, words: list[str], on: date | None) -> Actor | None:
        """The party of "Iranian foreign ministry", "government of Iran", "Trump administration", "senior US officials"."""
        while words and words[0] in self._naming.modifiers:
            words = words[1:]
        for cut in range(1, len(words)):
            if self._is_institution(words[cut:]) and (actor := self._owner(words[:cut], words[cut:], on)):
                return actor
            if words[cut] in {"of", "in"} and self._is_institution(words[:cut]):
                owner = [word for word in words[cut + 1 :] if word != "the"]
                if actor := self._owner(owner, words[:cut], on):
                    return actor
        return None

    def _is_institution(self, words: list[str]) -> bool:
        known = self._naming.institutions | self._naming.institution_words
        return bool(words) and words[-1] in self._naming.institutions and all(word in known for word in words)

    def _owner(self, owner: list[str], institution: list[str], on: date | None) -> Actor | None:
        key = " ".join(owner)
        if key in self._words:
            return self._words[key]
        if owner and institution[-1] in self._naming.of_a_person:
            person = self._exact(key, on) or self._titled(owner, on)
            return self._by_name.get(person.party) if person and person.party else None
        return None


def _one(actors: Iterable[Actor]) -> Actor | None:
    different = {actor.name: actor for actor in actors}
    return next(iter(different.values())) if len(different) == 1 else None


def _in_office(held: list[tuple[Office, Actor]], on: date) -> list[tuple[Office, Actor]]:
    """Those who held the office on that day, without whoever was just being succeeded."""
    now = [(office, actor) for office, actor in held if _distance(office, on) == 0]
    dated = [(office, actor) for office, actor in now if office.since]
    starts = [office.since for office, _ in dated if office.since]
    return [pair for pair in dated if not any(_hands_over(pair[0], start) for start in starts)] or now


def _hands_over(office: Office, start: date) -> bool:
    """True when the office ends with a successor's first days: days known by month overlap up to its length."""
    return office.since is not None and office.until is not None and office.since < start and (office.until - start).days <= 31


def _distance(office: Office, on: date) -> int:
    """Days between that day and the office; 0 while it was held."""
    if office.since and on < office.since:
        return (office.since - on).days
    return (on - office.until).days if office.until and on > office.until else 0


def _pick(candidates: Sequence[Actor], named: Sequence[Actor], on: date | None) -> Actor | None:
    """The only one; else the one in or nearest to office on that day; else the one with that very alias."""
    if len(candidates) > 1 and on is not None:
        away = [_away(actor, on) for actor in candidates]
        near = [actor for actor, days in zip(candidates, away, strict=True) if days == min(away) < _NEAR_DAYS]
        # Of several in office a bare surname means the head of state: "Kim" is not his sister.
        candidates = [actor for actor in near if actor.rank == 1] or near or candidates
    if len(candidates) > 1:
        candidates = [actor for actor in candidates if actor in named]
    return candidates[0] if len(candidates) == 1 else None


def _away(actor: Actor, on: date) -> int:
    """Days out of office on that day; those before a first office count five times: few knew the name then."""
    dated = [(_distance(office, on), office.since) for office in actor.offices if office.since]
    return min((days * (5 if on < since else 1) for days, since in dated), default=_NEAR_DAYS)


def _speaks_for(actor: Actor, parties: Sequence[str]) -> bool:
    return actor.party in parties or any(office.party in parties for office in actor.offices)


@functools.cache
def load_registry() -> Registry:
    """The registry of the shipped data files; read once in a process."""
    return Registry(roster.read(files("handlers") / "data"))
