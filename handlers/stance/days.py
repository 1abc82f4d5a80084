"""A claim in its article comes in; the day on which its words were said goes out, where the text fixes it.

A day counts only where it belongs to the saying (`saying.py`); a speaker's only day holds for the same occasion.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

from handlers.dates import find_days
from handlers.model import Actor
from handlers.people import Cast
from handlers.sentences import Sentence
from handlers.stance.claims import Claim
from handlers.stance.parsing import Tree
from handlers.stance.saying import Moment, day_of_saying, is_another_time
from handlers.stance.scene import Draft, Scene
from handlers.stance.sides import party_name

LEAD_SENTENCES = 4
SAME_SPEAKER = 2500
SAME_OCCASION = 900
"""Characters: further down an article leaves the occasion of its lead, sooner for people whom the lead does not name."""
FRESH = timedelta(days=2)
"""A lead tells of the last days; an older day in it is history, or a plan for the days ahead."""

_PLAN = re.compile(r"\b(?:will|would|to|due|planned|scheduled|expected)\b")


def said_on(scene: Scene, claim: Claim, holder: Actor) -> date | None:
    """Find the day of the words at the cue (or the predicate) of the sentence, and remember it for the speaker."""
    day = _dated(scene, claim, holder)
    if day is not None:
        scene.days.append((holder.name, day))
    return day


def is_of_the_occasion(scene: Scene, claim: Claim) -> bool:
    """Whether words without a day of their own belong to what the article reports, not to an earlier time."""
    cues = [cue.verb for cue in scene.cues.get(claim.tree.sentence.start, [])]
    if claim.quote is None and claim.cue is None:
        return False
    return not is_another_time(_moment(scene, _own_tree(scene, claim)), [*cues, *([claim.cue.verb] if claim.cue else [])])


def with_day(scene: Scene, draft: Draft) -> Draft:
    """Take the day on which the same speaker is said to have spoken, where the article knows only one; else the lead's."""
    statement = draft.statement
    if statement.said_on is not None or not draft.current:
        return draft
    known = {day for name, day in scene.days if name == statement.speaker}
    day = known.pop() if len(known) == 1 else None if known else _lead_day(scene, draft)
    return replace(draft, statement=replace(statement, said_on=day))


def _lead_day(scene: Scene, draft: Draft) -> date | None:
    """Take the day of the lead for words of the same occasion: its people spoke there."""
    statement = draft.statement
    actor = scene.actors.get(statement.speaker)
    if scene.lead is None or actor is None:
        return None
    day, names = scene.lead
    if statement.speaker in names and actor.kind == "person":
        return day if statement.start < SAME_SPEAKER else None
    return day if statement.direct and party_name(actor) in names and statement.start < SAME_OCCASION else None


def find_lead(
    text: str, sentences: list[Sentence], trees: dict[int, Tree], cast: Cast, published: date | None
) -> tuple[date, frozenset[str]] | None:
    """Find the day that the article's first sentences state for something that happened, and who is named beside it."""
    for sentence in sentences[:LEAD_SENTENCES]:
        words = find_days(text[sentence.start : sentence.end], published)
        if len({found.day for found in words}) != 1:
            continue
        day, at = words[0].day, sentence.start + words[0].start
        if (published is not None and published - day > FRESH) or _is_planned(text, sentence, trees.get(sentence.start), at):
            return None
        mentions = cast.within(sentence.start, sentence.end)
        names = {each.actor.name for each in mentions} | {each.actor.party for each in mentions[:1] if each.actor.party}
        return day, frozenset(names)
    return None


def _is_planned(text: str, sentence: Sentence, tree: Tree | None, at: int) -> bool:
    """Whether a day is a plan's or an aside's ("he would meet her on Thursday", "who took office on Monday")."""
    if tree is None:
        return _PLAN.search(text, sentence.start, at) is not None
    word = next((each for each in tree.words if each.end > at), None)
    governor = next((each for each in tree.ancestors(word) if each.pos in {"VERB", "AUX"}), None) if word else None
    if governor is None:
        return False
    return (
        governor.tag == "VBP"
        or governor.dep in {"relcl", "ccomp"}
        or any(
            child.dep == "aux" and child.lower in {"will", "would", "to", "could", "should", "shall", "may", "might"}
            for child in tree.children(governor)
        )
    )


def _dated(scene: Scene, claim: Claim, holder: Actor) -> date | None:
    """Take a day that belongs to the saying, not to what is said ("said on Monday that talks resume on Friday")."""
    moment = _moment(scene, _own_tree(scene, claim))
    if claim.cue is not None:
        return day_of_saying(moment, claim.cue.verb, claim.cue.subject)
    cues = scene.cues.get(claim.tree.sentence.start, [])
    if claim.quote is not None:
        own = [cue for cue in cues if any(_is_same_voice(speaker, holder) for speaker in cue.speakers)]
        return next((day for cue in own or cues[:1] if (day := day_of_saying(moment, cue.verb, cue.subject))), None)
    moment = _moment(scene, claim.tree)
    verbs = [word for word in claim.chain.path if word.pos in {"VERB", "AUX"}]
    days = (day_of_saying(moment, verb, claim.tree.subject(verb), narrated=True) for verb in reversed(verbs))
    return next((day for day in days if day is not None), None)


def _own_tree(scene: Scene, claim: Claim) -> Tree:
    """Give the tree to which the sentence's cues belong: that of a mended quotation has no "he said"."""
    return scene.trees[claim.tree.sentence.start]


def _is_same_voice(speaker: Actor, holder: Actor) -> bool:
    return speaker.name == holder.name or party_name(speaker) == party_name(holder)


def _moment(scene: Scene, tree: Tree) -> Moment:
    quoted = [quote for quote in scene.quotes if quote.start < tree.sentence.end and quote.end > tree.sentence.start]
    return Moment(scene.text, tree, quoted, scene.published)


def note_days(scene: Scene, tree: Tree) -> None:
    """Remember on which day somebody is said to have spoken."""
    moment = _moment(scene, tree)
    for cue in scene.cues.get(tree.sentence.start, []):
        day = day_of_saying(moment, cue.verb, cue.subject)
        if day is not None:
            scene.days += [(actor.name, day) for actor in cue.speakers]
    if not scene.cues.get(tree.sentence.start):
        scene.days += _days_of_acts(scene, moment)


def _days_of_acts(scene: Scene, moment: Moment) -> list[tuple[str, date]]:
    """ "Foreign Minister X left the door ajar on Monday. “…,” he said": what a person did on that day was said on it."""
    root = next((word for word in moment.tree.words if word.dep == "ROOT" and word.tag == "VBD"), None)
    subject = moment.tree.subject(root) if root is not None else None
    if root is None or subject is None:
        return []
    day = day_of_saying(moment, root, subject, narrated=True)
    people = scene.resolver.actors(moment.tree, subject) if day is not None else ()
    return [(actor.name, day) for actor in people if actor.kind == "person" and day is not None]
