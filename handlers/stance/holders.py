"""A sentence that carries a stance comes in; whose it may be goes out, each with a probability.

Candidates are the people and parties of the sentence, the speakers of its quotations, and who spoke last before it.
"""

from dataclasses import dataclass

from handlers.model import Actor
from handlers.sentences import Sentence
from handlers.stance.choosing import Features, choose
from handlers.stance.roles import find_roles
from handlers.stance.scene import Role, Scene
from handlers.stance.sides import party_name


@dataclass(frozen=True, slots=True)
class Holder:
    """An actor and the probability that a stance in this sentence is the actor's; None: nobody whom the text names."""

    actor: Actor | None
    chance: float


def find_holders(scene: Scene, sentence: Sentence) -> list[Holder]:
    options = holder_options(scene, sentence)
    chances = choose([features for _, features in options], "holder")
    found = [Holder(actor, chance) for (actor, _), chance in zip(options, chances, strict=True)]
    return sorted(found, key=lambda holder: -holder.chance)


def holder_options(scene: Scene, sentence: Sentence) -> list[tuple[Actor | None, Features]]:
    """List the candidates with what the choice looks at. "Nobody" is always the first."""
    roles = {role.actor.name: role for role in find_roles(scene, sentence)}
    voices = _voices(scene, sentence)
    cued = [actor for cue in scene.cues_of(sentence) for actor in cue.speakers]
    last = next(scene.resolver.recent.before(sentence.start), None)
    actors = {actor.name: actor for actor in [*(r.actor for r in roles.values()), *voices, *cued, *([last] if last else [])]}
    whole = bool(scene.quotes_in(sentence.end - 3, sentence.start + 2))  # its marks and full stop may stand outside
    nobody: Features = {
        "nobody": 1.0,
        "nobody, cue without a name": float(any(not cue.speakers for cue in scene.cues_of(sentence))),
        "nobody, all quoted": float(whole),
        "nobody, no cue": float(not scene.cues_of(sentence)),
    }
    options: list[tuple[Actor | None, Features]] = [(None, nobody)]
    for number, actor in enumerate(actors.values()):
        features = _features(scene, sentence, actor, roles.get(actor.name))
        features |= {
            "voice of a quotation": float(any(actor.name == each.name for each in voices)),
            "subject of a cue": float(any(actor.name == each.name for each in cued)),
            "spoke last": float(last is not None and last.name == actor.name),
            "spoke last, sentence all quoted": float(whole and last is not None and last.name == actor.name),
            "somebody else is cued": float(bool(cued) and all(actor.name != each.name for each in cued)),
            "somebody else is the voice": float(bool(voices) and all(actor.name != each.name for each in voices)),
            "party of a cued person": float(
                any(each.name != actor.name and party_name(each) == actor.name for each in [*cued, *voices])
            ),
            "first of the sentence": float(number == 0 and actor.name in roles),
        }
        options.append((actor, features))
    return options


def _features(scene: Scene, sentence: Sentence, actor: Actor, role: Role | None) -> Features:
    own = [d.statement for d in scene.drafts if d.statement.speaker == actor.name]
    here = [s for s in own if s.start < sentence.end and sentence.start < s.end]
    features: Features = {
        "rules say so": float(bool(here)),
        "rules elsewhere": float(bool(own) and not here),
        "person": float(actor.kind == "person"),
        "bloc or institution": float(actor.kind in {"bloc", "institution"}),
        "absent": float(role is None),
    }
    if role is not None:
        features |= {
            "by name": float(role.by_name),
            "subject": float(role.subject),
            "main subject": float(role.main_subject),
            "person and subject": float(role.subject and actor.kind == "person"),
            "passive subject": float(role.passive),
            "after with or to": float(role.toward and not role.subject),
            "after another preposition": float(role.other_preposition and not role.subject),
            "possessive": float(role.possessive and not role.subject),
            "addressed": float(role.addressed),
            "only in a quotation": float(role.quoted),
            "a place": float(role.location),
        }
    return features


def _voices(scene: Scene, sentence: Sentence) -> list[Actor]:
    """List the speakers of the quotations that stand in a sentence."""
    found: list[Actor] = []
    for quote in scene.quotes_in(sentence.start, sentence.end):
        voice = scene.voices.get(quote.start)
        if voice is not None:
            found += voice.speakers
    return found
