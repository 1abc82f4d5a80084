"""Names to choose from while somebody types: from memory, within milliseconds, typing mistakes forgiven.

A prefix of any word of a name finds it; then come names with a word that resembles the one being typed.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rapidfuzz import fuzz, process

from handlers import names

ALIKE = 70
"""Of 100, by `fuzz.ratio` of two words: "khamenie" and "khamenei" have 88, "irann" and "iran" 89, "putin" and "tudin" 60."""
SHORTEST = 3
"""Fewer letters resemble everything."""
MOST_LOOKED_AT = 3000
"""Names that begin as typed and are compared with the other words typed: some milliseconds' worth."""


class Directory:
    """Learns names and never forgets one; they are offered in the order in which they came."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._names: list[str] = []
        self._folded: list[str] = []
        self._known: set[str] = set()
        self._by_word: dict[str, list[int]] = {}
        self._words: list[str] = []
        # A mistyped word still begins or ends like the one that is meant: that leaves a tenth of all to be compared.
        self._alike: dict[str, list[str]] = {}
        self.learn(known)

    def learn(self, known: Iterable[str]) -> None:
        """Add those that are new."""
        fresh = [name for name in dict.fromkeys(known) if name not in self._known]
        for name in fresh:
            folded = names.fold(name)
            for word in set(folded.split()):
                self._learn_word(word, len(self._names), is_bulk=len(fresh) > SHORTEST)
            self._names.append(name)
            self._folded.append(folded)
        self._known.update(fresh)
        if len(fresh) > SHORTEST:
            self._words = sorted(self._by_word)

    def _learn_word(self, word: str, number: int, *, is_bulk: bool) -> None:
        if word not in self._by_word:
            self._by_word[word] = []
            for end in {word[:1], word[-1:] + "$"}:
                self._alike.setdefault(end, []).append(word)
            if not is_bulk:
                insort(self._words, word)
        self._by_word[word].append(number)

    def beginning(self, typed: str, limit: int) -> list[str]:
        """Names in which each typed word begins a word; those that begin as typed, first."""
        words = names.fold(typed).split()
        if not words:
            return self._names[:limit]
        whole = " ".join(words)
        found = sorted(self._prefixed(words), key=lambda number: not self._folded[number].startswith(whole))
        return [self._names[number] for number in found[:limit]]

    def resembling(self, typed: str, limit: int) -> list[str]:
        """Names with the words nearest to the longest typed one; those that fit the other words, too, first."""
        words = names.fold(typed).split()
        longest = max(words, key=len, default="")
        if len(longest) < SHORTEST:
            return []
        choices = [*self._alike.get(longest[:1], ()), *self._alike.get(longest[-1:] + "$", ())]
        near = process.extract(longest, choices, scorer=fuzz.ratio, limit=limit, score_cutoff=ALIKE, processor=None)
        found = dict.fromkeys(number for word, _, _ in near for number in self._by_word[word][:limit])
        others = [word for word in words if word is not longest]
        ordered = sorted(found, key=lambda number: -sum(word in self._folded[number] for word in others))
        return [self._names[number] for number in ordered[:limit]]

    def named(self, text: str) -> str | None:
        """The one name that this is, or whose last word it is, whatever its case and accents."""
        folded = names.fold(text)
        if not folded:
            return None
        numbers = self._by_word.get(folded.rpartition(" ")[2], [])
        whole = [number for number in numbers if self._folded[number] == folded]
        found = whole or [number for number in numbers if self._folded[number].rpartition(" ")[2] == folded]
        return self._names[found[0]] if len(found) == 1 else None

    def _prefixed(self, words: Sequence[str]) -> list[int]:
        """Names in which each typed word begins a word, in their order."""
        longest = max(words, key=len)
        others = [word for word in words if word is not longest]
        found = set(islice(self._with_word(longest), MOST_LOOKED_AT))
        return sorted(number for number in found if all(f" {word}" in f" {self._folded[number]}" for word in others))

    def _with_word(self, start: str) -> Iterator[int]:
        for index in range(bisect_left(self._words, start), len(self._words)):
            if not self._words[index].startswith(start):
                return
            yield from self._by_word[self._words[index]]
