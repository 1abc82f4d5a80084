"""The rules' drafts of one article and the encoder's chances for its sentences come in; the drafts that both carry go out.

Whatever either side finds is a candidate. Who holds it and toward whom are choices over the roles in the sentence; how sure it
is, a logistic regression over both votes says ("confirming" for what the rules read, "finding" for what only the encoder sees;
tables of `data/choices.toml`, fitted on articles the encoder never saw).
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from handlers.model import Actor, Stance, Statement
from handlers.sentences import Sentence
from handlers.stance.choosing import Features, load_weights, score
from handlers.stance.conditions import first_condition
from handlers.stance.cues import load_cues
from handlers.stance.encoder import Chances
from handlers.stance.holders import Holder, find_holders
from handlers.stance.partners import Partner, find_partners
from handlers.stance.scene import Draft, Scene

WORTH_ASKING = 0.12
"""A stance or a holder less likely than this never makes a candidate that is more likely right than wrong."""
FLOOR = 0.5
CONFIRMED_FLOOR = 0.25
"""What the rules read surely stays unless the encoder makes it unlikely; all else must be as likely right as wrong.
Measured on held-back articles: a higher first floor loses right rows of the rules, a lower second one lets in mere guesses."""
SURELY = 0.45
"""Below this the rules themselves would be silent."""
NAMED = 0.6
"""From here on somebody is named as the counterpart; below, nobody is."""
CLEAR = 5.0
"""Log odds beyond which certainty says nothing more."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence with the encoder's chances, and who may hold a stance in it."""

    sentence: Sentence
    chances: Chances
    holders: list[Holder]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible statement, its speaker, and what speaks for it."""

    draft: Draft
    actor: Actor
    features: Features


def judge(scene: Scene, sentences: Sequence[Sentence], chances: Iterable[Chances]) -> list[Judged]:
    return [Judged(sentence, each, find_holders(scene, sentence)) for sentence, each in zip(sentences, chances, strict=True)]


def vote(scene: Scene, judged: Sequence[Judged]) -> None:
    """Replace the scene's drafts by those of both votes, each with its probability."""
    groups: dict[tuple[Sentence | None, str], list[Candidate]] = {}
    for candidate in candidates(scene, judged):
        statement = replace(candidate.draft.statement, confidence=round(confidence(candidate.features), 3))
        found = replace(candidate, draft=replace(candidate.draft, statement=statement))
        groups.setdefault((scene.sentence_at(statement.start), statement.speaker), []).append(found)
    kept = [each for group in groups.values() for each in _best(group) if _is_heard(each)]
    scene.drafts = [each.draft for each in kept]
    for each in kept:
        scene.actors.setdefault(each.actor.name, each.actor)


def _is_heard(candidate: Candidate) -> bool:
    surely = candidate.features["rules"] and candidate.features["rules, how sure"] >= SURELY
    return candidate.draft.statement.confidence >= (CONFIRMED_FLOOR if surely else FLOOR)


def _best(group: list[Candidate]) -> list[Candidate]:
    """Choose among what one speaker may say in one sentence: all that the rules read, or one stance that is surer."""
    top = max(group, key=lambda each: each.draft.statement.confidence)
    if top.features["rules"]:
        return [each for each in group if each.features["rules"]]
    return [each for each in group if each.draft.statement.stance is top.draft.statement.stance]


def confidence(features: Features) -> float:
    """Give the probability that speaker, counterpart and stance are right."""
    weights = load_weights("confirming" if features["rules"] else "finding")
    return 1.0 / (1.0 + math.exp(-score(features, weights)))


def candidates(scene: Scene, judged: Sequence[Judged]) -> Iterator[Candidate]:
    """List what either side found, the rules first."""
    places = {each.sentence: each for each in judged}
    covered: set[tuple[Sentence | None, str, Stance]] = set()
    for draft in scene.drafts:
        statement = draft.statement
        at = scene.sentence_at(statement.start)
        covered.add((at, statement.speaker, statement.stance))
        actor = scene.actors[statement.speaker]
        here = places.get(at) if at else None
        partner = _partner(scene, here.sentence, actor, statement.stance) if here else None
        if statement.counterpart is None and partner is not None:
            draft = replace(draft, guess=partner.name)
        yield Candidate(draft, actor, _features(scene, judged, here, draft))
    for each in judged:
        for stance, chance in each.chances.items():
            for holder in each.holders:
                if holder.actor is None or chance * holder.chance < WORTH_ASKING / 2 or holder.chance < WORTH_ASKING:
                    continue
                if chance < WORTH_ASKING or (each.sentence, holder.actor.name, stance) in covered:
                    continue
                partner = _partner(scene, each.sentence, holder.actor, stance)
                draft = _draft(scene, each.sentence, holder.actor, stance, partner)
                yield Candidate(draft, holder.actor, _features(scene, judged, each, draft, rules=False))


