"""A chain in a parsed sentence comes in; the words for whoever wills or acts on it go out, the likeliest first."""

from collections.abc import Iterator

from handlers.stance.chain import Chain
from handlers.stance.parsing import Tree, Word


def subject_of(tree: Tree, chain: Chain) -> Word | None:
    """Find who wills or acts on the chain; None where only talks or "there" stand as the subject."""
    return next(subjects_of(tree, chain), None)


def subjects_of(tree: Tree, chain: Chain) -> Iterator[Word]:
    """Yield the subjects along the chain, that of the deciding word first."""
    for word in _from_decider(tree, chain):
        subject = tree.subject(word) if word.pos in {"VERB", "AUX", "ADJ"} else None
        if subject is not None and subject not in chain.path and not _is_empty(tree, subject):
            agent = tree.child(word, "agent")
            pobj = tree.child(agent, "pobj") if agent is not None and subject.dep == "nsubjpass" else None
            yield pobj or subject
        head = tree.head(word)
        if word.dep == "amod" and head is not None and head.pos == "PROPN" and head.i < word.i:
            yield head  # a headline's "Hamas ready for talks"
        if word.dep == "acl" and word.tag == "VBD" and head is not None and head.dep == "ROOT":
            yield head  # the parser took "rebels offered talks" for rebels that were offered talks


def _is_empty(tree: Tree, subject: Word) -> bool:
    """Whether a subject means nobody: "there is", "it is time to"."""
    governor = tree.head(subject)
    return subject.dep == "expl" or (
        subject.lower == "it" and governor is not None and governor.lemma in {"be", "make", "take"}
    )


def _from_decider(tree: Tree, chain: Chain) -> list[Word]:
    """List the path from the deciding word: itself, then up to the top, then down to the term."""
    at = next((i for i, word in enumerate(chain.path) if word == chain.decider), len(chain.path) - 1)
    return [*chain.path[at:], *reversed(chain.path[:at])]


def agent_of(tree: Tree, chain: Chain) -> Word | None:
    """ "Talks were ruled out by Iran", "Trump's offer": who stands behind a passive or before a noun."""
    for word in chain.path:
        agent = tree.child(word, "agent")
        if agent is not None:
            return tree.child(agent, "pobj")
    return tree.child(chain.term, "poss") if chain.kind == "plan" else None
