"""The words around names: titles, institutions, particles. In: `naming.toml`. Out: a checked `Naming`.

A new title or synonym is a line of that file.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from handlers import entries, names

_LISTS = ("before_names", "particles", "everyday", "acronyms", "institutions", "institution_words", "modifiers", "of_a_person")


@dataclass(frozen=True, slots=True)
class Naming:
    """Sets of folded words.

    `titles` maps every spelling of a title to the one that stands for its office, `leads` generic words to the offices
    that they may mean, `owners` a title to the one party that has it.
    """

    before_names: frozenset[str]
    particles: frozenset[str]
    everyday: frozenset[str]
    acronyms: frozenset[str]
    institutions: frozenset[str]
    institution_words: frozenset[str]
    modifiers: frozenset[str]
    of_a_person: frozenset[str]
    titles: dict[str, str]
    leads: dict[str, tuple[str, ...]]
    owners: dict[str, str]

    def title(self, title: str) -> str:
        """What stands for the office: "secretary of state" is "foreign minister"; an unknown title stands for itself."""
        folded = names.key(title)
        return self.titles.get(folded, folded)

    def is_name(self, name: str) -> bool:
        """False for everyday words: "us" and "Us" are no country, "US" is one; "may" is nobody, "May" may be somebody."""
        word = names.key(name)
        if word in self.acronyms:
            return names.without_possessive(name).split()[-1].isupper()
        return word not in self.everyday or not name.islower()


def read(file: Traversable) -> Naming:
    whole = entries.read(file)
    whole.only(frozenset({*_LISTS, "titles", "leads", "owners"}))
    lists = {field: _words(whole.texts(field)) for field in _LISTS}
    return Naming(**lists, titles=_titles(whole), leads=_leads(whole), owners=_owners(whole))


def _words(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(word for phrase in phrases for word in names.fold(phrase).split())


def _titles(whole: entries.Entry) -> dict[str, str]:
    titles: dict[str, str] = {}
    entry = whole.heading("titles")
    for office in entry.table:
        for spelling in (office, *entry.texts(office)):
            if titles.setdefault(names.fold(spelling), names.fold(office)) != names.fold(office):
                raise entry.error(f"{spelling!r} stands for two offices")
    return titles


def _leads(whole: entries.Entry) -> dict[str, tuple[str, ...]]:
    entry = whole.heading("leads")
    return {names.fold(word): tuple(names.fold(title) for title in entry.texts(word)) for word in entry.table}


def _owners(whole: entries.Entry) -> dict[str, str]:
    entry = whole.heading("owners")
    return {names.fold(title): entry.text(title) or "" for title in entry.table}
