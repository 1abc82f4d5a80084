"""An article comes in; whether it is a notice that takes another article back goes out, and which one it names.

A correction of the article's own text is none: the text is right by then. A wording of notices is added here.
"""

import re

from handlers.dates import find_days
from handlers.model import Article, Notice

OPENING = 900
"""Characters: a notice says what it takes back at once."""

_THING = (
    r"(?:(?:news|earlier|previous) )?(?:report|story|article|item|dispatch|alert|headline|bulletin|despatch|text|account)s?"
)
_WITHDRAWS = re.compile(
    rf"\b(?:withdraws?|withdrew|withdrawn|retracts?|retracted|kills?)\b[^.\n]{{0,40}}\b{_THING}\b"
    rf"|\b{_THING}\b[^.\n]{{0,160}}\b(?:has been|have been|is|are|was|were|should be) "
    r"(?:withdrawn|retracted|disregarded|killed)\b"
    r"|\bdisregard\b[^.\n]{0,30}\b(?:report|story|article|item|dispatch)\b",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    rf"\bcorrects?\b[^.\n]{{0,40}}\b{_THING}\b"
    rf"|\b{_THING}\b[^.\n]{{0,160}}\b(?:was|were|is) (?:wrong|incorrect|mistaken|in error)\b"
    rf"|\b(?:wrongly|incorrectly|mistakenly|erroneously) (?:reported|quoted|said|stated)\b",
    re.IGNORECASE,
)
_HEADED = re.compile(
    r"^\W*(?:(correction|corrects?|corrected|clarification|erratum)|(retraction|withdrawal|withdrawn|retracted))\b", re.I
)
_QUOTED = re.compile(r"[\"“«]([^\"“”«»\n]{8,160})[\"”»]|[‘']([^‘’'\n]{12,160})[’']")
_OWN = re.compile(r"\b(?:earlier|previous|original) version of this\b|\bthis (?:story|article|report) (?:has been|was) ", re.I)


def find_notice(article: Article) -> Notice | None:
    """None for an article that takes nothing back."""
    title, opening = article.title or "", article.text[:OPENING]
    headed = _HEADED.match(title) or _HEADED.match(opening)
    lead = opening.split("\n\n")
    first = "\n".join(lead[:2])
    withdraws = _WITHDRAWS.search(first) is not None or bool(headed and headed.group(2))
    corrects = _CORRECTS.search(first) is not None
    # News of somebody who withdraws a report is no notice: the outlet's own begins with the word, or names no other subject.
    if not headed and not _speaks_for_itself(article, first):
        return None
    if not (withdraws or corrects) or (_OWN.search(opening) and not headed):
        return None
    titles = tuple(found[0] or found[1] for found in _QUOTED.findall(opening))
    days = [found.day for found in find_days(first, article.published)]
    return Notice("withdraws" if withdraws else "corrects", titles, min(days, default=None), article.text[:OPENING])


def _speaks_for_itself(article: Article, first: str) -> bool:
    """ "El Condor corrects its report": the outlet, or "we", is who corrects."""
    outlet = re.sub(r"^the\s+", "", (article.outlet or "").casefold())
    named = bool(outlet) and re.search(rf"\b{re.escape(outlet)}\b[^.\n]{{0,60}}\b(?:correct|withdr|retract)", first.casefold())
    return (
        bool(named)
        or re.search(r"\bwe (?:correct|withdr|retract|wrongly|incorrectly)\w*|\bour (?:report|story)\b", first, re.I)
        is not None
    )
