"""A word of a parsed sentence comes in; how surely it means negotiating goes out; and what must happen first."""

from handlers.stance.cues import Cues, load_cues
from handlers.stance.parsing import Tree, Word
from handlers.wording import load_words


def phrase(tree: Tree, word: Word) -> str:
    """Give a verb with its particle ("rule out"), else the lemma."""
    for child in tree.children(word):
        if (
            child.dep in {"prt", "advmod"}
            and child.i > word.i
            and child.lower in {"out", "off", "down", "away", "up", "back", "on", "ahead", "aside"}
        ):
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
        met = tree.child(word, "dobj", "nsubjpass")
        return met is None or met.lemma not in load_cues().met_things
    if word.lemma == "deal":  # one deals with a party, and with a problem
        nouns = [n for p in tree.children(word) if p.lower == "with" for n in tree.children(p) if n.dep == "pobj"]
        return any(noun.pos in {"PROPN", "PRON"} or noun.lemma in load_words().words("group_nouns") for noun in nouns)
    if word.lemma in {"sit"} and any(child.lower == "down" for child in tree.children(word)):
        return True
    return any(child.dep in {"prep", "dative"} and child.lower in {"with", "to"} for child in tree.children(word)) or (
        word.lemma == "talk" and tree.child(word, "dobj", "ccomp") is None
    )


def kind_of(tree: Tree, word: Word, cues: Cues) -> str | None:
    """Tell how surely a word means negotiating: "strong", "weak", "plan", "deal", or None."""
    if word.pos in {"NOUN", "PROPN", "ADJ"}:
        for kind, nouns in (
            ("strong", cues.strong_nouns),
            ("weak", cues.weak_nouns),
            ("plan", cues.plan_nouns),
            ("deal", cues.deal_nouns),
        ):
            if word.lower in nouns or word.lemma in nouns:
                return kind
        if word.lemma == "table" and _is_the_table(tree, word):
            return "strong"
        return "weak" if word.lemma in cues.told_nouns and _is_told(tree, word, cues) else None
    if word.pos not in {"VERB", "AUX"}:
        return None
    if word.lemma in cues.strong_verbs:
        return "strong"
    if word.lemma in cues.partner_verbs and _has_partner(tree, word):
        return "strong" if word.lemma in {"talk", "sit"} else "weak"
    return "weak" if word.lemma in cues.topic_verbs else None


def _is_the_table(tree: Tree, word: Word) -> bool:
    """ "Back to the table", "be at the table": where one talks; "on the table" is where anything may lie."""
    governor = tree.head(word)
    placed = (
        governor is not None and governor.lower in {"to", "at", "from"} and tree.child(word, "prep", "compound", "amod") is None
    )
    return placed and any(child.lower == "the" for child in tree.children(word))


def _is_told(tree: Tree, word: Word, cues: Cues) -> bool:
    """Nouns that mean talks only with a word that says so: "peace process", "next round", "track of diplomacy"."""
    return any(child.lower in cues.telling for each in tree.children(word) for child in [each, *tree.children(each)])


def is_concluded(tree: Tree, word: Word, cues: Cues) -> bool:
    """ "The 2015 deal", "the landmark accord": definite and not called new."""
    beside = {child.lower for child in tree.children(word)}
    dated = any(child.isdigit() and len(child) == 4 for child in beside) or bool(beside & cues.concluded)
    return dated or ("the" in beside and "new" not in beside)


_INSISTING = frozenset({"demand", "insist", "require", "want", "ask", "expect"})


def what_comes_first(tree: Tree, node: Word, governor: Word) -> Word | None:
    """ "They must leave before talks can begin": what must happen first is the demand."""
    above = tree.head(governor)
    if node.dep == "prep":
        insists = any(word is not None and word.lemma in _INSISTING for word in (governor, above))
        return governor if node.lower == "before" and insists else None
    mark = tree.child(node, "mark")
    must = {child.lower for child in tree.children(governor) if child.dep == "aux"} & {"must", "should"}
    needs = bool(must) or governor.lemma in {"need", "have"}
    return governor if node.dep == "advcl" and mark is not None and mark.lower in {"before", "until"} and needs else None


def stated_terms(tree: Tree, node: Word, governor: Word, cues: Cues) -> Word | None:
    """ "Any deal must include …", "talks would have to lead to …": the predicate that states terms."""
    if node.dep not in {"nsubj", "nsubjpass"}:
        return None
    must = any(child.dep == "aux" and child.lower == "must" for child in tree.children(governor))
    inner = tree.child(governor, "xcomp") if governor.lemma in {"have", "need"} else None
    if inner is not None and inner.lemma in cues.requiring:
        return governor
    return governor if must and governor.lemma in cues.requiring else None
