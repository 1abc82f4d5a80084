"""Words that claim to stand in a text come in; the span where they stand goes out, or None.

Only what print and copying change is forgiven: the kind of quotation marks, apostrophes and dashes, the width of white
space, characters without width. No letter, no digit, no case.
"""

import unicodedata

from handlers.sentences import Span

_ALIKE = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
_EDGES = " \"'.,;:…"


class Verbatim:
    """One text, in which many words are looked up."""

    def __init__(self, text: str) -> None:
        self._plain, self._at = _plain(text)
        self._size = len(text)

    def find(self, words: str) -> Span | None:
        """Find the words in the text, at their first place. Marks and points at their ends need not be there.

        Of words that open with a quotation mark the marks are left out: the words are the evidence.
        """
        wanted = _plain(words)[0].strip()
        wanted = wanted.strip(_EDGES) if wanted.startswith('"') else wanted
        start = self._plain.find(wanted) if wanted else -1
        if start < 0:
            wanted = wanted.strip(_EDGES)
            start = self._plain.find(wanted) if wanted else -1
        if start < 0 or not self._is_whole(start, start + len(wanted)):
            return None
        end = start + len(wanted) - 1
        return Span(self._at[start], self._at[end] + 1)

    def _is_whole(self, start: int, end: int) -> bool:
        """Whether no word is cut: "not" may not go missing from "cannot"."""
        before, after = self._plain[max(0, start - 1) : start], self._plain[end : end + 1]
        return not (before.isalnum() and self._plain[start].isalnum()) and not (
            after.isalnum() and self._plain[end - 1].isalnum()
        )


def _plain(text: str) -> tuple[str, list[int]]:
    """Give the text with one form for each kind of mark, and for each character its offset in the text as it was."""
    kept: list[str] = []
    at: list[int] = []
    for offset, character in enumerate(text):
        if character.isspace():
            if kept and kept[-1] == " ":
                continue
            character = " "
        elif unicodedata.category(character) == "Cf":  # bidi marks, joiners, soft hyphens
            continue
        kept.append(_ALIKE.get(character, character))
        at.append(offset)
    return "".join(kept), at
