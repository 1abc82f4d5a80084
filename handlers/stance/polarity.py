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
_INSIDE = frozenset({"in", "under", "by", "with", "within", "as"})
"""Something "in any future agreement" is about the agreement, not about talking."""
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
    opaque: bool = False
    """A governor that no word list knows stands on the path."""
    opaque_denial: bool = False
    """Something was denied, but not the negotiating ("did not mention the talks")."""
    concluded: bool = False
    blocked: bool = False
    """What was met takes the words out of any stance: "declined to comment on", "whether", "despite calls for"."""
    decider: Word | None = None
    """The highest word that showed will or turned it round: its subject is the one who wills."""
    demand: Word | None = None
    """A noun of demanding on the path: "conditions for talks"."""
    say: Word | None = None
    """The verb of saying whose content the chain is, where the walk ended at one."""
    turned_by: list[Word] = field(default_factory=list["Word"])
    kind: str = "strong"
    start: int = 0
    end: int = 0
    wording: list[Word] = field(default_factory=list["Word"])
    """The whole wording, for an idiom."""

    def turn(self, by: Word) -> None:
        self.flips += 1
        self.turned_by.append(by)

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
    """Tell how surely a word means negotiating: "strong", "weak", "plan", "deal", or None."""
    if word.pos in {"NOUN", "PROPN", "ADJ"}:
        for kind, nouns in (("strong", cues.strong_nouns), ("weak", cues.weak_nouns), ("plan", cues.plan_nouns), ("deal", cues.deal_nouns)):
            if word.lower in nouns or word.lemma in nouns:
                return kind
        return "weak" if word.lemma in cues.told_nouns and _is_told(tree, word, cues) else None
    if word.pos not in {"VERB", "AUX"}:
        return None
    if word.lemma in cues.strong_verbs:
        return "strong"
    if word.lemma in cues.partner_verbs and _has_partner(tree, word):
        return "strong" if word.lemma in {"talk", "sit"} else "weak"
    return "weak" if word.lemma in cues.topic_verbs else None


def _is_told(tree: Tree, word: Word, cues: Cues) -> bool:
    """Nouns that mean talks only with a word that says so: "peace process", "next round", "track of diplomacy"."""
    return any(child.lower in cues.telling for each in tree.children(word) for child in [each, *tree.children(each)])


def _is_negative(tree: Tree, word: Word, cues: Cues) -> bool:
    if word.lower not in cues.negators:
        return False
    return word.dep in {"neg", "det", "nsubj", "nsubjpass", "advmod", "preconj", "dobj", "attr"} or (
        word.dep == "pobj" and (tree.head(word) or word).dep in {"agent", "prep"} and word.lower in {"nobody", "nothing", "none"}
    )


def _negatives(tree: Tree, node: Word, cues: Cues) -> list[Word]:
    """List what denies a word: "not", "no", "nobody", "with nobody", and the "nor" that joins it to what stands before."""
    found = [child for child in tree.children(node) if _is_negative(tree, child, cues)]
    found += [each for child in tree.children(node) if child.dep in {"prep", "agent"} for each in tree.children(child) if _is_negative(tree, each, cues)]
    governor = tree.head(node)
    if node.dep == "conj" and governor is not None and not found:
        found += [child for child in tree.children(governor) if child.dep == "cc" and child.lower == "nor" and child.i < node.i]
    return found


def _note_negation(tree: Tree, node: Word, chain: Chain, cues: Cues) -> None:
    """Count denials; two on one word ("don't negotiate at all, with nobody") are one. Of an unknown predicate they say nothing."""
    denied = [word for word in _negatives(tree, node, cues) if word not in chain.path]
    if not denied:
        return
    if node.pos in {"VERB", "NOUN"} and node is not chain.term and not _is_known(tree, node, cues):
        chain.opaque_denial = True
        return
    chain.turn(denied[0])
    chain.decider = node


