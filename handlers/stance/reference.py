"""A noun phrase of a parsed sentence comes in; the actors that it means in this article go out.

Names first, then offices ("the US president" on that day), then party words ("Iranian officials"), then epithets and
pronouns, which look back: the last speaker before the last person named.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise

from handlers.model import Actor
from handlers.people import Cast, Mention, Names
from handlers.stance.antecedents import Looking, Recent
from handlers.stance.bodies import leads_a_faction, named_body
from handlers.stance.parsing import Tree, Word
from handlers.wording import load_words

_INNER = frozenset(
    {"compound", "amod", "poss", "det", "nmod", "nummod", "quantmod", "predet", "punct", "case", "npadvmod", "advmod"}
)
_AROUND = frozenset({"det", "relcl", "punct", "appos", "prep"})
_FIRST_PERSON = frozenset({"i", "we", "us", "our", "my", "me", "ourselves"})
_PERSONAL = frozenset({"he", "she", "him", "her", "his", "hers"})
_PLURAL = frozenset({"they", "it", "them", "its", "their", "both", "who", "which", "that"})
_VERBAL = re.compile(r"[.;:“”\"]|\b(?:said|says|told|is|was|has|had|will|would|and)\b")
_INDEFINITE = frozenset({"a", "an", "another", "one"})
_UNNAMED = re.compile(
    r"\b(?:anonym\w+|(?:not|n[’']t|declin\w+|refus\w+)(?: want| wish)?(?: to)? be (?:named|identified|quoted by name))\b"
)
_OF_WHOM = frozenset({"from", "of", "including", "like"})
_JOINT = re.compile(r"(?:,| and|, and)(?: [\w’']+){0,4} ?")


NEAR = 400
"""Characters over which a title alone ("the deputy chairman of the council") means the person last named with it."""


def is_first_person(word: Word) -> bool:
    """ "We", "us"; "the US" is a country."""
    return word.lower in _FIRST_PERSON and word.text != "US"


def _is_plain(word: Word) -> bool:
    """Whether an adjective says nothing about whose a group is ("the armed group", not "the Iranian government")."""
    return word.dep == "amod" and word.lower == word.text


@dataclass(frozen=True, slots=True)
class Resolver:
    """Resolves the phrases of one article."""

    text: str
    cast: Cast
    names: Names
    on: date | None
    recent: Recent
    back: Looking

    def actors(self, tree: Tree, word: Word) -> tuple[Actor, ...]:
        """Give everybody whom a phrase means; joint subjects give one each; () when that cannot be told."""
        found: list[Actor] = []
        for each in [word, *self._side_by_side(tree, word)]:
            actor = self._actor(tree, each)
            found += [actor] if actor is not None else []
            found += self._listed(tree, each, actor)
            found += self._of_several(tree, each) if actor is None or actor.kind == "party" else []
        return tuple({actor.name: actor for actor in found}.values())

    def phrase(self, tree: Tree, word: Word) -> tuple[Actor, ...]:
        """Give whom one noun or pronoun means, without what is joined to it by "and"."""
        actor = self._actor(tree, word)
        return (actor,) if actor is not None else ()

    def _listed(self, tree: Tree, word: Word, actor: Actor | None) -> list[Actor]:
        """Read what the parser often loses: "mediators from A, B and C", "X, the president of Y, and Z"."""
        if actor is None and word.tag in {"NNS", "NNPS"}:
            nouns = [
                n
                for p in tree.children(word)
                if p.dep == "prep" and p.lower in _OF_WHOM
                for n in tree.children(p)
                if n.dep == "pobj"
            ]
            return [found for noun in nouns for found in self.actors(tree, noun)]
        if actor is None or actor.kind != "person":
            return []
        near = [mention for mention in self.cast.within(word.start, word.end + 200) if mention.actor.kind == "person"]
        first = next((i for i, mention in enumerate(near) if mention.actor.name == actor.name), None)
        if first is None:
            return []
        found: list[Actor] = []
        at = near[first].end
        for mention in near[first + 1 :]:
            if not _JOINT.fullmatch(self.text[at : mention.start]):
                break
            found.append(mention.actor)
            at = mention.end
        return found if found and " and " in self.text[near[first].end : at] else []

    def _of_several(self, tree: Tree, word: Word) -> list[Actor]:
        """ "Israeli and Palestinian negotiators", "Greek, Turkish officials": one for each party before a plural noun."""
        if word.tag not in {"NNS", "NNPS"} or word.lower not in load_words().words("party_nouns"):
            return []
        start, _ = self._zone(tree, word)
        near = [mention for mention in self.cast.within(start, word.start) if mention.actor.kind == "party"]
        gaps = [self.text[one.end : other.start] for one, other in pairwise(near)]
        joined = len(near) > 1 and all(gap in {" and ", ", ", ", and "} for gap in gaps)
        return [mention.actor for mention in near] if joined else []

    def _side_by_side(self, tree: Tree, word: Word) -> list[Word]:
        found: list[Word] = []
        child = next((c for c in tree.children(word) if c.dep == "conj" and c.pos in {"PROPN", "NOUN", "PRON"}), None)
        while child is not None:
            found.append(child)
            child = next((c for c in tree.children(child) if c.dep == "conj" and c.pos in {"PROPN", "NOUN", "PRON"}), None)
        return found

    def _actor(self, tree: Tree, word: Word) -> Actor | None:
        if is_first_person(word):
            return None
        if word.lower in _PERSONAL or word.lower in _PLURAL:
            return self._pronoun(tree, word)
        return self._named(tree, word) or self._described(tree, word)

    def _zone(self, tree: Tree, word: Word) -> tuple[int, int]:
        """Give the span of a noun with the words that belong to it on its left."""
        words = [word]
        for child in tree.children(word):
            if child.dep in _INNER and child.i < word.i:
                words += [each for each in tree.subtree(child) if each.i < word.i]
        return min(each.start for each in words), max(each.end for each in words)

    def _named(self, tree: Tree, word: Word) -> Actor | None:
        """Find a name in the phrase itself or in apposition to it; a person before what the person belongs to."""
        start, end = self._zone(tree, word)
        at_head = self.cast.within(word.start, word.end)
        if at_head:
            return self._best(at_head)
        persons = [mention for mention in self.cast.within(start, end) if mention.actor.kind == "person"]
        if persons and persons[-1].end >= word.start - 1 and not self._is_possessor(persons[-1]):
            return persons[-1].actor
        for child in tree.children(word):
            if child.dep in {"appos", "nmod"}:
                beside = self.cast.within(child.start, child.end)
                if beside and beside[0].actor.kind == "person":
                    return beside[0].actor
        return self._next_to(word)

    def _is_possessor(self, mention: Mention) -> bool:
        return self.text[mention.end : mention.end + 2] in {"'s", "’s"} or self.text[mention.end : mention.end + 1] in {
            "'",
            "’",
        }

    def _next_to(self, word: Word) -> Actor | None:
        """ "The president, Hassan Rouhani, said": a person named right behind the noun and a comma."""
        noun = word.lemma in load_words().words("person_nouns") or word.lemma in load_words().words("titles")
        for mention in self.cast.within(word.end, word.end + 90) if noun else ():
            gap = self.text[word.end : mention.start]
            if mention.actor.kind != "person" or mention.start < word.end:
                continue
            set_off = gap.endswith(", ") and self.text[mention.end : mention.end + 1] == "," and not _VERBAL.search(gap)
            if set_off or gap.strip(" ,\xa0") == "":
                return mention.actor
        return None

    def _best(self, mentions: list[Mention]) -> Actor:
        return max(mentions, key=lambda mention: (mention.actor.kind == "person", mention.words)).actor

    def _described(self, tree: Tree, word: Word) -> Actor | None:
        """Read a common noun: an office, a part of a party, or an epithet for somebody named before."""
        words = load_words()
        start, end = self._zone(tree, word)
        if word.lower in words.words("fighters"):
            return self._fighters(tree, word)
        party = self._party(tree, word, start)
        if word.lemma in words.words("person_nouns") and word.tag not in {"NNS", "NNPS"}:
            person = self._office_holder(tree, word, start, end, party)
            if person is not None:
                return person
        own = named_body(self.cast, word)
        if own is not None:
            return own
        if leads_a_faction(tree, word):
            return None
        if party is not None and (word.lemma in words.words("party_nouns") or word.lower in words.words("party_nouns")):
            return party
        whole = self.names.find(self.text[start:end].replace("\xa0", " "), self.on)
        if whole is not None:
            return whole
        bare = all(child.dep in _AROUND or _is_plain(child) for child in tree.children(word))
        if word.lemma == "opposition" and bare and self._is_definite(tree, word):
            sides = [m.actor.party for m in islice(self.cast.before(word.start), 6) if m.actor.party]
            return self.names.find(f"{sides[0]} opposition", self.on) if sides else None
        if word.lemma in words.words("group_nouns") and bare and self._is_definite(tree, word):
            return self.back.group(tree, word)
        return None

    def _party(self, tree: Tree, word: Word, start: int) -> Actor | None:
        """Find whose official or office this is: "Iranian …", "Iran's …", "… of Iran", "… for the State Department"."""
        before = [mention for mention in self.cast.within(start, word.start) if mention.actor.kind != "person"]
        inside: list[Mention] = []
        for child in tree.children(word):
            if child.dep == "prep" and child.lower in {"of", "for", "from", "in", "at"}:
                inside += [m for m in self.cast.within(child.end, child.end + 60) if m.actor.kind != "person" or m.actor.party][
                    :1
                ]
        if before:
            return self._country(before[-1].actor)
        if inside:
            return self._country(inside[-1].actor if inside[-1].actor.kind == "party" else inside[0].actor)
        for piece in self.text[start : word.start].replace("\xa0", " ").split():
            name = self.names.party_of(piece)
            if name is not None:
                return self.names.find(name, self.on) or Actor(name, "party")
        return None

    def _fighters(self, tree: Tree, word: Word) -> Actor | None:
        """ "Nepal's Maoist rebels" are the Maoist rebels; plain "rebels" are nobody in particular."""
        named = [c for c in tree.children(word) if c.dep in {"amod", "compound"} and c.text[:1].isupper() and c.i < word.i]
        owner = tree.child(word, "poss")
        if not named and owner is not None:  # "South Sudan's rebels" are not South Sudan
            party = self.phrase(tree, owner)
            return Actor(f"{party[0].name} {word.lower}", "party") if party and party[0].kind == "party" else None
        if not named:
            return self.back.group(tree, word) if self._is_definite(tree, word) else None
        name = self.text[min(each.start for each in tree.subtree(named[0])) : word.end].replace("\xa0", " ")
        known = self.names.find(name, self.on)
        own = self.names.party_of(named[-1].text)
        return known or (None if own and self.names.find(own, self.on) else Actor(name, "party"))

    def _country(self, actor: Actor) -> Actor:
        """An institution of a country speaks for the country (guide rule 5)."""
        if actor.kind in {"institution", "person"} and actor.party and actor.party != actor.name:
            return self.names.find(actor.party, self.on) or Actor(actor.party, "party")
        return actor

    def _office_holder(self, tree: Tree, word: Word, start: int, end: int, party: Actor | None) -> Actor | None:
        title = word.lemma
        if any(child.lower in _INDEFINITE for child in tree.children(word)) or self._is_unnamed(title, word.start):
            return None
        if party is None and not self._is_definite(tree, word):
            return None
        party_name = party.name if party else None
        introduced = self.cast.titled(title, word.start, party_name) or self.cast.titled(title, word.start, reach=NEAR)
        leads = {self.names.party_of(piece) for piece in self.text[start : word.start].replace("\xa0", " ").split()}
        if introduced is not None and party_name and party_name in leads and introduced.party not in {None, party_name}:
            introduced = None  # "the Serbian minister" is no Kosovar
        if introduced is not None or party is None:
            return introduced or self.back.epithet(title, word.start)
        phrase = self.text[start:end].replace("\xa0", " ").casefold()
        for office in load_words().lists["offices"]:
            if phrase.endswith(office):
                return self.names.holder(office, party.name, self.on)
        return None

    def _is_unnamed(self, title: str, position: int) -> bool:
        """Whether the article just spoke of "a minister who asked not to be named": "the minister" is that one."""
        near = self.text[max(0, position - NEAR) : position]
        pattern = rf"\b(?:[Aa]n?|[Aa]nother|[Oo]ne)(?: [\w-]+){{0,3}} {re.escape(title)}\b(?!,? (?:[\w’'-]+ ){{0,4}}[A-Z])"
        return re.search(pattern, near) is not None and _UNNAMED.search(near) is not None

    def _is_definite(self, tree: Tree, word: Word) -> bool:
        return any(child.lower in {"the", "this", "that", "its", "his", "her", "their"} for child in tree.children(word))

    def _pronoun(self, tree: Tree, word: Word) -> Actor | None:
        if word.lower in {"who", "which", "that"}:
            return self._antecedent(tree, word)
        if word.lower in _PERSONAL:
            return self.back.person(tree, word)
        return self.back.body(tree, word.start)

    def _antecedent(self, tree: Tree, word: Word) -> Actor | None:
        verb = tree.head(word)
        noun = tree.head(verb) if verb is not None and verb.dep == "relcl" else None
        return self._actor(tree, noun) if noun is not None and noun.i < word.i else None
