"""A common noun comes in; whether it only repeats a body's name, or heads a part of a country, goes out."""

from handlers.model import Actor
from handlers.people import Cast
from handlers.stance.parsing import Tree, Word
from handlers.wording import load_words

_HEADS = frozenset({"leader", "chief", "head", "boss", "figure", "commander"})
_NEAR = 6
"""Words behind "the leader of": as far as one noun phrase goes."""


def named_body(cast: Cast, word: Word) -> Actor | None:
    """ "The United Auto Workers union": the body whose name stands right before what it is."""
    if word.lemma not in load_words().words("group_nouns"):
        return None
    near = [mention for mention in cast.within(max(0, word.start - 2), word.start) if mention.actor.kind == "institution"]
    return near[0].actor if near else None


def leads_a_faction(tree: Tree, word: Word) -> bool:
    """Whether a "leader" is that of a part of a country ("Thai opposition leader", "the leader of Chile's protests")."""
    if word.lemma not in _HEADS:
        return False
    near = [child for child in tree.children(word) if child.dep in {"compound", "amod", "nmod"}]
    near += [each for child in tree.children(word) if child.lower == "of" for each in tree.subtree(child)[:_NEAR]]
    factions = load_words().words("factions")
    return any(each.lower in factions or each.lemma in factions for each in near)