def _is_known(tree: Tree, node: Word, cues: Cues) -> bool:
    lemma = node.lemma
    known = (cues.light, cues.engaged, cues.ready, cues.accept, cues.refuse, cues.grounds, cues.pointless, cues.strong_nouns, cues.weak_nouns)
    return any(lemma in words for words in known) or phrase(tree, node) in cues.refuse_phrases or lemma in cues.partner_verbs


def _note_children(tree: Tree, node: Word, chain: Chain, cues: Cues) -> None:
    """Read what hangs directly on a word of the path: negation, auxiliaries, predicate words."""
    _note_negation(tree, node, chain, cues)
    for child in tree.children(node):
        if child in chain.path:
            continue
        if child.dep == "aux" and child.lower in cues.modals_future:
            chain.future = True
        elif child.dep == "aux" and child.lower in cues.modals_open:
            chain.modal = True
        elif child.lower == "only" and child.dep == "advmod":
            chain.only = True
        elif child.dep in {"acomp", "attr", "oprd", "advmod"} and node.pos in {"AUX", "VERB"}:
            _note_word(tree, child, chain, cues)
            _note_negation(tree, child, chain, cues)
        elif child.dep == "prep" and child.lower == "as" and node.pos == "VERB":
            for each in tree.children(child):
                _note_word(tree, each, chain, cues)


def _note_word(tree: Tree, node: Word, chain: Chain, cues: Cues) -> None:
    """Read what a governor itself says."""
    lemma = node.lemma
    if lemma in cues.blocking or any(child.lower == "whether" for child in tree.children(node)):
        chain.blocked = True
    elif lemma in cues.demands and node.pos == "NOUN":
        chain.demand = node
    elif lemma in cues.refuse or phrase(tree, node) in cues.refuse_phrases or lemma in cues.pointless:
        chain.turn(node)
        chain.decider = node
    elif lemma in cues.accept:
        chain.accept = True
        chain.decider = node
    elif lemma in cues.background:
        chain.background = True
    elif lemma in cues.grounds and _negatives(tree, node, cues):
        if lemma in cues.favourable_grounds:  # "no alternative to talks": its "no" turns this back
            chain.turn(node)
        chain.ready = True
        chain.decider = node
    elif lemma in cues.ready:
        chain.ready = True
        chain.decider = node
    elif lemma in cues.engaged:
        chain.engaged = True
        chain.decider = chain.decider or node
    elif node.pos in {"VERB", "NOUN", "PROPN"} and not _is_known(tree, node, cues):
        chain.opaque = True


def _ends(tree: Tree, node: Word, governor: Word, cues: Cues) -> bool:
    """Whether the walk stops below this governor."""
    if node.dep in {"relcl", "parataxis", "punct", "dep"} or (node.dep == "prep" and node.lower in cues.background_prepositions):
        return True
    if node.dep == "advcl":  # "would send a team to take part": an infinitive of purpose belongs to its verb
        return not any(child.dep == "aux" and child.lower == "to" for child in tree.children(node))
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
        if node.dep in _CLAUSES and governor.lemma in cues.say and governor.pos == "VERB" and not _decides(governor, cues):
            chain.say = governor
            return
        if _ends(tree, node, governor, cues):
            chain.blocked = chain.blocked or (node.dep == "prep" and node.lower != "against")
            return
        if governor.lemma == "tell" and node.dep == "xcomp":  # an order to others
            chain.blocked = True
        chain.path.append(governor)
        if node.dep != "conj":  # nouns side by side share what governs the first, not what describes it
            _note_governor(tree, node, governor, chain, cues)
        node = governor


