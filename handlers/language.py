"""A text comes in; the language it is written in goes out, as an ISO 639-1 code.

English is told by its commonest words, which costs nothing; only what is not English by them is put to the detector, whose
model takes a second and 100 MB in the process that first needs it. Which languages it may name: `data/languages.toml`.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Protocol, cast

from handlers.wording import load_words

UNDETERMINED = "und"
"""Another language than English, but not surely any one of those that are known."""

SAMPLE = 3_000
ENOUGH_WORDS = 25
ENGLISH_SHARE = 0.15
ENGLISH_SHARE_OF_FEW = 0.08
FEW_WORDS = 120
"""Running English has about 35 % of these words, a headline with its lead 10 to 20 %, other languages under 6 %."""
SURE = 0.6
"""Of 2,010 lines of the English development articles none was taken for another language with more than 0.56; of thirteen
composed headlines in other languages nine are known by it."""
SHORTEST = 4
"""Words in letters that English has too; fewer are a name or a link, and every detector guesses at them."""
SPARE = 12
"""Words; so many without one of the commonest English ones are not English, whichever language it is."""

_WORD = re.compile(r"[^\W\d_]+")


class _Detector(Protocol):
    labels: list[str]

    def set_languages(self, langs: list[str]) -> None: ...
    def classify(self, text: str) -> tuple[str, float]: ...


@cache
def language_names() -> dict[str, str]:
    """The English name of each language by its code."""
    return tomllib.loads(resources.files("handlers").joinpath("data", "languages.toml").read_text(encoding="utf-8"))


@cache
def _detector() -> _Detector:
    from py3langid import langid  # pyright: ignore[reportMissingTypeStubs] # untyped; its model is loaded when it is needed

    identifier = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)  # pyright: ignore[reportUnknownMemberType]
    detector = cast("_Detector", identifier)
    detector.set_languages(sorted(set(language_names()) & set(detector.labels)))
    return detector


def language_of(text: str) -> str | None:
    """Give "en" or another code, "und" where it is surely not English; None where a text is too short to tell.

    The last is read as English: a headline of names alone ("Khamenei, Trump: talks") loses nothing by it.
    """
    sample = text[:SAMPLE]
    words = [word.casefold() for word in _WORD.findall(sample)]
    english = sum(word in load_words().words("english") for word in words)
    if len(words) >= ENOUGH_WORDS:
        share = ENGLISH_SHARE if len(words) > FEW_WORDS else ENGLISH_SHARE_OF_FEW
        return "en" if english >= share * len(words) else _other(sample) or UNDETERMINED
    letters = [character for character in sample if character.isalpha()]
    is_latin = sum(character.isascii() for character in letters) >= 0.8 * len(letters)
    if is_latin and (english or len(words) < SHORTEST):
        return "en" if english else None
    return _other(sample) or (None if is_latin and len(words) < SPARE else UNDETERMINED)


def _other(sample: str) -> str | None:
    """Ask the detector; None where it is not sure, or says English after all."""
    code, certainty = _detector().classify(sample)
    return code if certainty >= SURE and code != "en" else None
