"""Evidence in, the words to show out, whether they may stand in quotation marks as the speaker's own, and what is around them.

The annotation guide calls evidence direct when it is, *or contains*, quoted words. Only in the first case are all of its words
the speaker's: "We will not talk," he said must not become a quotation of somebody who says "he said".
"""

import re
from dataclasses import dataclass

from bot.markup import CUT, clean
from handlers.model import Position, Report, Statement

_DOUBLE = '"“”„‟«»「」『』＂'
_SINGLE = "'‘’‚‛‹›"
# A mark inside the words: any double one, and a single one that is no apostrophe. "The parties' offer" holds an apostrophe,
# unless the evidence opens with a single mark: then the same sign may well close it, and doubt means "not only his words".
_INNER = re.compile(rf"[{_DOUBLE}]|(?<!\w)[{_SINGLE}]|(?<![s\W])[{_SINGLE}](?!\w)")
_INNER_AFTER_SINGLE = re.compile(rf"[{_DOUBLE}]|(?<!\w)[{_SINGLE}]|[{_SINGLE}](?!\w)")

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_PASSAGE = 700
"""A line of this length is drawn whole, even where many of its characters have to be escaped."""
_LEAST_ROOM = 60


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


def best(position: Position) -> Report:
    """The report whose words say it best: the speaker's own before an outlet's, then the surest, then the first seen.

    Words that a correction relabelled say something else: the others come first, and failing them the correction's own.
    """
    own = [report for report in position.reports if report.statement.stance is position.stance]
    told = own or ([position.correction] if position.correction else position.reports)
    return min(told, key=lambda r: (not quote(r.statement).is_own, -r.statement.confidence, r.seen_at, r.id))


def surroundings(text: str, start: int, end: int, room: int = 300) -> str:
    """The span whole, with what its paragraph says on either side: at most `room` characters each, cut between words.

    No more of the text is looked at than that, so its size does not matter.
    """
    # Whoever draws a passage that is too long cuts its middle, and there the evidence stands.
    room = min(room, max(_LEAST_ROOM, (_PASSAGE - (end - start)) // 2))
    # One character more than the room shows that a text goes on.
    before, is_cut_before = _near(text[max(0, start - room - 1) : start][::-1], room)
    after, is_cut_after = _near(text[end : end + room + 1], room)
    passage = f"{before[::-1]}{text[start:end]}{after}"
    return f"{CUT.lstrip() if is_cut_before else ''}{passage}{CUT.rstrip() if is_cut_after else ''}"


def _near(text: str, room: int) -> tuple[str, bool]:
    """The text up to the paragraph's end, or as many whole words as the room takes, and whether more would follow."""
    own, *others = _BLANK_LINE.split(text, maxsplit=1)
    if others or len(text) <= room:
        return own.rstrip(), False
    words, *last = own.rsplit(maxsplit=1) or ("",)
    # An endless word is cut inside: better than showing nothing of it.
    return (words if last and len(words) > room // 2 else own[:room].rstrip()), True
