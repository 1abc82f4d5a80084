"""An article's prose comes in; everybody it names goes out: each mention with its offsets and the actor that it means.

The registry knows the famous; a person whom only the article knows keeps the full name of the first mention, with the
party and the description that stand beside it. Titles are words of `data/cues.toml`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Protocol

from handlers import names
from handlers.introductions import introduce, is_headline, party_before, phrase_after, phrase_before
from handlers.model import Actor
from handlers.sentences import Span, overlapping
from handlers.wording import load_words

_TOKEN = r"(?:(?:[A-Z]\.){2,}|[A-Z]\.(?=\s[A-Z])|(?:al|el|an|as|ad|ar)-[A-Z]\w+|[^\W\d_a-zß-öø-ÿ][\w]*(?:[’'-](?!s\b)\w+)*)"
_LINK = r"(?:al|el|bin|bint|ben|ibn|de|del|della|da|di|dos|van|von|der|den|la|le|ur|ul)"
_OWNED = (
    r"(?:(?<=[a-z]s)[’'](?=[ \xa0](?:Union|Party|Front|Association|Federation|Congress|Council|League|Movement|Forum|Army)))?"
)
_RUN = re.compile(rf"(?<![\w’'-]){_TOKEN}(?:{_OWNED}[ \xa0](?:{_LINK}[ \xa0]){{0,2}}{_TOKEN})*")
_PART = re.compile(r"\S+")
_GIVEN = re.compile(r"[A-Z][a-z]+-[a-z]+")
"""A Korean given name behind its surname: "Han" of "Han Do-yeon" is no other Han."""
LONGEST_RUN = 7
MOST_RUNS = 6000
"""A page with more capitalised runs is a list; the rest of it is not searched for names."""


class Names(Protocol):
    """What this module asks of the registry."""

    def find(self, name: str, on: date | None = None) -> Actor | None: ...
    def party_of(self, word: str) -> str | None: ...
    def office(self, name: str, on: date | None) -> str | None: ...
    def holder(self, title: str, party: str, on: date | None) -> Actor | None: ...


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where the text names an actor."""

    start: int
    end: int
    actor: Actor
    words: int = 1


@dataclass(slots=True)
class Cast:
    """Everybody in one article, in the order of the text; `titles` are the words that introduced each person."""

    mentions: list[Mention] = field(default_factory=list["Mention"])
    titles: dict[str, set[str]] = field(default_factory=dict[str, "set[str]"])

    def within(self, start: int, end: int) -> list[Mention]:
        return list(overlapping(self.mentions, start, end))

    def before(self, position: int) -> Iterator[Mention]:
        """Give the mentions that end before a place, the nearest first."""
        count = bisect_right(self.mentions, position, key=lambda mention: mention.end)
        return (self.mentions[number] for number in range(count - 1, -1, -1))

    def titled(self, title: str, position: int, party: str | None = None, reach: int | None = None) -> Actor | None:
        """Find the person last named before a place whom the article (or the registry) calls by this title."""
        for mention in self.before(position):
            if reach is not None and position - mention.end > reach:
                break
            actor = mention.actor
            if actor.kind == "person" and title in self.titles.get(actor.name, ()) and party in (None, actor.party):
                return actor
        return None


@cache
def _set(name: str) -> frozenset[str]:
    return load_words().words(name)


def _surname_of(name: str) -> str:
    """Give the word by which somebody is called later: the last one, or the first before a Korean given name."""
    parts = name.split()
    return (parts[0] if len(parts) > 1 and _GIVEN.fullmatch(parts[1]) else parts[-1]).casefold()


def _covered(part: Span, mentions: list[Mention]) -> bool:
    return any(mention.start <= part.start < mention.end for mention in mentions)


