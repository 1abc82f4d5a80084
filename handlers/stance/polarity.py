"""A parsed sentence comes in; each place in it that takes a stance on negotiating goes out, whoever takes it.

From a word that means negotiating ("talks", "meet") the way up to the root is walked, and every governor on it says
something: it turns the stance round ("refuse", "no prospect of"), shows will ("ready"), or says that it happens ("resume").
Turned twice is not turned: "won't rule out talks" is open. Words are data (`data/stance.toml`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from handlers.model import Stance
from handlers.stance.cues import Cues, load_cues
from handlers.stance.parsing import Tree, Word

_CLAUSES = frozenset({"ccomp", "parataxis"})
_STEPS = 9


@dataclass(slots=True)
class Chain:
    """The way from a negotiating word up to the predicate that decides, and what was met on it."""

    term: Word
    path: list[Word]
    flips: int = 0
    ready: bool = False
    accept: bool = False
    engaged: bool = False
    future: bool = False
    modal: bool = False
    background: bool = False
    only: bool = False
    say: Word | None = None
    """The verb of saying whose content the chain is, where the walk ended at one."""
    turned_by: list[Word] = field(default_factory=list["Word"])
    kind: str = "strong"
    start: int = 0
    end: int = 0
    """The whole wording, for an idiom."""

    @property
    def top(self) -> Word:
        return self.path[-1]


def phrase(tree: Tree, word: Word) -> str:
    """Give a verb with its particle ("rule out"), else the lemma."""
    for child in tree.children(word):
        if child.dep in {"prt", "advmod"} and child.i > word.i and child.lower in {"out", "off", "down", "away", "up", "back"}:
            return f"{word.lemma} {child.lower}"
        if (
            child.dep == "prep"
            and child.lower in {"from", "to", "out"}
            and f"{word.lemma} {child.lower}" in load_cues().refuse_phrases
        ):
            return f"{word.lemma} {child.lower}"
    return word.lemma


def _has_partner(tree: Tree, word: Word) -> bool:
    if word.lemma == "meet":
        return True
    if word.lemma in {"sit"} and any(child.lower == "down" for child in tree.children(word)):
        return True
    return any(child.dep in {"prep", "dative"} and child.lower in {"with", "to"} for child in tree.children(word)) or (
        word.lemma == "talk" and tree.child(word, "dobj", "ccomp") is None
    )


def _kind(tree: Tree, word: Word, cues: Cues) -> str | None:
    """Tell how surely a word means negotiating: "strong", "weak", "plan", "truce", or None."""
    if word.pos in {"NOUN", "PROPN", "ADJ"}:
        for kind, nouns in (
            ("strong", cues.strong_nouns),
            ("weak", cues.weak_nouns),
            ("plan", cues.plan_nouns),
            ("truce", cues.truce_nouns),
        ):
            if word.lower in nouns or word.lemma in nouns:
                return kind
        return None
    if word.pos not in {"VERB", "AUX"}:
        return None
    if word.lemma in cues.strong_verbs:
        return "strong"
    if word.lemma in cues.partner_verbs and _has_partner(tree, word):
        return "strong" if word.lemma in {"talk", "sit"} else "weak"
    return "weak" if word.lemma in cues.topic_verbs else None


def _is_negative(word: Word, cues: Cues) -> bool:
    if word.lower == "nor" or word.lower == "neither":
        return word.dep in {"cc", "preconj", "advmod", "det", "nsubj"} and word.dep != "cc"
    return word.lower in cues.negators and word.dep in {
        "neg",
        "det",
        "nsubj",
        "nsubjpass",
        "advmod",
        "preconj",
        "dobj",
        "attr",
        "expl",
    }


def _note_children(tree: Tree, node: Word, chain: Chain, cues: Cues) -> None:
    """Read what hangs directly on a word of the path: negation, auxiliaries, predicate words."""
    for child in tree.children(node):
        if child in chain.path:
            continue
        if _is_negative(child, cues):
            chain.flips += 1
            chain.turned_by.append(child)
        elif child.dep == "aux" and child.lower in cues.modals_future:
            chain.future = True
        elif child.dep == "aux" and child.lower in cues.modals_open:
            chain.modal = True
        elif child.lower == "only" and child.dep == "advmod":
            chain.only = True
        elif child.dep in {"acomp", "attr", "oprd", "advmod", "prt"} and node.pos in {"AUX", "VERB"}:
            _note_word(tree, child, chain, cues)
            if child.dep in {"acomp", "attr"} and any(_is_negative(each, cues) for each in tree.children(child)):
                chain.flips += 1
                chain.turned_by.append(child)


def _note_word(tree: Tree, node: Word, chain: Chain, cues: Cues) -> None:
    """Read what a governor itself says."""
    full = phrase(tree, node)
    if node.lemma in cues.refuse or full in cues.refuse_phrases or node.lemma in cues.pointless:
        chain.flips += 1
        chain.turned_by.append(node)
    elif node.lemma in cues.accept:
        chain.accept = True
    elif node.lemma in cues.background:
        chain.background = True
    elif node.lemma in cues.ready:
        chain.ready = True
    elif node.lemma in cues.grounds and any(_is_negative(child, cues) for child in tree.children(node)):
        _note_denied_ground(node, chain, cues)
    elif node.lemma in cues.engaged:
        chain.engaged = True
    if node.lemma in cues.grounds and node.lemma in cues.ready:
        chain.ready = True


def _note_denied_ground(node: Word, chain: Chain, cues: Cues) -> None:
    """ "No prospect of talks" is turned by its "no" later; "no alternative to talks" must not be: it is turned back here."""
    if node.lemma in cues.favourable_grounds:
        chain.flips += 1
        chain.turned_by.append(node)
        chain.ready = True


def _ends(tree: Tree, node: Word, governor: Word, cues: Cues) -> bool:
    """Whether the walk stops below this governor."""
    if node.dep in {"relcl", "advcl", "parataxis", "punct", "dep"} or (
        node.dep == "prep" and node.lower in cues.background_prepositions
    ):
        return True
    if node.dep == "conj" and node.pos in {"VERB", "AUX"}:
        return True
    return node.dep == "poss" and governor.lemma not in cues.plan_nouns


def _climb(tree: Tree, chain: Chain, cues: Cues) -> None:
    node = chain.term
    _note_children(tree, node, chain, cues)
    for _ in range(_STEPS):
        governor = tree.head(node)
        if governor is None:
            return
        if (
            node.dep in _CLAUSES
            and governor.lemma in cues.say
            and governor.pos == "VERB"
            and not _decides(tree, governor, cues)
        ):
            chain.say = governor
            return
        if _ends(tree, node, governor, cues):
            if node.dep == "prep" and node.lower in cues.background_prepositions:
                chain.background = chain.background or node.lower != "against"
            return
        if node.dep == "conj":  # nouns side by side share what governs the first
            chain.path.append(governor)
            node = governor
            continue
        chain.path.append(governor)
        if governor.dep == "prep" and governor.lower in {"without"}:
            chain.flips += 1
            chain.turned_by.append(governor)
        _note_word(tree, governor, chain, cues)
        _note_children(tree, governor, chain, cues)
        node = governor


def _decides(tree: Tree, verb: Word, cues: Cues) -> bool:
    """Whether a verb that reports speech also takes the stance itself ("urged", "ruled out")."""
    return (
        verb.lemma in cues.refuse
        or phrase(tree, verb) in cues.refuse_phrases
        or verb.lemma in {"urge", "demand", "propose", "offer"}
    )


def find_chains(tree: Tree) -> Iterator[Chain]:
    """Yield the chain of each negotiating word of a sentence."""
    cues = load_cues()
    for word in tree.words:
        kind = _kind(tree, word, cues)
        if kind is not None:
            chain = Chain(word, [word], kind=kind)
            _climb(tree, chain, cues)
            yield chain


def stance_of(chain: Chain) -> Stance | None:
    """Decide: negation last. None where the words take no side ("analysts discuss the talks")."""
    has_will = chain.ready or chain.accept or chain.flips > 0
    if chain.kind == "truce" or (chain.background and not has_will):
        return None
    if chain.flips % 2:
        return Stance.REJECTS if chain.kind != "weak" or len(chain.path) > 1 or chain.future or chain.modal else None
    if chain.accept and not chain.flips:
        return Stance.OPEN if chain.kind == "plan" else Stance.ENGAGED
    if chain.ready or chain.flips:
        return Stance.OPEN
    if chain.kind == "plan":
        return None
    if chain.modal:
        return Stance.OPEN
    return Stance.ENGAGED if chain.engaged or chain.future else None


def _depth(tree: Tree, word: Word) -> int:
    return sum(1 for _ in tree.ancestors(word))


def find_idioms(tree: Tree) -> Iterator[tuple[Chain, Stance]]:
    """Yield whole wordings that carry a stance of their own, hung on their highest word."""
    cues = load_cues()
    source = "".join(word.text + " " * (following - word.end) for word, following in _with_next(tree))
    base = tree.words[0].start if tree.words else 0
    for stance, pattern in cues.idioms:
        for match in pattern.finditer(source):
            words = tree.at(base + match.start(), base + match.end())
            if not words:
                continue
            anchor = min(words, key=lambda word: _depth(tree, word))
            chain = Chain(anchor, [anchor], kind="idiom", start=words[0].start, end=words[-1].end)
            _climb(tree, chain, cues)
            chain.flips = 1 if stance is Stance.REJECTS else 0
            yield chain, stance


def _with_next(tree: Tree) -> Iterator[tuple[Word, int]]:
    for word, following in zip(tree.words, tree.words[1:], strict=False):
        yield word, following.start
    if tree.words:
        yield tree.words[-1], tree.words[-1].end
