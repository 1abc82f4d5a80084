"""The people and places of an article come in; its two sides go out, and for which party somebody counts."""

import re
from collections import Counter

from handlers.model import Actor
from handlers.people import Cast, Mention

_ROUTES = ("travel to ", "fly to ", "flew to ", "visit to ", "trip to ", " near ", " via ", " outside ")
_AUDIENCE = re.compile(
    r"(?:[’']s)? (?:[\w-]+ ){0,2}?(?:daily|dailies|newspapers?|weekly|magazine|television|tv|radio|broadcasters?|channel|media|"
    r"press|reporters|journalists|lawmakers|legislators|mps|members of parliament|parliament|news agency|website|audience|"
    r"viewers|students|business leaders|investors)\b",
    re.IGNORECASE,
)
"""Who listens is no counterpart: "told a Spanish daily", "told Dutch lawmakers"."""
BOTH_SHARE = 0.5
"""Where the two together have less, the article has many parties, and none is "the other side"."""
RIVAL_SHARE = 0.6
"""Where a third party is named nearly as often as the second, it is not known which is the other side."""
MAIN_SHARE = 0.12
"""A party with a smaller share of an article's mentions is not one of the two sides of its dispute."""


def party_name(actor: Actor) -> str:
    """Give the party for which an actor counts as a counterpart."""
    return actor.party if actor.party and actor.kind in {"person", "institution"} else actor.name


def is_own(actor: Actor, other: Actor) -> bool:
    return party_name(actor) == party_name(other) or actor.name == other.name


def is_place(text: str, mention: Mention) -> bool:
    """Whether a party's name only says where something happens, or who listens ("said in Tokyo", "told Spanish television")."""
    if _AUDIENCE.match(text, mention.end):
        return True
    before = text[max(0, mention.start - 12) : mention.start].casefold()
    return before.endswith((" in ", " at ")) or (is_capital(text, mention) and before.endswith(_ROUTES))


def main_parties(text: str, cast: Cast) -> list[str]:
    """List the two sides of the article: the parties most often named, persons counted for theirs."""
    named = (m for m in cast.mentions if (m.actor.kind != "person" or m.actor.party) and not is_place(text, m))
    counts = Counter(party_name(mention.actor) for mention in named)
    total = sum(counts.values())
    ranked = counts.most_common(3)
    if len(ranked) == 3 and ranked[2][1] > RIVAL_SHARE * ranked[1][1]:
        ranked = ranked[:1]  # two compete for the other side: none is guessed
    sides = [(name, count) for name, count in ranked[:2] if count >= MAIN_SHARE * total]
    return [name for name, _ in sides] if sum(count for _, count in sides) >= BOTH_SHARE * total else []


def is_capital(text: str, mention: Mention) -> bool:
    """ "The London conference", "the Cairo talks": a city before the noun is where they are held."""
    named = text[mention.start : mention.end].replace("\xa0", " ")
    return mention.actor.kind == "party" and named not in {mention.actor.name, *mention.actor.aliases}
