"""A parsed sentence comes in; the same with its "…, X said" put right goes out, where the small parser lost it.

The parser often takes the speaker behind a comma for an apposition to the last name of what is said. Nothing else is touched.
"""

from dataclasses import replace
from itertools import pairwise

from handlers.stance.parsing import Tree, Word, tree_of
from handlers.wording import load_words

_MODALS = frozenset({"can", "could", "will", "would", "shall", "should", "may", "might"})


def repaired(tree: Tree) -> Tree:
    """Put right what the small parser is known to lose."""
    return _with_speaker(_with_main_clause(tree))


def _with_main_clause(tree: Tree) -> Tree:
    """ "Only when they accept can there be dialogue": the condition hangs on what follows it, not the other way round."""
    for only, opener in pairwise(tree.words):
        clause = tree.head(opener)
        if only.lower != "only" or opener.lower not in {"when", "if", "once", "after"} or clause is None:
            continue
        main = next((c for c in tree.children(clause) if c.dep in {"ccomp", "conj", "dep"} and _is_inverted(tree, c)), None)
        if main is None or main.i < clause.i:
            continue
        words = list(tree.words)
        is_root = clause.dep == "ROOT"
        words[main.i] = replace(main, dep="ROOT" if is_root else "ccomp", head=main.i if is_root else clause.head)
        words[clause.i] = replace(clause, dep="advcl", head=main.i)
        return tree_of(tree.sentence, words)
    return tree


def _is_inverted(tree: Tree, verb: Word) -> bool:
    helper = next((child for child in tree.children(verb) if child.lower in _MODALS), None)
    subject = tree.child(verb, "nsubj", "expl")
    return helper is not None and subject is not None and helper.i < subject.i


def _with_speaker(tree: Tree) -> Tree:
    """Give each ", the government of X said" its subject, and make what was said its content."""
    words = list(tree.words)
    say = load_words().words("say_parenthetical")
    for verb in tree.words:
        if verb.lemma not in say or verb.tag not in {"VBD", "VBZ", "VBP"} or verb.i < 3:
            continue
        subject = _subject_behind_comma(tree, verb)
        if subject is None:
            continue
        content = _content(tree, verb, subject)
        if content is None:
            continue
        words[subject.i] = replace(subject, dep="nsubj", head=verb.i)
        if verb not in tree.ancestors(content):
            words[verb.i] = replace(verb, dep=content.dep, head=verb.i if content.dep == "ROOT" else content.head)
            words[content.i] = replace(content, dep="ccomp", head=verb.i)
        return tree_of(tree.sentence, words)
    return tree


def _subject_behind_comma(tree: Tree, verb: Word) -> Word | None:
    """Find a noun phrase that fills the place between a comma and the verb."""
    own = tree.child(verb, "nsubj")
    if own is not None and own.i < verb.i:
        first = tree.subtree(own)[0].i
        return own if first > 0 and tree.words[first - 1].lower == "," else None
    for noun in reversed(tree.words[: verb.i]):
        if noun.lower in {",", "“", "”", '"'}:
            break
        if noun.pos not in {"NOUN", "PROPN"} or noun.dep not in {"appos", "nsubj", "conj", "npadvmod", "dep", "nsubjpass"}:
            continue
        phrase = tree.subtree(noun)
        first = phrase[0].i
        if phrase[-1].i == verb.i - 1 and first > 0 and tree.words[first - 1].lower == ",":
            return noun
    return None


def _content(tree: Tree, verb: Word, subject: Word) -> Word | None:
    """Find the clause before the comma that is what was said; None where the parse needs no repair."""
    governor = tree.head(verb)
    own = tree.head(subject)
    if governor is None:
        content = next((word for word in tree.children(verb) if word.dep == "ccomp" and word.i < subject.i), None)
        return content if own is not verb else None
    joined = any(child.dep == "cc" and child.i > governor.i for child in tree.children(governor))
    if verb.dep in {"conj", "dep", "parataxis", "appos", "advcl"} and governor.i < subject.i and not joined:
        return governor if governor.pos in {"VERB", "AUX"} else None
    return None
