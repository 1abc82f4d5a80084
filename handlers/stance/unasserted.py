"""A chain in its sentence comes in; whether nobody asserts it goes out: denied reports, words never said, what might have been.

No card is better than a wrong one: what stands here in doubt is left out. Words are data (`data/stance.toml`).
"""

import re

from handlers.model import Stance
from handlers.quotations import Quotation
from handlers.stance.chain import Chain
from handlers.stance.cues import load_cues
from handlers.stance.parsing import Tree, Word
from handlers.stance.polarity import negatives
from handlers.stance.reference import is_first_person
from handlers.stance.subjects import subject_of
from handlers.wording import load_words

_CONTENT = frozenset({"ccomp", "dobj", "xcomp", "acl", "relcl", "pobj", "pcomp", "prep", "nsubj", "nsubjpass", "csubj"})
_INNER = re.compile(r"(?:(?<=[\s:,(])|^)[‘'\"“](?=\w)(.+?)(?:[’'\"”](?!\w)|$)", re.DOTALL)
_MARKS = frozenset('“”"«»„')
_WHOLE_WORDS = 3
"""A nested quotation of fewer words only sets a word apart ("so-called ‘talks’")."""
_CLAUSE_END = re.compile(r"[,.;:!?“”\"]")


def is_unasserted(tree: Tree, chain: Chain, stance: Stance) -> bool:
    """Whether the words around a chain take it back, or say that it never was."""
    return (
        _is_denied(tree, chain)
        or _is_hypothetical(tree, chain)
        or _is_about_fear(chain)
        or _is_forced(chain)
        or _is_of_nobody(tree, chain, stance)
        or _is_private(tree, chain)
        or (stance is Stance.REJECTS and (_is_manner(tree, chain) or _is_for_the_press(tree, chain)))
    )


def _is_denied(tree: Tree, chain: Chain) -> bool:
    """ "Denied that …", "the report that … was false", "it is not true that …", "I never said that …"."""
    words, cues = load_words(), load_cues()
    node = chain.term
    for governor in tree.ancestors(chain.term):
        content = node.dep in _CONTENT
        if content and governor.pos == "VERB" and governor.lemma in words.words("denying"):
            return True
        if content and governor.pos in {"NOUN", "PROPN"} and governor.lemma in words.words("hearsay"):
            return True
        told = tree.child(node, "mark") is not None and node.dep in {"acl", "ccomp", "relcl"}
        if told and governor.lemma in words.words("notions"):
            return True
        clause = node.dep in {"ccomp", "csubj", "xcomp"}
        if clause and governor.pos == "VERB" and governor.lemma in cues.say and _is_others_word(tree, governor, chain):
            return True
        if clause and governor.pos == "VERB" and governor.lemma in cues.say and _is_never_said(tree, governor):
            return True
        if clause and governor.pos == "AUX" and any(c.lower in words.words("truth") for c in tree.children(governor)):
            return True
        if clause and governor.lower in words.words("truth"):
            return True
        node = governor
    return False


def _is_never_said(tree: Tree, verb: Word) -> bool:
    return bool(negatives(tree, verb, load_cues())) and verb.lemma not in load_cues().refuse | load_cues().accept


def _is_others_word(tree: Tree, verb: Word, chain: Chain) -> bool:
    """ "They say we refuse": what others tell of the speaker."""
    subject, own = tree.child(verb, "nsubj"), subject_of(tree, chain)
    between = tree.words[min(verb.i, chain.term.i) : max(verb.i, chain.term.i)]
    if any(word.lower in _MARKS for word in between):
        return False  # a "he said" outside the quotation tells who speaks
    return subject is not None and subject.lower in load_words().words("others") and own is not None and is_first_person(own)


def _is_hypothetical(tree: Tree, chain: Chain) -> bool:
    """ "Would have refused", "might have met": it did not happen."""
    for word in chain.path:
        helpers = {child.lower for child in tree.children(word) if child.dep in {"aux", "auxpass"}}
        if helpers & {"would", "could", "might", "should", "'d", "’d"} and helpers & {"have", "'ve", "’ve"}:
            return True
    return False


def _is_about_fear(chain: Chain) -> bool:
    """ "Not afraid of talks" is courage, and "afraid of talks" a mood: neither says what one will do."""
    return any(word.lemma in load_words().words("fearing") for word in chain.path)


def _is_forced(chain: Chain) -> bool:
    """ "Nobody can force us to the table": force is refused, not talks."""
    return any(word.lemma in load_words().words("forcing") for word in chain.path)


def _is_of_nobody(tree: Tree, chain: Chain, stance: Stance) -> bool:
    """ "No one is against talks": what nobody wills is not what the speaker wills."""
    resisting = any(word.lemma in {"against", "oppose", "opposed"} for word in chain.path)
    for word in chain.path:
        subject = tree.child(word, "nsubj", "nsubjpass") if word.pos in {"VERB", "AUX"} else None
        denied = subject is not None and any(child.lower in {"no", "neither"} for child in tree.children(subject))
        if denied and subject is not None and (subject.lower == "one" or resisting or stance in {Stance.OPEN, Stance.ENGAGED}):
            return True
    return False


def _behind(tree: Tree, chain: Chain) -> str:
    """Give the words behind a chain's own, as far as its clause goes."""
    last = max([chain.term, *chain.wording], key=lambda word: word.i)
    behind = " ".join(word.text for word in tree.words[last.i + 1 :])
    return _CLAUSE_END.split(behind, maxsplit=1)[0]


def _is_manner(tree: Tree, chain: Chain) -> bool:
    """ "Will not negotiate in public": a refusal of the stage, not of the talks."""
    return re.search(rf"\b{load_words().any_of('manners')}(?!\w)", _behind(tree, chain), re.IGNORECASE) is not None


def _is_for_the_press(tree: Tree, chain: Chain) -> bool:
    """ "Refused to talk to reporters", "declined to discuss the talks": somebody keeps silent."""
    listeners = load_words().words("listeners") | load_words().words("media")
    for word in chain.path:
        for child in tree.children(word):
            about = child.dep == "dobj" and word.lemma == "discuss" and child.lemma in load_cues().strong_nouns
            to = child.dep in {"prep", "dative"} and child.lower in {"to", "with"}
            if about or (to and any(each.lower in listeners for each in tree.children(child))):
                return True
    silent = any(word.lemma == "decline" for word in chain.turned_by)
    return silent and chain.term.lemma in {"discuss", "speak"}


def _is_private(tree: Tree, chain: Chain) -> bool:
    """ "Over her new album", "over a longer contract": show business and sport, unless a union bargains."""
    words = load_words().words("private")
    behind = _behind(tree, chain).casefold().split()
    collective = load_words().words("collective") & {word.lemma for word in tree.words}
    return not collective and any(word in words for word in behind)


def is_of_another(text: str, chain: Chain, quote: Quotation) -> bool:
    """Whether quoted words are a title, or stand in a quotation inside the quotation ("They told me ‘…’")."""
    before = text[max(0, quote.start - 60) : quote.start - 1]
    if re.search(rf"\b{load_words().any_of('titled')}[\s,:]*$", before, re.IGNORECASE):
        return True
    at = chain.term.start - quote.start
    inner = (match.span(1) for match in _INNER.finditer(text[quote.start : quote.end]))
    return any(
        start <= at < end and len(text[quote.start + start : quote.start + end].split()) >= _WHOLE_WORDS for start, end in inner
    )