def _note_governor(tree: Tree, node: Word, governor: Word, chain: Chain, cues: Cues) -> None:
    if governor.dep == "prep" and governor.lower == "without" and node is chain.term:
        chain.turn(governor)
    if governor.dep == "prep" and node is chain.term and chain.kind in {"deal", "plan"} and governor.lower in _INSIDE:
        chain.blocked = True
    if governor.dep == "prep" and governor.lower in {"through", "via"} and node is chain.term and chain.kind == "strong":
        chain.ready = True
    _note_word(tree, governor, chain, cues)
    _note_children(tree, governor, chain, cues)


def _decides(verb: Word, cues: Cues) -> bool:
    """Whether a verb that can report speech rather takes the stance itself ("urged", "demanded", "vowed not to")."""
    return verb.lemma in (cues.ready | cues.refuse | cues.accept) and verb.lemma not in {"suggest", "like", "add"}


def find_chains(tree: Tree) -> Iterator[Chain]:
    """Yield the chain of each negotiating word of a sentence."""
    cues = load_cues()
    for word in tree.words:
        kind = _kind(tree, word, cues)
        if kind is not None:
            chain = Chain(word, [word], kind=kind, concluded=_is_concluded(tree, word, cues))
            _climb(tree, chain, cues)
            yield chain


def _is_concluded(tree: Tree, word: Word, cues: Cues) -> bool:
    """ "The 2015 deal", "the landmark accord": definite and not called new."""
    beside = {child.lower for child in tree.children(word)}
    dated = any(child.isdigit() and len(child) == 4 for child in beside) or bool(beside & cues.concluded)
    return dated or ("the" in beside and "new" not in beside)


def stance_of(chain: Chain) -> Stance | None:
    """Decide: negation last. None where the words take no side ("analysts discuss the talks")."""
    willed = chain.ready or chain.accept or chain.flips > 0
    if chain.blocked or ((chain.background or chain.opaque_denial or chain.opaque) and not willed):
        return None
    if chain.kind == "deal":
        return _of_a_deal(chain)
    if chain.kind == "plan":
        return _of_a_plan(chain)
    if chain.flips % 2:
        bare = len(chain.path) == 1 and chain.kind == "weak" and not (chain.future or chain.modal)
        return None if bare or chain.opaque_denial else Stance.REJECTS
    if chain.demand is not None:
        return Stance.CONDITIONAL
    if chain.accept and not chain.flips and not chain.ready:
        return Stance.OPEN if any(word.lemma in load_cues().plan_nouns for word in chain.path) else Stance.ENGAGED
    if chain.ready or chain.flips or chain.modal:
        return Stance.OPEN
    if chain.kind == "weak" and not (chain.future or chain.engaged):
        return None
    return Stance.ENGAGED if chain.engaged or chain.future else None


def _of_a_deal(chain: Chain) -> Stance | None:
    """A deal is an aim as long as it is wanted; views on one that is concluded are no stance on talks (guide rule 13)."""
    if chain.flips % 2:
        denied = any(word.lower == "no" for word in chain.turned_by)
        return Stance.REJECTS if denied and (chain.future or chain.modal) else None
    return Stance.OPEN if (chain.ready or chain.accept) and not chain.concluded and not chain.opaque else None


def _of_a_plan(chain: Chain) -> Stance | None:
    """A plan or an offer is refused or accepted; whoever merely has one says nothing."""
    verbs = [word for word in chain.turned_by if word.pos in {"VERB", "NOUN", "ADJ"}]
    if chain.flips % 2:
        return Stance.REJECTS if verbs or chain.accept or chain.ready else None
    return Stance.OPEN if chain.accept or (chain.ready and not chain.opaque) else None


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
            chain = Chain(anchor, [anchor], kind="idiom", start=words[0].start, end=words[-1].end, wording=words)
            _climb(tree, chain, cues)
            chain.flips = 1 if stance is Stance.REJECTS else 0
            yield chain, stance


def _with_next(tree: Tree) -> Iterator[tuple[Word, int]]:
    for word, following in zip(tree.words, tree.words[1:], strict=False):
        yield word, following.start
    if tree.words:
        yield tree.words[-1], tree.words[-1].end