class Scan:
    """One pass over one article. Lookups are remembered: the same name is asked for once."""

    def __init__(self, text: str, names: Names, on: date | None) -> None:
        self._text = text
        self._names = names
        self._on = on
        self._known: dict[str, Actor | None] = {}
        self._surnames: dict[str, Actor] = {}
        self._first_names: dict[str, Actor] = {}
        self._spans: list[Span] = []
        self._headlines: list[Span] = []
        self._people: dict[str, Actor] = {}
        self._full: dict[str, list[Mention]] = {}

    def find(self, name: str) -> Actor | None:
        if name not in self._known:
            self._known[name] = self._names.find(name, self._on)
        return self._known[name]

    def cast(self, spans: Iterable[Span]) -> Cast:
        self._spans = list(spans)
        self._headlines = [span for span in self._spans if is_headline(span.text(self._text))]
        runs = self._runs(self._spans)
        first = [self._read(run) for run in runs]
        found = Cast()
        for run, mentions in zip(runs, first, strict=True):
            for mention in [*mentions, *self._surname([part for part in run if not _covered(part, mentions)])]:
                found.mentions.append(mention)
                self._note_titles(found, mention)
        return found

    def _runs(self, spans: Iterable[Span]) -> list[list[Span]]:
        """List runs of capitalised words, each as the spans of its words."""
        runs: list[list[Span]] = []
        for span in spans:
            for match in _RUN.finditer(self._text, span.start, span.end):
                parts = [Span(p.start(), p.end()) for p in _PART.finditer(self._text, match.start(), match.end())]
                runs += [parts[i : i + LONGEST_RUN] for i in range(0, len(parts), LONGEST_RUN)]
            if len(runs) > MOST_RUNS:
                break
        return runs

    def _words(self, parts: list[Span]) -> str:
        return self._text[parts[0].start : parts[-1].end].replace("\xa0", " ")

    def _read(self, run: list[Span]) -> list[Mention]:
        """Read the actors in a run, longest names first; a lone surname waits until all full names are known."""
        found: list[Mention] = []
        at = 0
        while at < len(run):
            size = next((n for n in range(len(run) - at, 0, -1) if self._is_known(run[at : at + n])), 0)
            if size:
                parts = run[at : at + size]
                actor = self.find(self._words(parts))
                mention = Mention(parts[0].start, parts[-1].end, actor, size) if actor is not None else None
                lone = size == 1 and actor is not None and actor.kind == "person"
                shared = mention is not None and at > 0 and self._is_relative(mention, run[:at])
                if mention is not None and not lone and not shared and not self._titles_another(mention, run):
                    found.append(mention)
                    self._remember(mention.actor)
                at += size
            else:
                at += 1
        persons = [mention for mention in found if mention.actor.kind == "person"]
        for mention in persons:
            self._full.setdefault(_surname_of(mention.actor.name), []).append(mention)
        stranger = None if persons else self._stranger(self._unread(run, found))
        return [*found, stranger] if stranger else found

    def _titles_another(self, mention: Mention, run: list[Span]) -> bool:
        """Whether an office that the registry fills is here the title of somebody else ("Iranian President Dario Lenz")."""
        following = next((part for part in run if part.start >= mention.end), None)
        if mention.actor.kind != "person" or following is None or mention.end + 1 != following.start:
            return False
        last, word = self._text[mention.start : mention.end].split()[-1], self._words([following])
        if word.casefold() in mention.actor.name.casefold().split():
            return False
        return last.casefold() in _set("titles") or (_GIVEN.fullmatch(word) is not None and last not in {mention.actor.name})

    def _is_relative(self, mention: Mention, before: list[Span]) -> bool:
        """Whether another given name leads to a surname of the registry: "Wael Abu Zuhri" is not Sami Abu Zuhri."""
        actor, name = mention.actor, names.key(self._words(before[-1:]))
        known = {names.key(each) for each in (actor.name, *actor.aliases)}
        whole = names.key(self._text[mention.start : mention.end])
        given = {word for each in known for word in each.split()}
        if actor.kind != "person" or whole.split()[0] in {each.split()[0] for each in known if " " in each}:
            return False
        return not (
            name in given or self._leads(before[-1:]) or self._text[before[-1].end - 1] in ".," or self.find(name.title())
        )

    def _unread(self, run: list[Span], found: list[Mention]) -> list[Span]:
        """Give the words of a run behind the last known name in it ("Hamas | Khalil Aziz"), else those before the first."""
        behind = [part for part in run if not found or part.start >= found[-1].end]
        return behind or [part for part in run if part.end <= found[0].start]

    def _is_known(self, parts: list[Span]) -> bool:
        words = self._words(parts)
        opening = self._words(parts[:1]).casefold()
        if opening in _set("not_a_name") and (opening != "the" or len(parts) == 1):
            return False
        return words.casefold() not in _set("titles") and self.find(words) is not None

    def _remember(self, actor: Actor) -> None:
        if actor.kind == "person":
            parts = actor.name.casefold().split()
            self._surnames.setdefault(parts[-1], actor)
            self._first_names.setdefault(parts[0], actor)

    def _stranger(self, run: list[Span]) -> Mention | None:
        """Take a run that the registry does not know for a person or an institution, if it looks like one."""
        parts = list(run)
        while parts and (size := self._leads(parts)):
            parts = parts[size:]
        titled = [at for at, part in enumerate(parts[:-2], 1) if self._words([part]).casefold() in _set("titles")]
        parts = parts[titled[-1] :] if titled else parts
        words = [self._words([part]) for part in parts]
        if not 2 <= len(words) <= 5 or any(span.holds(parts[0].start) for span in self._headlines):
            return None
        name = " ".join(words)
        folded = {word.casefold() for word in words}
        if len(words) > 1 and _GIVEN.fullmatch(words[1]):  # "Park Min-ho" is no park
            folded -= {words[0].casefold()}
        led_by_the = self._text[max(0, parts[0].start - 4) : parts[0].start].casefold() == "the "
        kind = "institution" if folded & _set("institution_words") or led_by_the else "person"
        if kind == "person" and any(self._names.party_of(word) for word in words):
            return None
        if name not in self._people:
            self._people[name] = self._introduce(name, kind == "person", parts[0].start, parts[-1].end)
        self._remember(self._people[name])
        mention = Mention(parts[0].start, parts[-1].end, self._people[name], len(parts))
        if kind == "person":
            self._full.setdefault(_surname_of(name), []).append(mention)
        return mention

    def _leads(self, parts: list[Span]) -> int:
        """Count the first words that are no part of a name: a title, "the", "North Korean"."""
        word = self._words(parts[:1])
        folded = word.casefold().rstrip(".")
        if folded == "general" and any(self._words([part]).casefold() in _set("institution_words") for part in parts[1:]):
            return 0  # "the General Workers' Union" is no general
        led = folded in _set("not_a_name") or folded in _set("titles") | _set("before_names") | _set("onlookers")
        if led or self._names.party_of(word) is not None:
            return 1
        return 2 if len(parts) > 2 and self._names.party_of(self._words(parts[:2])) is not None else 0

    def _introduce(self, name: str, is_person: bool, start: int, end: int) -> Actor:
        floor = max((span.start for span in self._spans if span.start <= start), default=0)
        found = introduce(self._text, start, end, self._names.party_of, floor)
        kind = "person" if is_person else "institution"
        party = found.party or (party_before(self._text, start, end, self._names.party_of) if is_person else None)
        return Actor(name, kind, party, gender=found.gender, rank=found.rank, description=found.description)

    def _surname(self, run: list[Span]) -> list[Mention]:
        """Read a run of one surname (or titles and a surname): the article's own people first, then the registry."""
        for part in reversed(run):
            word = self._words([part])
            actor = self._namesake(word.casefold(), part.start) or self._surnames.get(word.casefold())
            if actor is None and word.casefold() not in _set("not_a_name") and word.casefold() not in _set("titles"):
                known, own = self.find(word), self._first_names.get(word.casefold())
                actor = own if known is None or (own is not None and known.kind == "person") else known
            if actor is not None:
                return [Mention(part.start, part.end, actor)]
        return []

    def _namesake(self, word: str, position: int) -> Actor | None:
        """Of several people of the article with one surname, give the one last named in full."""
        full = self._full.get(word, [])
        known = [mention for mention in full if mention.actor.party or mention.actor.description]
        if len({mention.actor.name for mention in known}) < 2:
            return None
        before = [mention for mention in known if mention.end <= position]
        return (before[-1] if before else known[0]).actor

    def _note_titles(self, cast: Cast, mention: Mention) -> None:
        if mention.actor.kind != "person":
            return
        titles = cast.titles.setdefault(mention.actor.name, set())
        if not titles:
            office = self._names.office(mention.actor.name, self._on) or ""
            titles |= set(re.findall(r"[\w-]+", office.casefold()))
            titles |= set(re.findall(r"[\w-]+", (mention.actor.description or "").casefold())) & _set("titles")
        inside = self._text[mention.start : mention.end]
        near = re.findall(r"[\w-]+", f"{phrase_before(self._text, mention.start)[-40:]} {inside}".casefold())
        near += re.findall(r"[\w-]+", phrase_after(self._text, mention.end).casefold())[:8]
        titles |= set(near) & (_set("titles") | _set("person_nouns"))


def find_people(text: str, spans: Iterable[Span], names: Names, on: date | None) -> Cast:
    """Find every mention of an actor in the prose of an article; `on` is the day from which titles are read."""
    cast = Scan(text, names, on).cast(spans)
    cast.mentions.sort(key=lambda mention: mention.start)
    return cast
