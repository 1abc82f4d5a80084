"""A read paragraph comes in; every place of it that means an actor goes out: names, offices, epithets, pronouns.

What the encoder is told about who is who. A name that nobody resolves is left as it stands.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from handlers.model import Actor
from handlers.quotations import Quotation
from handlers.stance.attribution import Voice
from handlers.stance.parsing import Tree, Word
from handlers.stance.reference import Resolver, is_first_person

_NOMINAL = frozenset({"NOUN", "PRON", "PROPN"})
_RELATIVE = frozenset({"who", "which", "that", "whom", "whose"})


@dataclass(frozen=True, slots=True)
class Place:
    """Half-open offsets of a word or name, and whom it means."""

    start: int
    end: int
    actors: tuple[Actor, ...]


def find_places(tree: Tree, resolver: Resolver, quotes: Iterable[Quotation], voices: dict[int, Voice]) -> list[Place]:
    """List the places of one sentence, in the order of the text."""
    sentence = tree.sentence
    named = resolver.cast.within(sentence.start, sentence.end)
    found = [Place(mention.start, mention.end, (mention.actor,)) for mention in named]
    spoken = [(quote, voices[quote.start].speakers) for quote in quotes if quote.start in voices]
    for word in tree.words:
        if word.pos not in _NOMINAL or any(m.start < word.end and m.end > word.start for m in named):
            continue
        actors = _whom(tree, word, resolver, spoken)
        if actors:
            found.append(Place(word.start, word.end, actors))
    return sorted(found, key=lambda place: (place.start, place.end))


def _whom(tree: Tree, word: Word, resolver: Resolver, spoken: list[tuple[Quotation, tuple[Actor, ...]]]) -> tuple[Actor, ...]:
    if is_first_person(word):
        return next((speakers for quote, speakers in spoken if quote.start <= word.start < quote.end), ())
    if word.lower in _RELATIVE:
        return ()  # what it points to stands right beside it
    return resolver.phrase(tree, word)