def _partner(scene: Scene, sentence: Sentence, holder: Actor, stance: Stance) -> Partner:
    """Take the likeliest counterpart, or nobody where none is likelier than not."""
    found = find_partners(scene, sentence, holder, stance)
    return found[0] if found[0].chance >= NAMED else Partner(None, next(p.chance for p in found if p.name is None))


def _features(scene: Scene, judged: Sequence[Judged], here: Judged | None, draft: Draft, *, rules: bool = True) -> Features:
    """Say what speaks for a draft: the encoder's chances, the holder's, the rules' findings, and the sentence's own words."""
    statement = draft.statement
    if here is None:
        return {"bias": 1.0, "rules": 1.0, "rules, how sure": statement.confidence, "not judged": 1.0}
    start, end = here.sentence.start, here.sentence.end
    others = [d.statement for d in scene.drafts if start <= d.statement.start < end and d.statement is not statement]
    again = [e.chances[statement.stance] * _chance_of(e, statement.speaker) for e in judged if e is not here]
    return {
        "bias": 1.0,
        statement.stance.value: 1.0,
        "stance": _log_odds(here.chances[statement.stance]),
        "some stance": _log_odds(sum(here.chances.values())),
        "holder": _log_odds(_chance_of(here, statement.speaker)),
        "again elsewhere": max(again, default=0.0),
        "rules": float(rules),
        "rules, how sure": statement.confidence if rules else 0.0,
        "rules read another stance": float(any(s.speaker == statement.speaker for s in others)),
        "rules read another speaker": float(any(s.speaker != statement.speaker for s in others)),
        "counterpart named": float(statement.counterpart is not None),
        "counterpart guessed": float(statement.counterpart is None and draft.guess is not None),
        "direct": float(statement.direct),
        **_of_words(scene, here.sentence, statement),
    }


def _chance_of(judged: Judged, name: str) -> float:
    return next((holder.chance for holder in judged.holders if holder.actor and holder.actor.name == name), 0.0)


def _of_words(scene: Scene, sentence: Sentence, statement: Statement) -> Features:
    """Say whether the sentence has the words that its stance needs: an opener of a condition, a no, a word on negotiating."""
    cues, text = load_cues(), scene.text[sentence.start : sentence.end]
    tree = scene.trees.get(sentence.start)
    opener = tree is not None and first_condition(tree) is not None
    refusals = cues.negators | cues.refuse | cues.ending | cues.blocking | cues.pointless
    refused = tree is not None and any(word.lemma in refusals or word.lower in refusals for word in tree.words)
    conditional, rejects = statement.stance is Stance.CONDITIONAL, statement.stance is Stance.REJECTS
    cued = any(speaker.name == statement.speaker for cue in scene.cues_of(sentence) for speaker in cue.speakers)
    return {
        "conditional, an opener": float(conditional and opener),
        "another stance, an opener": float(not conditional and opener),
        "rejects, a no": float(rejects and refused),
        "open or engaged, a no": float(not rejects and not conditional and refused),
        "a word on negotiating": float(cues.core.search(text) is not None),
        "holder is cued": float(cued),
        "cues of others only": float(not cued and bool(scene.cues_of(sentence))),
    }


def _log_odds(chance: float) -> float:
    clipped = min(max(chance, 1e-4), 1 - 1e-4)
    return min(CLEAR, max(-CLEAR, math.log(clipped / (1 - clipped))))


def _draft(scene: Scene, sentence: Sentence, holder: Actor, stance: Stance, partner: Partner) -> Draft:
    """Make the draft of what only the encoder found: the sentence is the evidence."""
    start, end = sentence.start, sentence.end
    tree = scene.trees.get(start)
    condition = first_condition(tree) if tree is not None and stance is Stance.CONDITIONAL else None
    quotes = [quote for quote in scene.quotes if quote.start < end and start < quote.end]
    direct = any(_speaks(scene, quote.start, holder) for quote in quotes)
    words = scene.text[condition.start : condition.end] if condition else None
    statement = Statement(
        holder.name, None, stance, scene.text[start:end], start, end, condition=words, direct=direct, confidence=0.0
    )
    return Draft(statement, partner.name)


def _speaks(scene: Scene, quote: int, actor: Actor) -> bool:
    voice = scene.voices.get(quote)
    return voice is not None and any(speaker.name == actor.name for speaker in voice.speakers)
