"""A parsed sentence comes in; each place in it that takes a stance on negotiating goes out, whoever takes it.

From a word that means negotiating ("talks", "meet") the way up to the root is walked, and every governor on it says
something: it turns the stance round ("refuse", "no prospect of"), shows will ("ready"), or says that it happens ("resume").
Turned twice is not turned: "won't rule out talks" is open. Words are data (`data/stance.toml`).
"""

from collections.abc import Iterator

from handlers.stance.chain import Chain
from handlers.stance.cues import Cues, load_cues
from handlers.stance.parsing import Tree, Word
from handlers.stance.predicates import is_happening, is_refusal, is_unsettled, is_will, just_happened, says_no
from handlers.stance.terms import is_concluded, kind_of, phrase, stated_terms, what_comes_first

_CLAUSES = frozenset({"ccomp", "parataxis"})
_INSIDE = frozenset({"in", "under", "by", "with", "within", "as"})
"""Something "in any future agreement" is about the agreement, not about talking."""
_STEPS = 9


def _is_negative(tree: Tree, word: Word, cues: Cues) -> bool:
    if word.lower not in cues.negators:
        return False
    return word.dep in {"neg", "det", "nsubj", "nsubjpass", "advmod", "preconj", "dobj", "attr"} or (
        word.dep == "pobj"
        and (tree.head(word) or word).dep in {"agent", "prep"}
        and word.lower in {"nobody", "nothing", "none"}
    )


def negatives(tree: Tree, node: Word, cues: Cues) -> list[Word]:
    """List what denies a word: "not", "no", "nobody", "with nobody", and the "nor" that joins it to what stands before."""
    found = [child for child in tree.children(node) if _is_negative(tree, child, cues)]
    found += [
        each
        for child in tree.children(node)
        if child.dep == "agent" or (child.dep == "prep" and child.lower in {"with", "to", "for"})
        for each in tree.children(child)
        if each.dep == "pobj" and _is_negative(tree, each, cues)  # "neither in X nor in Y" only restates a "no"
    ]
    governor = tree.head(node)
    if node.dep == "conj" and governor is not None and not found:
        found += [child for child in tree.children(governor) if child.dep == "cc" and child.lower == "nor" and child.i < node.i]
    return found


def _note_negation(tree: Tree, node: Word, chain: Chain, cues: Cues) -> None:
    """Count denials; two on one word are one. Of an unknown predicate they say nothing."""
    denied = [word for word in negatives(tree, node, cues) if word not in chain.path]
    if not denied:
        return
    if node.pos in {"VERB", "NOUN"} and node is not chain.term and not _is_known(tree, node, cues):
        chain.opaque_denial = True
        return
    chain.turn(denied[0])
    chain.decider = node


def _is_known(tree: Tree, node: Word, cues: Cues) -> bool:
    lemma = node.lemma
    known = (
        cues.light,
        cues.engaged,
        cues.ready,
        cues.accept,
        cues.refuse,
        cues.grounds,
        cues.pointless,
        cues.strong_nouns,
        cues.weak_nouns,
    )
    return any(lemma in words for words in known) or phrase(tree, node) in cues.refuse_phrases or lemma in cues.partner_verbs


def _note_children(tree: Tree, node: Word, chain: Chain, cues: Cues) -> None:
    """Read what hangs directly on a word of the path: negation, auxiliaries, predicate words."""
    _note_negation(tree, node, chain, cues)
    for child in tree.children(node):
        if child in chain.path:
            continue
        if (
            node is chain.term
            and node.tag == "VBG"
            and child.dep == "aux"
            and child.lower in {"am", "are", "is", "'re", "’re", "'m", "’m"}
        ):
            chain.engaged = True
        if child.lower == "under" and any(each.lower == "way" for each in tree.children(child)):
            chain.engaged = True
        if child.dep == "aux" and child.lower in cues.modals_future:
            chain.future = True
        elif child.dep == "aux" and child.lower in cues.modals_open:
            chain.modal = True
        elif child.lower == "only" and child.dep == "advmod":
            chain.only = True
        elif child.dep in {"acomp", "attr", "oprd", "advmod"} and node.pos in {"AUX", "VERB"} and child.lemma not in cues.ways:
            _note_word(tree, child, chain, cues)
            _note_negation(tree, child, chain, cues)
        elif (
            child.dep in {"nsubj", "attr", "npadvmod"}
            and child.lemma in cues.ways
            and node.lemma in {"be", "lie", "go", "remain"}
        ):
            chain.ready = True
            chain.decider = node
        elif child.dep == "dobj" and child.lemma in cues.grounds and negatives(tree, child, cues):  # "sees no sense in talks"
            _note_word(tree, child, chain, cues)
            _note_negation(tree, child, chain, cues)
        elif child.dep == "dobj" and child.lemma in {"progress", "headway"}:
            chain.engaged = True
        elif child.lower in {"forward", "out"} and any(each.lemma in cues.ways for each in tree.children(child)):
            chain.ready = True  # "the only way forward"
        elif child.dep == "acl" and child.tag == "VBN" and child.lemma in {"need", "want"}:  # "talks needed"
            chain.ready = True
        elif child.dep == "prep" and child.lower == "as" and node.pos == "VERB":
            for each in tree.children(child):
                _note_word(tree, each, chain, cues)


