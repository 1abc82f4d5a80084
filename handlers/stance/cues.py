"""The stance words of `data/stance.toml` as sets and compiled patterns, and the gate that keeps everything else unparsed."""

import re
from dataclasses import dataclass, fields
from functools import cache

from handlers.model import Stance
from handlers.wording import load_words

OFF_TOPIC = 4
"""So many different words of sport make a sports page; politics borrows one or two ("the league", "a loan")."""
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Cues:
    """What the lattice asks about a lemma or a passage."""

    strong_nouns: frozenset[str]
    weak_nouns: frozenset[str]
    plan_nouns: frozenset[str]
    deal_nouns: frozenset[str]
    told_nouns: frozenset[str]
    telling: frozenset[str]
    concluded: frozenset[str]
    engaged_particles: frozenset[str]
    engaged_phrases: frozenset[str]
    ways: frozenset[str]
    light: frozenset[str]
    blocking: frozenset[str]
    requiring: frozenset[str]
    demanding: frozenset[str]
    demands: frozenset[str]
    strong_verbs: frozenset[str]
    partner_verbs: frozenset[str]
    topic_verbs: frozenset[str]
    refuse: frozenset[str]
    ending: frozenset[str]
    refuse_phrases: frozenset[str]
    pointless: frozenset[str]
    grounds: frozenset[str]
    favourable_grounds: frozenset[str]
    ready: frozenset[str]
    accept: frozenset[str]
    engaged: frozenset[str]
    background: frozenset[str]
    background_prepositions: frozenset[str]
    negators: frozenset[str]
    modals_open: frozenset[str]
    concluding: frozenset[str]
    truces: frozenset[str]
    met_things: frozenset[str]
    modals_future: frozenset[str]
    wishes: frozenset[str]
    say: frozenset[str]
    gate: re.Pattern[str]
    core: re.Pattern[str]
    no_preconditions: re.Pattern[str]
    impossible_exits: re.Pattern[str]
    condition: re.Pattern[str]
    idioms: tuple[tuple[Stance, re.Pattern[str]], ...]


@cache
def load_cues() -> Cues:
    words = load_words()

    def one_of(name: str) -> re.Pattern[str]:
        return re.compile(rf"\b{words.any_of(name)}(?!\w)", re.IGNORECASE)

    patterns = {"gate", "core", "no_preconditions", "impossible_exits"}
    idioms = (("idioms_rejects", Stance.REJECTS), ("idioms_open", Stance.OPEN), ("idioms_engaged", Stance.ENGAGED))
    return Cues(
        **{each.name: words.words(each.name) for each in fields(Cues) if each.name in words.sets and each.name not in patterns},
        gate=one_of("gate"),
        core=one_of("core"),
        no_preconditions=one_of("no_preconditions"),
        impossible_exits=one_of("impossible_exits"),
        condition=one_of("conditions"),
        idioms=tuple((stance, one_of(name)) for name, stance in idioms),
    )


def is_relevant(text: str) -> bool:
    """Whether an article holds any word on negotiating at all: the cheap question that most articles end with."""
    lowered = text.casefold()  # plain substrings first: 10 times as fast as the pattern, and most articles end here
    if not any(stem in lowered for stem in load_words().words("core_stems")) or load_cues().core.search(text) is None:
        return False
    kinds = set(_WORD.findall(lowered[:4000])) & load_words().words("off_topic")
    return len(kinds) < OFF_TOPIC


def passes_gate(sentence: str) -> bool:
    """Whether a sentence may carry a stance: it, and its neighbours, are parsed."""
    return load_cues().gate.search(sentence) is not None
