"""Words come in, the numbers of their pieces go out: greedy longest match in a vocabulary, lower case, accents folded.

The scheme is WordPiece (Schuster and Nakajima 2012) as BERT uses it; the vocabulary lies beside the encoder's weights.
"""

import re
import unicodedata
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+|[^\w\s]|_")
LONGEST_WORD = 40
"""Characters. A longer word is no word of news text and would cost a quadratic search: it becomes one unknown piece."""


class Vocabulary:
    """Numbered pieces; a piece that begins with ## continues a word."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._words: dict[str, tuple[int, ...]] = {}
        self._unknown = self._numbers["[UNK]"]

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, piece: str) -> int:
        """Give the number of one piece; `KeyError` where the vocabulary lacks it."""
        return self._numbers[piece]

    def of(self, text: str) -> list[int]:
        """Cut running text into pieces."""
        folded = unicodedata.normalize("NFD", text.lower())
        plain = "".join(character for character in folded if not unicodedata.combining(character))
        return [number for word in _WORD.findall(plain) for number in self._word(word)]

    def _word(self, word: str) -> tuple[int, ...]:
        if word not in self._words:
            if len(self._words) > 50_000:  # a service reads for months; names never end
                self._words.clear()
            self._words[word] = self._cut(word)
        return self._words[word]

    def _cut(self, word: str) -> tuple[int, ...]:
        if len(word) > LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        at = 0
        while at < len(word):
            prefix = "##" if at else ""
            end = next((end for end in range(len(word), at, -1) if prefix + word[at:end] in self._numbers), 0)
            if not end:
                return (self._unknown,)
            found.append(self._numbers[prefix + word[at:end]])
            at = end
        return tuple(found)
