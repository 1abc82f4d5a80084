"""A claim comes in; statements go out: condition, scope, evidence and day, each cut from the text or left unknown."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from handlers.model import Actor, Stance, Statement
from handlers.stance.claims import Claim
from handlers.stance.conditions import (
    condition_before,
    condition_behind,
    find_condition,
    find_scope,
    has_impossible_exit,
    is_unconditional,
    span_of,
)
from handlers.stance.counterpart import find_counterparts
from handlers.stance.days import said_on, with_day
from handlers.stance.recalling import is_beside_the_news, is_recalled
from handlers.stance.scene import Draft, Scene

NAMED = 0.85
"""A counterpart surer than this stands in the words themselves; below, the surroundings suggest it."""

RECENT = timedelta(days=15)
HISTORY = 0.4
"""How sure a recalled stance still is: below what is shown."""


def draft(scene: Scene, claim: Claim) -> Iterator[tuple[Draft, Actor]]:
    """Turn a claim into a statement for each holder and counterpart."""
    region = claim.region
    words = scene.text[region.start : region.end]
    condition = find_condition(claim.tree, claim.chain, region, quoted=claim.quote is not None)
    stance = claim.stance
    if condition is None and claim.chain.demand is not None and stance is Stance.CONDITIONAL:
        condition = span_of(claim.tree, claim.chain.demand)
    if condition is None and stance is Stance.OPEN:
        condition = condition_behind(scene.text, claim.quote, claim.tree.sentence, scene.quotes)
    if condition is None and stance in {Stance.OPEN, Stance.ENGAGED}:
        condition = condition_before(claim.tree, claim.chain, region)
    if condition is not None and not (stance is Stance.REJECTS and has_impossible_exit(words)):
        stance = Stance.CONDITIONAL
    if stance is not Stance.CONDITIONAL or (is_unconditional(words) and claim.stance is Stance.OPEN and condition is None):
        condition = None
    scope = find_scope(claim.tree, claim.chain) if stance is Stance.REJECTS else None
    start, end = _evidence(scene, claim)
    direct = bool(scene.quotes_in(start, end)) and (claim.quote is not None or _quotes_inside(scene, start, end))
    weight = (0.9 if claim.chain.kind == "weak" else 1.0) * (HISTORY if _is_history(scene, claim) else 1.0)
    for holder in claim.holders:
        names, certainty = find_counterparts(claim.tree, claim.chain, holder, scene.resolver, scene.sides, region)
        guess = names[0] if names and certainty < NAMED else None
        for name in ([None] if guess else names) or [None]:
            statement = Statement(
                holder.name,
                name,
                stance,
                scene.text[start:end],
                start,
                end,
                scope=scene.text[scope.start : scope.end] if scope else None,
                condition=scene.text[condition.start : condition.end] if condition else None,
                direct=direct,
                said_on=said_on(scene, claim, holder),
                confidence=round(claim.certainty * certainty * weight, 3),
            )
            yield Draft(statement, guess, claim), holder


def _is_history(scene: Scene, claim: Claim) -> bool:
    """Whether the words are recalled, or an aside in a sentence on something else."""
    tree = scene.trees[claim.tree.sentence.start]
    if claim.cue is not None:
        verbs = [claim.cue.verb]
    elif claim.quote is not None:
        holders = {actor.name for actor in claim.holders}
        cues = scene.cues.get(tree.sentence.start, [])
        verbs = [cue.verb for cue in cues if holders & {speaker.name for speaker in cue.speakers}]
    else:
        tree = claim.tree
        verbs = [word for word in claim.chain.path if word.pos == "VERB" and word.tag == "VBD"]
    days = [day for holder in claim.holders if (day := said_on(scene, claim, holder))]
    dated = scene.published is not None and any(scene.published - day < RECENT for day in days)
    recalled = any(is_recalled(tree, verb, scene.quotes, scene.published, dated=dated) for verb in verbs)
    if claim.quote is not None:  # "Last year we refused": the speaker looks back
        told = [*claim.chain.path, *([claim.chain.say] if claim.chain.say else [])]
        past = [word for word in told if word.tag == "VBD" and word.start >= claim.quote.start and word.end <= claim.quote.end]
        recalled = recalled or any(is_recalled(claim.tree, verb, [], scene.published, dated=True) for verb in past)
    return recalled or (claim.quote is None and is_beside_the_news(claim.tree, claim.chain))


def _quotes_inside(scene: Scene, start: int, end: int) -> bool:
    return any(start <= q.start and q.end <= end for q in scene.quotes_in(start, end))


def _evidence(scene: Scene, claim: Claim) -> tuple[int, int]:
    """Give the shortest whole clause or sentence that carries the stance: within its quotation, or the sentence."""
    start, end = claim.region.start, claim.region.end
    while start < end and scene.text[start] in ' \xa0\n“”"«»':
        start += 1
    while end > start and scene.text[end - 1].isspace():
        end -= 1
    return start, end


def settle(scene: Scene) -> tuple[Statement, ...]:
    """Give each draft its counterpart: the one that the same speaker names elsewhere, else the commonest guess."""
    named = [each.statement for each in scene.drafts if each.statement.counterpart is not None]
    settled: list[Statement] = []
    for each in scene.drafts:
        statement = each.statement
        if each.guess is not None:
            speaker = statement.speaker
            alike = [other for other in named if other.stance is statement.stance]
            same = {other.counterpart for other in alike if other.speaker == speaker}
            same = same or {other.counterpart for other in alike if _speaks_for(scene, other.speaker, speaker)}
            guesses = Counter(
                other.guess for other in scene.drafts if other.guess and other.statement.speaker == statement.speaker
            )
            name = next(iter(same)) if len(same) == 1 else guesses.most_common(1)[0][0]
            statement = replace(statement, counterpart=name)
        settled.append(with_day(scene, replace(each, statement=statement)).statement)
    return tuple(settled)


def _speaks_for(scene: Scene, person: str, party: str) -> bool:
    """Whether the body's person speaks for the party of a headline: then both mean the same counterpart."""
    actor = scene.actors.get(person)
    return actor is not None and actor.kind == "person" and actor.party == party
