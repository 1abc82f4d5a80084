"""A verb of saying in its sentence comes in; the day that the sentence gives to the saying goes out, else None.

A day that stands inside the quotation or in what is said ("talks will resume on Thursday") is never the day of the words.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from handlers.dates import COUNT, DayWords, days_in, find_days, find_steps
from handlers.quotations import Quotation
from handlers.sentences import overlapping
from handlers.stance.parsing import Tree, Word
from handlers.wording import load_words

_FAR = 130
_TELLING = frozenset({"tell", "inform", "address", "notify", "warn", "assure", "remind"})
# What may stand between "said" and its day: a place, an occasion, another part of the day, words without a verb.
_OPENING = re.compile(
    r"[\s,]*(?:(?:in|at|to|from|via|by|during|on|through|outside|inside|late|early|earlier|later|again|live|here|only|aboard|before"
    r"|last|speaking|reporters)\b.*)?$",
    re.IGNORECASE | re.DOTALL,
)
_BROKEN = re.compile(
    r"[.;:“”\"«»—]|\b(?:that|whether|if|which|who|when|where|because|ahead|of|about|over|and|but)\b", re.IGNORECASE
)
_CONTENT = re.compile(
    r"\s+(?:(?:night|evening|morning|afternoon)\s+)?(?:would|will|was|is|were|are|could|should|had|has|have|can|may|must)\b"
)
_PART_OF_DAY = re.compile(
    r"(?:\s+(?:night|evening|morning|afternoon|local time))?[\s,]*(?:again|also|publicly|openly|flatly|once more)?\s*$"
)
_PARTICIPLES = frozenset(
    {
        "speak",
        "publish",
        "broadcast",
        "air",
        "post",
        "issue",
        "release",
        "carry",
        "televise",
        "address",
        "give",
        "deliver",
        "record",
    }
)
_FRESH = timedelta(days=2)
_APART = re.compile(rf"\b({COUNT}) days? (after|before)\b", re.IGNORECASE)
_MODALS = frozenset({"will", "would", "to", "could", "should", "shall", "may", "might", "can", "must", "'ll", "’ll"})
_PAST = frozenset({"was", "were", "did", "had", "has", "have"})


@cache
def _speaking() -> re.Pattern[str]:
    words = load_words()
    spoken = rf"{words.any_of('spoken')}\b(?=[^.;:“”]{{0,60}}$)"
    return re.compile(rf"\b(?:{words.any_of('speaking')}|{spoken})\b[^.;:“”]{{0,110}}$", re.IGNORECASE)


@cache
def _other_times() -> re.Pattern[str]:
    return re.compile(rf"\b{load_words().any_of('other_times')}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Moment:
    """One sentence, and what is needed to tell its days apart."""

    text: str
    tree: Tree
    quoted: list[Quotation]
    published: date | None
    days: list[DayWords]
    """The words for days outside quotation marks, with offsets into the article."""

    def unquoted(self) -> str:
        """Give the sentence without what is quoted in it."""
        start, end = self.tree.sentence.start, self.tree.sentence.end
        kept = list(self.text[start:end])
        for quote in self.quoted:
            for at in range(max(start, quote.start), min(end, quote.end)):
                kept[at - start] = " "
        return "".join(kept)


def moment_of(text: str, tree: Tree, quotes: list[Quotation], published: date | None, since: date | None) -> Moment:
    """Read the days of a sentence; `since` is the day told before it, from which "the same day" and "a day later" count."""
    start, end = tree.sentence.start, tree.sentence.end
    quoted = list(overlapping(quotes, start, end))
    found = find_days(text[start:end], published)
    if since is not None:
        steps = find_steps(text[start:end], since, published)
        found = [each for each in found if not any(step.start < each.end and each.start < step.end for step in steps)] + steps
    moved = [DayWords(start + each.start, start + each.end, each.day) for each in found]
    outside = [each for each in moved if not any(quote.start <= each.start < quote.end for quote in quoted)]
    return Moment(text, tree, quoted, published, outside)


def is_told(tree: Tree, verb: Word) -> bool:
    """Whether a verb tells of something that happened, not of what will or should."""
    helpers = {child.lower for child in tree.children(verb) if child.dep in {"aux", "auxpass"}}
    return not helpers & _MODALS and (verb.tag == "VBD" or bool(helpers & _PAST))


def day_of_saying(moment: Moment, verb: Word, subject: Word | None, *, narrated: bool = False) -> date | None:
    """Give the day of one verb of saying; None where none belongs to it, or where two compete."""
    if not moment.days or (narrated and not is_told(moment.tree, verb)):
        return None
    apart = _days_apart(moment, verb)
    if apart is not None:
        return apart
    for belongs in (_beside, _after, _before, _while_speaking):
        found = {each.day for each in moment.days if belongs(moment, verb, subject, each)}
        if found:
            return found.pop() if len(found) == 1 else None
    if narrated:
        found = {each.day for each in moment.days if _closes(moment, verb, each)}
        return found.pop() if len(found) == 1 else None
    return None


def _days_apart(moment: Moment, verb: Word) -> date | None:
    """ "Rouhani said on Tuesday …, a day after Trump offered to meet": the day of the clause behind "after"."""
    clause = next((each for each in [verb, *moment.tree.ancestors(verb)] if each.dep in {"advcl", "pcomp", "acl"}), None)
    if clause is None:
        return None
    first = min(each.start for each in moment.tree.subtree(clause))
    before = moment.text[moment.tree.sentence.start : verb.start]
    match = next((m for m in _APART.finditer(before) if moment.tree.sentence.start + m.end() >= first - 20), None)
    main = [day for day in moment.days if day.start < moment.tree.sentence.start + match.start()] if match else []
    if match is None or not main or any(day.start > moment.tree.sentence.start + match.end() for day in moment.days):
        return None
    return main[-1].day - days_in(match.group(1)) * (1 if match.group(2).casefold() == "after" else -1)


def _beside(moment: Moment, verb: Word, subject: Word | None, day: DayWords) -> bool:
    """ "Said on Monday", "on Monday said": right beside the verb."""
    after = moment.text[_end_of(moment, verb, subject) : day.start]
    if day.start >= verb.end and after.strip(" ,\xa0\n").casefold() in {
        "",
        "on",
        "late on",
        "early on",
        "late",
        "early",
        "later on",
        "earlier on",
    }:
        return _CONTENT.match(moment.text, day.end) is None
    own_side = subject is None or subject.start < day.start
    close = bool(_PART_OF_DAY.fullmatch(moment.text[day.end : verb.start])) if day.end <= verb.start else False
    return close and own_side and not _has_verb(moment.tree, subject.end if subject else day.start, day.start)


def _after(moment: Moment, verb: Word, subject: Word | None, day: DayWords) -> bool:
    """ "Told reporters in Doha on Monday", "said in a statement late on Tuesday": behind the verb, with no clause between."""
    start = _end_of(moment, verb, subject)
    if not 0 <= day.start - start <= _FAR:
        return False
    gap = moment.text[start : day.start]
    if _BROKEN.search(gap) or _has_verb(moment.tree, start, day.start) or _CONTENT.match(moment.text, day.end):
        return False
    return verb.lemma in _TELLING or _OPENING.match(gap) is not None


def _before(moment: Moment, verb: Word, subject: Word | None, day: DayWords) -> bool:
    """ "On Monday, Ali Khamenei said": the day opens a clause, and nobody else acts before the verb."""
    if subject is None or not day.end <= subject.start <= verb.start:
        return False
    base = moment.tree.sentence.start
    opening = re.split(r"[;“”\"—]|, (?:and|but) ", moment.text[base : day.start])[-1]
    if len(opening.strip()) > 60 or _has_verb(moment.tree, day.start - len(opening), day.start):
        return False
    acting = [
        word for word in moment.tree.words if day.end <= word.start < verb.start and word.dep in {"nsubj", "nsubjpass", "expl"}
    ]
    if any(word.tag in {"MD", "VBD", "VBZ", "VBP"} and day.end <= word.start < subject.start for word in moment.tree.words):
        return False  # "Talks on Monday will not take place, Kim said": the day of what is said
    inside = {word.i for word in moment.tree.subtree(subject)}
    return all(word.i in inside or word.i == subject.i for word in acting)


def _while_speaking(moment: Moment, verb: Word, subject: Word | None, day: DayWords) -> bool:
    """ "Speaking in Doha on Monday, he said", "In a statement on Tuesday, …"."""
    before = moment.text[moment.tree.sentence.start : day.start]
    match = _speaking().search(before)
    if match is None or re.search(r"\b(?:that|will|would|which|who)\b", match.group()):
        return False
    return _CONTENT.match(moment.text, day.end) is None


def _closes(moment: Moment, verb: Word, day: DayWords) -> bool:
    """ "Hamas rejected the proposal on Tuesday": a fresh day behind a past act, which the parser hangs on that act."""
    if verb.tag != "VBD" or day.start < verb.end or moment.published is None or moment.published - day.day > _FRESH:
        return False
    word = next((each for each in moment.tree.words if each.start >= day.start), None)
    if word is None or _has_verb(moment.tree, verb.end, day.start):
        return False
    governor = next((each for each in moment.tree.ancestors(word) if each.pos in {"VERB", "AUX"}), None)
    return governor is not None and governor.i == verb.i


def _end_of(moment: Moment, verb: Word, subject: Word | None) -> int:
    """Give where a verb ends, with its subject where that stands right behind it ("said Ali Khamenei")."""
    if subject is None or subject.start < verb.start:
        return verb.end
    behind = [
        word.end
        for word in moment.tree.subtree(subject)
        if word.dep in {"compound", "amod", "det", "poss", "case", "flat"} or word == subject
    ]
    return max([*behind, subject.end])


def _has_verb(tree: Tree, start: int, end: int) -> bool:
    """Whether a clause stands between two places; "speaking", "published" only say how the words came."""
    return any(
        word.pos in {"VERB", "AUX"} and start <= word.start < end and word.lemma not in _PARTICIPLES for word in tree.words
    )


def is_another_time(moment: Moment, verbs: list[Word]) -> bool:
    """Whether a sentence looks back ("had said", "last week"), so that the day of the article's news is not its day."""
    for verb in verbs:
        if any(child.dep == "aux" and child.lower in {"had", "has", "have"} for child in moment.tree.children(verb)):
            return True
    return _other_times().search(moment.unquoted()) is not None