def _note_word(tree: Tree, node: Word, chain: Chain, cues: Cues) -> None:
    """Read what a governor itself says."""
    lemma = node.lemma
    chain.reached = chain.reached or (lemma in {"reach", "strike", "clinch"} and node.tag == "VBN")
    if (
        lemma in cues.blocking
        or node.lower in {"nobody", "somebody", "anybody"}
        or is_unsettled(tree, node)
        or says_no(tree, node)
    ):
        chain.blocked = True
    elif lemma in cues.demands and node.pos == "NOUN":
        governor = tree.head(node)
        owned = tree.child(node, "poss") is not None or (governor is not None and governor.lemma in cues.demanding)
        chain.demand, chain.opaque = (node, chain.opaque) if owned else (chain.demand, True)
    elif is_refusal(tree, node, chain, cues):
        chain.turn(node)
        chain.decider = node
    elif lemma in cues.accept:
        chain.accept = True
        chain.decider = node
    elif lemma in cues.background:
        chain.background = True
    elif lemma in cues.grounds and node.pos != "VERB" and negatives(tree, node, cues):
        if lemma in cues.favourable_grounds:  # "no alternative to talks": its "no" turns this back
            chain.turn(node)
        chain.ready = True
        chain.decider = node
    elif is_will(tree, node, chain, cues):
        chain.ready = True
        chain.decider = node
    elif is_happening(tree, node, cues):
        chain.engaged = True
        chain.decider = chain.decider or node
    elif node.pos in {"VERB", "NOUN", "PROPN"} and not _is_known(tree, node, cues):
        chain.opaque = True


def _ends(tree: Tree, node: Word, governor: Word, cues: Cues) -> bool:
    """Whether the walk stops below this governor."""
    if node.dep in {"parataxis", "punct", "dep"}:
        return True
    if node.dep == "prep" and node.lower == "against" and governor.lemma == "be":
        return False  # "not against talking"
    if node.dep == "prep" and (node.lower in cues.background_prepositions or node.lower == "before"):
        return True
    if node.dep in {"advcl", "relcl"}:  # "would send a team to take part", "calls to open talks": an infinitive goes on
        return not any(child.dep == "aux" and child.lower == "to" for child in tree.children(node))
    if node.dep == "conj" and node.pos in {"VERB", "AUX"}:  # "to sit and talk" goes on, "refused and talked" does not
        return not (node.tag == governor.tag and node.tag in {"VB", "VBG"})
    return node.dep == "poss" and governor.lemma not in cues.plan_nouns


def climb(tree: Tree, chain: Chain, cues: Cues) -> None:
    node = chain.term
    chain.blocked = is_unsettled(tree, node)
    _note_children(tree, node, chain, cues)
    for _ in range(_STEPS):
        governor = tree.head(node)
        if governor is None or governor.pos == "PUNCT":
            return
        if node.dep in _CLAUSES and governor.lemma in cues.say and governor.pos == "VERB" and not _decides(governor, cues):
            chain.say = governor
            return
        if _is_set_apart(tree, node, governor, cues):
            chain.say = governor
            return
        if _ends(tree, node, governor, cues):
            chain.demand = chain.demand or what_comes_first(tree, node, governor)
            chain.blocked = chain.blocked or (node.dep == "prep" and node.lower != "against")
            return
        if (governor.lemma == "tell" and node.dep == "xcomp") or (
            governor.lemma == "ask" and node.dep in {"ccomp", "pcomp", "advcl"}
        ):
            chain.blocked = True  # an order to others, a question
        if node is chain.term:
            chain.demand = chain.demand or stated_terms(tree, node, governor, cues)
        chain.path.append(governor)
        if node.dep != "conj":  # nouns side by side share what governs the first, not what describes it
            _note_governor(tree, node, governor, chain, cues)
        node = governor


def _is_set_apart(tree: Tree, node: Word, governor: Word, cues: Cues) -> bool:
    """ "No talks, vows the minister": a headline's verb of saying, which the parser gives the wrong subject."""
    if governor.lemma not in cues.say or node.dep not in {"nsubj", "dobj", "nsubjpass"} or node.i > governor.i:
        return False
    return any(word.lower == "," for word in tree.words[node.i : governor.i])


def _note_governor(tree: Tree, node: Word, governor: Word, chain: Chain, cues: Cues) -> None:
    if governor.dep == "prep" and governor.lower == "without" and node is chain.term:
        chain.turn(governor)
        chain.blocked = chain.blocked or chain.kind == "deal"  # "without a ceasefire, …" is somebody's condition
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
        kind = kind_of(tree, word, cues)
        if kind is not None:
            chain = Chain(word, [word], kind=kind, concluded=is_concluded(tree, word, cues))
            climb(tree, chain, cues)
            chain.engaged = chain.engaged or just_happened(tree, chain)
            yield chain
