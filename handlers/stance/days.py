"""A claim in its article comes in; the day on which its words were said goes out, where the text fixes it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from handlers.dates import find_days
from handlers.model import Actor, Statement
from handlers.stance.claims import Claim
from handlers.stance.parsing import Tree, Word
from handlers.stance.scene import Scene


def said_on(scene: Scene, claim: Claim, holder: Actor) -> date | None:
    """Find the day of the words at the cue (or the predicate) of the sentence, and remember it for the speaker."""
    day = _dated(scene, claim)
    if day is not None:
        scene.days.append((holder.name, day))
    return day


def with_day(scene: Scene, statement: Statement) -> Statement:
    """Take the day on which the same speaker is said to have spoken, where the article knows only one."""
    known = {day for name, day in scene.days if name == statement.speaker}
    return replace(statement, said_on=known.pop()) if statement.said_on is None and len(known) == 1 else statement


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
