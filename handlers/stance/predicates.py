"""A predicate on the way up from a negotiating word comes in; what it says of the will to negotiate goes out."""

from itertools import pairwise

from handlers.stance.chain import Chain
from handlers.stance.cues import Cues
from handlers.stance.parsing import Tree, Word
from handlers.stance.terms import phrase

_PARTNERS = frozenset({"negotiator", "envoy", "counterpart", "delegation", "mediator", "official", "representative", "leader"})


def is_refusal(tree: Tree, node: Word, chain: Chain, cues: Cues) -> bool:
    if _has_another_object(tree, chain, node):
        return False
    if node.lemma in cues.refuse or node.lemma in cues.pointless or phrase(tree, node) in cues.refuse_phrases:
        return True
    left_open = any(child.lower in {"open", "ajar"} for child in tree.children(node))
    return node.lemma in cues.ending and _is_object(chain, node) and not left_open


def _has_another_object(tree: Tree, chain: Chain, node: Word) -> bool:
    """ "We would call off the strike for a decent offer": what is called off is the strike."""
    below = next((word for word, above in pairwise(chain.path) if above is node), None)
    aside = below is not None and below.dep == "prep" and below.lower in {"for", "during", "over", "amid", "on", "about"}
    return aside and node.pos == "VERB" and tree.child(node, "dobj") is not None


def _is_object(chain: Chain, node: Word) -> bool:
    """Whether the path reached a verb from its object ("ended the talks")."""
    below = next((word for word, above in pairwise(chain.path) if above is node), None)
    return below is not None and below.dep in {"dobj", "nsubjpass"}


def _calls_for(tree: Tree, node: Word) -> bool:
    return any(child.lower in {"for", "on", "upon"} or child.dep in {"xcomp", "advcl"} for child in tree.children(node))


def _is_of_the_talks(chain: Chain, node: Word) -> bool:
    """Whether the talks themselves are the subject of an active verb."""
    below = next((word for word, above in pairwise(chain.path) if above is node), None)
    return below is not None and below.dep == "nsubj" and node.tag != "VBN"


def is_will(tree: Tree, node: Word, chain: Chain, cues: Cues) -> bool:
    """Whether a word shows will. A noun of offering does not (whose is it?), nor does "is being prepared"."""
    if node.pos == "NOUN" and node.lemma in cues.plan_nouns:
        return False
    if node.pos == "VERB" and (node.lemma == "open" or (node.lemma == "call" and not _calls_for(tree, node))):
        return False  # "opened talks" is an event, "called talks a trap" gives them a name
    if node.pos == "VERB" and _is_of_the_talks(chain, node):
        return False  # "the talks need more time", "the proposal asks for …": nobody's will
    underway = any(child.lower == "being" for child in tree.children(node))
    return node.lemma in cues.ready or (node.lower in cues.ready and not underway)


def is_happening(tree: Tree, node: Word, cues: Cues) -> bool:
    """Whether a word says that talks are held, planned or going on ("resume", "scheduled", "take place", "go on")."""
    if node.lemma in cues.engaged or node.lower in cues.engaged or phrase(tree, node) in cues.engaged_particles:
        return True
    return node.lemma == "take" and any(child.lower in cues.engaged_phrases for child in tree.children(node))


def is_unsettled(tree: Tree, node: Word) -> bool:
    """Whether the walk stands inside a condition or an indirect question: what is said there is not asserted."""
    if node.pos not in {"VERB", "AUX"}:
        return False
    opened = {
        child.lower for child in tree.children(node) if child.i < node.i and child.dep in {"mark", "advmod", "det", "nsubj"}
    }
    return bool(opened & {"whether", "if", "unless", "why", "how"}) or (
        bool(opened & {"whenever", "when", "until"}) and node.dep == "advcl"
    )


def says_no(tree: Tree, node: Word) -> bool:
    """ "Hamas ready for talks, minister says no": what stands before it is not what the minister says."""
    return node.lemma == "say" and any(child.dep == "intj" and child.lower == "no" for child in tree.children(node))


def just_happened(tree: Tree, chain: Chain) -> bool:
    """ "He had met them", "we had talks": who says so has just talked (guide rule 10)."""
    term = chain.term
    if term.lemma == "meet" and term.pos == "VERB":
        whom = tree.child(term, "dobj")
        partner = whom is not None and (whom.pos == "PROPN" or whom.lemma in _PARTNERS)
        return term.tag in {"VBD", "VBN"} and (partner or any(child.lower == "with" for child in tree.children(term)))
    governor = tree.head(term)
    return governor is not None and governor.lemma == "have" and term.dep == "dobj" and governor.tag in {"VBD", "VBN"}
