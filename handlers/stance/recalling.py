"""A claim comes in; whether its words are only recalled goes out: said in another year, once, before what is told here.

History is no news: a recalled stance keeps its words and loses the certainty and the day of what the article reports.
"""

import re
from datetime import date

from handlers.quotations import Quotation
from handlers.stance.chain import Chain
from handlers.stance.cues import load_cues
from handlers.stance.parsing import Tree, Word
from handlers.stance.terms import kind_of
from handlers.wording import load_words

_YEAR = re.compile(r"(?:19|20)\d\d")
_LIGHT = frozenset({"prep", "pobj", "nummod", "npadvmod", "compound", "nmod", "advmod", "dobj", "pcomp", "poss", "amod"})
_CORRECTED = re.compile(
    r"\b(?:earlier|previous|prior|original) (?:version|edition) of (?:this|the|our|an?)\b"
    r"|\bthis (?:story|article|report|item|post|headline) (?:has been|was|is) (?:corrected|updated|amended|changed)\b"
    r"|^\W*(?:correction|corrects?|clarification|erratum)\b\s*(?:\([^)]*\))?\s*[:–—-]"
    r"|\b(?:misstated|misreported|misquoted|misattributed)\b"
    r"|\b(?:(?:incorrectly|wrongly|mistakenly|erroneously) (?:said|reported|stated|quoted|attributed))\b",
    re.IGNORECASE,
)


def is_correction(paragraph: str) -> bool:
    """Whether a paragraph is the outlet's word on its own mistake: what was wrong is no statement."""
    return _CORRECTED.search(paragraph) is not None


def is_recalled(tree: Tree, verb: Word, quotes: list[Quotation], published: date | None, *, dated: bool) -> bool:
    """Whether a verb of saying looks back: "had said", "once said", "said in 1999", "in his 2024 speech".

    "Had said on Friday" is still news: `dated` tells that a day of these weeks stands beside the verb.
    """
    children = list(tree.children(verb))
    if verb.tag == "VBN" and any(child.dep == "aux" and child.lower in {"had", "'d", "’d"} for child in children):
        return not dated
    if any(child.dep == "advmod" and child.lower in {"once", "previously", "formerly"} for child in children):
        return True
    unquoted = [word for word in tree.words if not _is_quoted(word, quotes)]
    years = [word for word in unquoted if _YEAR.fullmatch(word.text) and not _is_of_now(word, published)]
    years += [word for word in unquoted if word.lemma in {"year", "decade"} and _is_long_ago(tree, word)]
    return any(_hangs_on(tree, year, verb) for year in years)


def _is_quoted(word: Word, quotes: list[Quotation]) -> bool:
    return any(quote.start <= word.start < quote.end for quote in quotes)


def _is_of_now(year: Word, published: date | None) -> bool:
    return published is not None and int(year.text) == published.year


def _is_long_ago(tree: Tree, word: Word) -> bool:
    """ "Last year", "two years ago"."""
    after = tree.words[word.i + 1].lower if word.i + 1 < len(tree.words) else ""
    return after in {"ago", "earlier", "before"} or any(child.lower == "last" for child in tree.children(word))


def _hangs_on(tree: Tree, word: Word, verb: Word) -> bool:
    while word.dep in _LIGHT or (word.dep == "advcl" and word.lower == "speaking"):
        governor = tree.head(word)
        if governor is None or governor.i == verb.i:
            return governor is not None
        word = governor
    return False


def is_beside_the_news(tree: Tree, chain: Chain) -> bool:
    """ "Iran, which has refused to negotiate since 2018, sold more oil": an aside between commas, and no news of talks."""
    clause = next((word for word in [*chain.path, *tree.ancestors(chain.top)] if word.dep == "relcl"), None)
    if clause is None or chain.term not in tree.subtree(clause):
        return False
    inside = tree.subtree(clause)
    first = inside[0].i
    opened = first > 0 and tree.words[first - 1].lower in {",", "–", "—", "("}
    perfect = any(child.dep == "aux" and child.lower in {"has", "have", "had"} for child in tree.children(clause))
    past = re.search(rf"\b{load_words().any_of('other_times')}\b", " ".join(word.text for word in inside), re.IGNORECASE)
    if not (perfect or past):
        return False
    taken = {word.i for word in inside}
    cues = load_cues()
    return opened and not any(word.i not in taken and kind_of(tree, word, cues) is not None for word in tree.words)
