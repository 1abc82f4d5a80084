"""A sentence with a stance and its holder come in; toward whom it may be goes out, each with a probability.

Candidates are the parties of the whole article and whom the sentence names; at home (a parliament, a strike) persons and
institutions of the holder's own country too.
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

from handlers.model import Actor, Stance
from handlers.sentences import Sentence
from handlers.stance.choosing import Features, choose
from handlers.stance.roles import find_roles
from handlers.stance.scene import Role, Scene
from handlers.stance.sides import is_own, party_name

MOST_OPTIONS = 8
"""Parties of an article that are looked at: the other side is among the most named."""


@dataclass(frozen=True, slots=True)
class Partner:
    """A party's name and the probability that the stance is toward it; None stands for nobody in particular."""

    name: str | None
    chance: float


def find_partners(scene: Scene, sentence: Sentence, holder: Actor, stance: Stance) -> list[Partner]:
    options = partner_options(scene, sentence, holder, stance)
    chances = choose([features for _, features in options], "partner")
    found = [Partner(name, chance) for (name, _), chance in zip(options, chances, strict=True)]
    return sorted(found, key=lambda partner: -partner.chance)


def partner_options(scene: Scene, sentence: Sentence, holder: Actor, stance: Stance) -> list[tuple[str | None, Features]]:
    """List the candidates with what the choice looks at. "Nobody" is always the first."""
    roles: dict[str, list[Role]] = {}
    for role in find_roles(scene, sentence):
        roles.setdefault(_name(role.actor, holder), []).append(role)
    counts = _counts(scene, holder)
    named = [name for name in roles if name not in {holder.name, party_name(holder)}]
    most = [name for name, _ in counts.most_common(MOST_OPTIONS) if name not in {holder.name, party_name(holder)}]
    before = _around(scene, sentence, holder, -1)
    headline = _in_headline(scene, holder)
    drafts = [d for d in scene.drafts if d.statement.speaker == holder.name]
    here = [d for d in drafts if d.statement.start < sentence.end and sentence.start < d.statement.end]
    own = party_name(holder) in counts
    nobody: Features = {
        "nobody": 1.0,
        "nobody, holder is a bloc or institution": float(holder.kind in {"bloc", "institution"}),
        "nobody, holder's party is a main one": float(own and counts[party_name(holder)] >= max(counts.values()) * 0.5),
        "nobody, rules agree": float(any(d.statement.counterpart is None and d.guess is None for d in here)),
        "nobody, someone is named": float(bool(named)),
        "nobody, open": float(stance is Stance.OPEN),
        "nobody, others are addressed": float(any(r.addressed for each in roles.values() for r in each)),
        "nobody, two others named": float(len(named) >= 2),
    }
    options: list[tuple[str | None, Features]] = [(None, nobody)]
    for name in dict.fromkeys([*named, *most]):
        features = _features(roles.get(name, []), stance)
        rank = most.index(name) if name in most else MOST_OPTIONS
        features |= {
            "most named": float(rank == 0),
            "second named": float(rank == 1),
            "share of mentions": counts[name] / max(1, sum(counts.values())),
            "one of the two sides": float(name in scene.sides),
            "the other of the two sides": float(name in scene.sides and party_name(holder) in scene.sides),
            "in the sentence before": float(name in before),
            "in the headline": float(name in headline),
            "in the headline, not in the sentence": float(name in headline and name not in roles),
            "rules say so": float(any(d.statement.counterpart == name for d in here)),
            "rules guess so": float(any(d.guess == name for d in here)),
            "rules say so elsewhere": float(any(name == d.statement.counterpart for d in drafts if d not in here)),
            "only other in the sentence": float(named == [name]),
        }
        options.append((name, features))
    return options


def _name(actor: Actor, holder: Actor) -> str:
    """Give the name under which an actor would be a counterpart: abroad its party, at home itself."""
    return actor.name if is_own(actor, holder) else party_name(actor)


def _features(roles: list[Role], stance: Stance) -> Features:
    if not roles:
        return {"absent": 1.0}
    return {
        "by name": float(any(r.by_name for r in roles)),
        "after with or to": float(any(r.toward for r in roles)),
        "after another preposition": float(any(r.other_preposition and not r.toward for r in roles)),
        "subject": float(any(r.subject for r in roles)),
        "subject of a condition": float(stance is Stance.CONDITIONAL and any(r.subject for r in roles)),
        "possessive": float(any(r.possessive for r in roles)),
        "addressed": float(any(r.addressed for r in roles)),
        "a place": float(all(r.location for r in roles)),
        "person": float(any(r.actor.kind == "person" for r in roles)),
        "bloc or institution": float(any(r.actor.kind in {"bloc", "institution"} for r in roles)),
        "in a quotation": float(any(r.quoted for r in roles)),
    }


def _counts(scene: Scene, holder: Actor) -> Counter[str]:
    """Count how often the article names each party (persons for theirs)."""
    cast = scene.resolver.cast
    return Counter(_name(m.actor, holder) for m in cast.mentions if m.actor.kind != "person" or m.actor.party)


def _around(scene: Scene, sentence: Sentence, holder: Actor, step: int) -> set[str]:
    number = bisect_left(scene.sentences, sentence.start, key=lambda each: each.start) + step
    if not 0 <= number < len(scene.sentences):
        return set()
    other = scene.sentences[number]
    return {_name(m.actor, holder) for m in scene.resolver.cast.within(other.start, other.end)}


def _in_headline(scene: Scene, holder: Actor) -> set[str]:
    first = scene.sentences[0] if scene.sentences else None
    return {_name(m.actor, holder) for m in scene.resolver.cast.within(first.start, first.end)} if first else set()
