"""Evidence in, the words to show out, and whether they may stand in quotation marks as the speaker's own.

The annotation guide calls evidence direct when it is, *or contains*, quoted words. Only in the first case are all of its words
the speaker's: "We will not talk," he said must not become a quotation of somebody who says "he said".
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.markup import clean
from handlers.model import Report, Statement

_DOUBLE = '"“”„‟«»「」『』＂'
_SINGLE = "'‘’‚‛‹›"
# A mark inside the words: any double one, and a single one that is no apostrophe. "The parties' offer" holds an apostrophe,
# unless the evidence opens with a single mark: then the same sign may well close it, and doubt means "not only his words".
_INNER = re.compile(rf"[{_DOUBLE}]|(?<!\w)[{_SINGLE}]|(?<![s\W])[{_SINGLE}](?!\w)")
_INNER_AFTER_SINGLE = re.compile(rf"[{_DOUBLE}]|(?<!\w)[{_SINGLE}]|[{_SINGLE}](?!\w)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words to show. `is_own`: all of them are the speaker's; the marks around them are left to whoever draws them."""

    words: str
    is_own: bool


def quote(statement: Statement) -> Quotation:
    """Take the speaker's own words out of their marks; give a sentence that mixes them with attribution as it stands."""
    evidence = clean(statement.evidence)
    # The comma before a closing mark belongs to the sentence around the quotation.
    bare = evidence.strip(_DOUBLE + _SINGLE + " ").rstrip(",")
    inner = _INNER_AFTER_SINGLE if evidence[:1] in tuple(_SINGLE) else _INNER
    is_own = statement.direct and bool(bare) and not inner.search(bare)
    return Quotation(bare, is_own=True) if is_own else Quotation(evidence, is_own=False)


def best(reports: Sequence[Report]) -> Report:
    """The report whose words say it best: the speaker's own before an outlet's, then the surest, then the first seen."""
    return min(reports, key=lambda r: (not quote(r.statement).is_own, -r.statement.confidence, r.seen_at, r.id))
