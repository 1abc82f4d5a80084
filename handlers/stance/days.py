"""A claim in its article comes in; the day on which its words were said goes out, where the text fixes it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from handlers.dates import find_days
from handlers.model import Actor, Statement
from handlers.people import Cast
from handlers.sentences import Sentence
from handlers.stance.claims import Claim
from handlers.stance.parsing import Tree, Word
from handlers.stance.scene import Scene

LEAD_SENTENCES = 4
SAME_SPEAKER = 2500
SAME_OCCASION = 900
"""Characters: further down an article leaves the occasion of its lead, sooner for people whom the lead does not name."""
_OTHER_TIME = re.compile(
    r"\b(?:last|earlier|previously|recent(?:ly)?|ago|since|for (?:a|two|three|many) \w+|had \w+ed)\b", re.IGNORECASE
)


def said_on(scene: Scene, claim: Claim, holder: Actor) -> date | None:
    """Find the day of the words at the cue (or the predicate) of the sentence, and remember it for the speaker."""
    day = _dated(scene, claim)
    if day is not None:
        scene.days.append((holder.name, day))
    return day


def with_day(scene: Scene, statement: Statement) -> Statement:
    """Take the day on which the same speaker is said to have spoken, where the article knows only one; else the lead's."""
    if statement.said_on is not None:
        return statement
    known = {day for name, day in scene.days if name == statement.speaker}
    if len(known) == 1:
        return replace(statement, said_on=known.pop())
    return replace(statement, said_on=None if known else _lead_day(scene, statement))


def _lead_day(scene: Scene, statement: Statement) -> date | None:
    """Take the day of the lead for words of the same occasion: its people spoke there, unless their sentence says otherwise."""
    actor = scene.actors.get(statement.speaker)
    if scene.lead is None or actor is None or _OTHER_TIME.search(statement.evidence):
        return None
    day, names = scene.lead
    if statement.speaker in names and (actor.kind == "person" or statement.direct):
        return day if statement.start < SAME_SPEAKER else None
    return day if statement.direct and actor.party in names and statement.start < SAME_OCCASION else None


def find_lead(text: str, sentences: list[Sentence], cast: Cast, published: date | None) -> tuple[date, frozenset[str]] | None:
    """Find the day that the article's first sentences state, and who is named beside it."""
    for sentence in sentences[:LEAD_SENTENCES]:
        days = {day for _, day in find_days(text[sentence.start : sentence.end], published)}
        if len(days) == 1:
            mentions = cast.within(sentence.start, sentence.end)
            names = {each.actor.name for each in mentions} | {each.actor.party for each in mentions if each.actor.party}
            return days.pop(), frozenset(names)
    return None


def _dated(scene: Scene, claim: Claim) -> date | None:
    """Take a day that belongs to the saying, not to what is said ("said on Monday that talks resume on Friday")."""
    verbs = [cue.verb for cue in scene.cues.get(claim.tree.sentence.start, [])]
    if claim.cue is None and claim.quote is None:
        verbs += [word for word in claim.chain.path if word.pos in {"VERB", "AUX"}]
    return next((day for verb in verbs for day in _days_of(scene, claim.tree, verb)), None)


def _days_of(scene: Scene, tree: Tree, verb: Word) -> Iterator[date]:
    """Give the days that stand right beside a verb, then those that hang on it, the nearest first."""
    found: list[tuple[bool, int, date]] = []
    quoted = [quote for quote in scene.quotes if quote.start < tree.sentence.end and quote.end > tree.sentence.start]
    for at, day in find_days(scene.text[tree.sentence.start : tree.sentence.end], scene.published):
        start = tree.sentence.start + at
        word = next((each for each in tree.words if each.end > start), None)
        if word is None or any(quote.start <= start < quote.end for quote in quoted):
            continue
        governor = next((each for each in tree.ancestors(word) if each.pos in {"VERB", "AUX"}), None)
        beside = scene.text[verb.end : start].strip() in {"", "on", "last", "late on", "early on"}
        before = word.start < verb.start and scene.text[word.end : verb.start].strip() == ""
        if beside or before or (governor is not None and governor.i == verb.i):
            found.append((not (beside or before), abs(start - verb.start), day))
    return (day for *_, day in sorted(found))


def note_days(scene: Scene, tree: Tree) -> None:
    """Remember on which day somebody is said to have spoken."""
    for cue in scene.cues.get(tree.sentence.start, []):
        for day in _days_of(scene, tree, cue.verb):
            scene.days += [(actor.name, day) for actor in cue.speakers]
