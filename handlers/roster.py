"""Data files → actors, and the keys that lead to them; a mistake in a file is an error that names file and entry.

In: a folder with `actors/*.toml` and `naming.toml`. Out: a checked `Roster`. A new actor is an entry of one file:
`[person."Full Name"]` with `party` (and `gender`, `rank`, `aliases`, `surname`, `offices`), or `[party."Name"]` with
`aliases`, `people` (adjectives and inhabitants), `seats` (capital, government), `kind`, `of` (whom it speaks for), `the`.
"""

from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Literal, cast, get_args

from handlers import entries, names, naming
from handlers.entries import Entry
from handlers.model import Actor, ActorKind, Office
from handlers.naming import Naming

_PERSON = frozenset({"party", "gender", "rank", "aliases", "surname", "offices"})
_PARTY = frozenset({"aliases", "people", "seats", "kind", "of", "the"})
_OFFICE = frozenset({"title", "party", "since", "until"})


@dataclass(frozen=True, slots=True)
class Roster:
    """All actors, and the keys that lead to them: a person's names, a person's surname, the words for a party."""

    naming: Naming
    actors: tuple[Actor, ...]
    named: dict[str, tuple[Actor, ...]]
    surnamed: dict[str, tuple[Actor, ...]]
    words: dict[str, Actor]
    with_article: frozenset[str]


def read(folder: Traversable) -> Roster:
    """Read and check everything; `FormatError` names the file, the entry and what is wrong with it."""
    found = sorted((file for file in (folder / "actors").iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    files = [entries.read(file) for file in found]
    for file in files:
        file.only(frozenset({"person", "party"}))
    parties = [entry for file in files for entry in file.under("party")]
    known = frozenset(entry.name for entry in parties)
    words = naming.read(folder / "naming.toml")
    for title, party in words.owners.items():
        _known(Entry("naming.toml", f"owners {title}", {}), party, known)
    building = _Building(words)
    for entry in parties:
        building.add_party(entry, _party(entry, known))
    for entry in (entry for file in files for entry in file.under("person")):
        building.add_person(entry, _person(entry, known))
    return building.roster()


def _party(entry: Entry, known: frozenset[str]) -> Actor:
    entry.only(_PARTY)
    kind = entry.text("kind") or "party"
    if kind not in get_args(ActorKind) or kind == "person":
        raise entry.error(f"kind must be party, institution or bloc, not {kind!r}")
    party = _known(entry, entry.text("of") or entry.name, known)
    return Actor(name=entry.name, kind=cast("ActorKind", kind), party=party, aliases=entry.texts("aliases"))


def _person(entry: Entry, known: frozenset[str]) -> Actor:
    entry.only(_PERSON)
    gender = entry.text("gender")
    if gender not in {"f", "m", None}:
        raise entry.error(f"gender must be f or m, not {gender!r}")
    rank = entry.number("rank", 9)
    if not 1 <= rank <= 9:
        raise entry.error(f"rank must be 1 to 9, not {rank}")
    party = entry.text("party")
    if party is None:
        raise entry.error("party is missing")
    party = _known(entry, party, known)
    offices = tuple(_office(office, party, known) for office in entry.tables("offices"))
    return Actor(entry.name, "person", party, entry.texts("aliases"), offices, cast("Literal['f', 'm'] | None", gender), rank)


def _office(entry: Entry, party: str, known: frozenset[str]) -> Office:
    entry.only(_OFFICE)
    title = entry.text("title")
    if title is None:
        raise entry.error("an office has no title")
    since, until = entry.day("since", last=False), entry.day("until", last=True)
    if since and until and until < since:
        raise entry.error(f"{title}: until ({until}) is before since ({since})")
    return Office(title, _known(entry, entry.text("party") or party, known), since, until)


def _known(entry: Entry, party: str, known: frozenset[str]) -> str:
    if party not in known:
        raise entry.error(f"unknown party {party!r}")
    return party


class _Building:
    """Collects who claims which key, and refuses what could not be told apart."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._actors: dict[str, Actor] = {}
        self._named: dict[str, list[Actor]] = {}
        self._surnamed: dict[str, list[Actor]] = {}
        self._words: dict[str, Actor] = {}
        self._with_article: set[str] = set()

    def add_party(self, entry: Entry, party: Actor) -> None:
        for word in (entry.name, *party.aliases, *entry.texts("people"), *entry.texts("seats")):
            if (other := self._words.setdefault(_key(entry, word), party)) is not party:
                raise entry.error(f"{word!r} stands for {other.name} already")
        if entry.flag("the"):
            self._with_article.add(entry.name)
        self._actors[entry.name] = party

    def add_person(self, entry: Entry, person: Actor) -> None:
        self._claim_name(entry, person)
        for alias in person.aliases:
            self._claim_alias(entry, alias, person)
        surname = entry.text("surname")
        for key in (_key(entry, surname),) if surname else names.surname_keys(person.name, self._naming.particles):
            self._surnamed.setdefault(key, []).append(person)
        self._actors[entry.name] = person

    def _claim_name(self, entry: Entry, person: Actor) -> None:
        """A canonical name leads to one actor, whatever the day."""
        key = _key(entry, person.name)
        if others := [*self._named.get(key, []), *([self._words[key]] if key in self._words else [])]:
            raise entry.error(f"{person.name!r} is {others[0].name} already")
        self._named[key] = [person]

    def _claim_alias(self, entry: Entry, alias: str, person: Actor) -> None:
        """Two persons may share an alias only when the offices of both have days: these tell them apart."""
        key = _key(entry, alias)
        if key in self._words:
            raise entry.error(f"{alias!r} stands for {self._words[key].name} already")
        others = self._named.setdefault(key, [])
        for other in others:
            if other is person:
                return
            if names.key(other.name) == key or not (_is_dated(other) and _is_dated(person)):
                raise entry.error(f"{alias!r} is {other.name} too, and no day of office can tell the two apart")
        others.append(person)

    def roster(self) -> Roster:
        return Roster(
            naming=self._naming,
            actors=tuple(self._actors.values()),
            named={key: tuple(actors) for key, actors in self._named.items()},
            surnamed={key: tuple(actors) for key, actors in self._surnamed.items()},
            words=self._words,
            with_article=frozenset(self._with_article),
        )


def _key(entry: Entry, word: str) -> str:
    key = names.key(word)
    if not key:
        raise entry.error(f"{word!r} holds no letter, or is too long")
    return key


def _is_dated(actor: Actor) -> bool:
    return any(office.since for office in actor.offices)
