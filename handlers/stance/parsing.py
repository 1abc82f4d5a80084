"""A sentence comes in; its words with lemma, tag and head go out. The only module that touches spaCy."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from handlers.errors import SettingError
from handlers.sentences import FILLER, Sentence, overlapping

_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
# Names that the tokeniser would cut in three: "Lee Jae-myung", "Jean-Marc Ayrault", "Khalil al-Hayya".
_HYPHENATED = re.compile(
    r"[A-Z][a-z]+ [A-Z][a-z]+-[a-z]{2,}(?= [a-z,.]|[,.’'])"
    r"|[A-Z][a-z]+-[A-Z][a-z]+(?= [A-Z])"
    r"|(?<= )(?:al|el|an|as|ad|ar)-[A-Z][a-z]+"
)
LONGEST_TREE = 1500


@dataclass(frozen=True, slots=True)
class Word:
    """One token. `start` and `end` are offsets into the article's text; `head` is the index of its governor."""

    i: int
    text: str
    lower: str
    lemma: str
    pos: str
    tag: str
    dep: str
    head: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tree:
    """One parsed sentence."""

    sentence: Sentence
    words: tuple[Word, ...]
    below: tuple[tuple[int, ...], ...] = field(repr=False)

    def children(self, word: Word) -> Iterator[Word]:
        return (self.words[i] for i in self.below[word.i])

    def child(self, word: Word, *deps: str) -> Word | None:
        return next((child for child in self.children(word) if child.dep in deps), None)

    def head(self, word: Word) -> Word | None:
        """Give the governor, or None at the root."""
        return None if word.head == word.i else self.words[word.head]

    def ancestors(self, word: Word) -> Iterator[Word]:
        """Go up to the root, nearest first. A tree has no circle, so this ends."""
        governor = self.head(word)
        while governor is not None:
            yield governor
            governor = self.head(governor)

    def subtree(self, word: Word) -> list[Word]:
        """List a word and all below it, in the order of the text."""
        found, waiting = [word], [word]
        while waiting:
            for child in self.children(waiting.pop()):
                found.append(child)
                waiting.append(child)
        return sorted(found, key=lambda each: each.i)

    def subject(self, word: Word) -> Word | None:
        """Give the subject of a predicate, shared over coordination and open complements."""
        for _ in range(5):
            own = self.child(word, *_SUBJECTS)
            if own is not None:
                return own
            governor = self.head(word)
            if governor is None or word.dep not in {"conj", "xcomp", "advcl", "aux", "pcomp", "acomp", "attr", "prep", "oprd"}:
                return None
            word = governor
        return None

    def at(self, start: int, end: int) -> list[Word]:
        return list(overlapping(self.words, start, end))


def _tree(doc: Doc, sentence: Sentence, kept: list[int]) -> Tree:
    """Take over a parse; `kept` maps its characters to those of the sentence."""
    words = tuple(
        Word(
            token.i,
            token.text,
            token.text.lower(),
            token.lemma_.lower(),
            token.pos_,
            token.tag_,
            token.dep_,
            token.head.i,
            sentence.start + kept[token.idx],
            sentence.start + kept[token.idx + len(token.text) - 1] + 1,
        )
        for token in doc
        if token.text
    )
    return tree_of(sentence, words)


def tree_of(sentence: Sentence, words: Iterable[Word]) -> Tree:
    """Make the tree that the heads of its words describe."""
    words = tuple(words)
    below: list[list[int]] = [[] for _ in words]
    for word in words:
        if word.head != word.i:
            below[word.head].append(word.i)
    return Tree(sentence, words, tuple(tuple(children) for children in below))


def _readable(text: str) -> tuple[str, list[int]]:
    """Give a text that the parser knows how to read (plain spaces, no shouting, no filler), and where its characters stood."""
    kept = [index for index, character in enumerate(text) if character != FILLER]
    plain = "".join(" " if text[index].isspace() else text[index] for index in kept)
    plain = _HYPHENATED.sub(lambda match: match.group().replace("-", "\u2011"), plain)
    letters = [character for character in plain if character.isalpha()]
    shouted = sum(character.isupper() for character in letters) > 0.7 * len(letters)
    lowered = plain[:1] + plain[1:].lower()
    return (lowered if shouted and len(lowered) == len(plain) and len(letters) > 12 else plain), kept


class Parser:
    """A loaded spaCy model."""

    def __init__(self, model: str) -> None:
        try:
            self._nlp: Language = spacy.load(model, exclude=["ner"])
        except (OSError, ImportError, ValueError) as error:
            fix = f"SPACY_MODEL: the language model {model!r} is not installed; install it or name one that is"
            raise SettingError(fix) from error

    def parse(self, text: str, sentences: Iterable[Sentence]) -> dict[int, Tree]:
        """Parse sentences of one text; the key is a sentence's start."""
        wanted = [
            each for each in sentences if text[each.start : each.end].strip(FILLER) and each.end - each.start <= LONGEST_TREE
        ]
        readable = [_readable(text[each.start : each.end]) for each in wanted]
        docs = self._nlp.pipe((plain for plain, _ in readable), batch_size=64)
        return {
            sentence.start: _tree(doc, sentence, kept) for doc, sentence, (_, kept) in zip(docs, wanted, readable, strict=True)
        }
