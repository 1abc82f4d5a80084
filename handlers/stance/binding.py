"""A clause that opens like a condition comes in; whether it hangs on the talks of a chain goes out."""

from handlers.stance.chain import Chain
from handlers.stance.parsing import Tree, Word

_FIRM = ("as long as", "so long as", "unless", "until", "provided", "providing", "only", "on condition", "on the condition")
"""These set a condition wherever they stand; "when" or "after" behind a comma may only tell the time."""
_MARKS = frozenset('“”"«»;:–—')


def is_bound(tree: Tree, clause: Word, mark: Word, chain: Chain, opener: str) -> bool:
    return _belongs(tree, clause, chain) or _is_set_off(tree, clause, chain, opener) or _follows(tree, mark, chain, opener)


def _belongs(tree: Tree, clause: Word, chain: Chain) -> bool:
    """Whether the clause hangs on the chain, and the chain is not inside the clause."""
    if clause in chain.path:
        return False
    on_path = {word.i for word in chain.path}
    for steps, governor in enumerate(tree.ancestors(clause), start=1):
        if governor.i in on_path:
            return True
        if governor.lemma in {"ask", "wonder", "know", "see"}:
            return False
        if governor.dep in {"ccomp", "relcl"} or steps > 3:
            return False
    return False


def _follows(tree: Tree, mark: Word, chain: Chain, opener: str) -> bool:
    """Whether nothing but the talks' own phrase stands between them and the opener, whatever the parser hung it on."""
    last = max(chain.term.i, *(word.i for word in chain.wording), chain.decider.i if chain.decider else 0)
    own = {word.i for word in chain.path}
    between = [word for word in tree.words[last + 1 : mark.i] if word.i not in own]
    if mark.i <= last or any(word.pos in {"VERB", "AUX", "CCONJ", "SCONJ"} or word.lower in _MARKS for word in between):
        return False
    commas = sum(word.lower == "," for word in between)
    return commas == 0 or (commas == 1 and between[-1].lower == "," and opener.casefold().startswith(_FIRM))


def _is_set_off(tree: Tree, clause: Word, chain: Chain, opener: str) -> bool:
    """ "He said that he was open to talks, if they stopped": the parser hangs what is said on "said"."""
    firm = opener.casefold().startswith((*_FIRM, "if"))
    return firm and chain.say is not None and tree.head(clause) is chain.say and clause.i > chain.term.i
