"""A chain in a parsed sentence comes in; its condition and the topic to which it is limited go out, verbatim.

What opens a condition is data (`conditions` in `data/stance.toml`). "Without preconditions" is none, nor is an exit that
is called impossible.
"""

import re
from bisect import bisect_right

from handlers.quotations import Quotation
from handlers.sentences import Sentence, Span
from handlers.stance.binding import is_bound
from handlers.stance.chain import Chain
from handlers.stance.cues import load_cues
from handlers.stance.parsing import Tree, Word
from handlers.wording import load_words

_TIMELY = frozenset({"when", "after", "before", "while", "once"})
_ON_TERMS = frozenset({"that", "which", "whose", "where"})
_TERMS = frozenset({"prep", "dobj", "advmod", "npadvmod"})
_NEEDS_REFUSAL = frozenset({"while", "before", "until", "till", "without", "under", "with", "at"})
_WISHING = frozenset({"want", "wish", "desire", "like"})
_SCOPE = frozenset({"over", "on", "about", "regarding", "concerning"})
_MEASURES = frozenset(
    {"second", "minute", "hour", "day", "night", "week", "month", "year", "decade", "moment", "shortly", "just"}
)
LONGEST_ASIDE = 60
"""Characters between two pieces of one quotation: "he said", hardly more."""
_BUT_FIRST = re.compile(
    r"[\s.,”\"]*(?:But|Only|However|Yet|Provided|First)\b,?\s*"
    r"([^.!?]*\b(?:only (?:if|when|after|once)|first|must|unless|has to|have to)\b[^.!?,]*)"
)
_TRIM = " ,;:.!?“”\"'’‘–—-\xa0\n"


def _marks(tree: Tree, chain: Chain, region: Span) -> list[tuple[re.Match[str], Word]]:
    """List the openers of conditions in a region, with their first word."""
    base = tree.sentence.start
    source = _source(tree)
    found: list[tuple[re.Match[str], Word]] = []
    for match in load_cues().condition.finditer(source):
        start = base + match.start()
        words = tree.at(start, base + match.end())
        if words and region.start <= start < region.end and words[0] not in chain.path and not _is_measured(tree, words[0]):
            found.append((match, words[0]))
    return found


def _is_measured(tree: Tree, mark: Word) -> bool:
    """ "Hours before a round was due" tells when something was said, not on what terms."""
    return mark.i > 0 and mark.lower in {"before", "after"} and tree.words[mark.i - 1].lemma in _MEASURES


def _source(tree: Tree) -> str:
    """Give the sentence with each word at its own offset."""
    pieces: list[str] = []
    at = tree.sentence.start
    for word in tree.words:
        pieces.append(" " * (word.start - at) + word.text)
        at = word.end
    return "".join(pieces)


def _clause(tree: Tree, mark: Word, last: Word) -> Word:
    """Give the word that governs the whole condition: the clause's verb, or the preposition itself."""
    behind = tree.words[mark.i + 1].lower if mark.i + 1 < len(tree.words) else ""
    if mark.lower == "without" and behind in {"that", "this", "it", "these", "those", "them"}:
        return mark
    for word in (last, mark):
        governor = tree.head(word) if word.dep == "mark" else None
        if governor is not None and governor.pos in {"VERB", "AUX"}:
            return governor
    if mark.pos in {"SCONJ", "ADV", "ADP", "VERB"} and tree.child(mark, "pobj", "pcomp") is None:
        for steps, governor in enumerate(tree.ancestors(mark)):
            if governor.pos in {"VERB", "AUX"} and governor.i > mark.i:
                return governor
            if steps > 2:
                break
    if mark.lower in {"only", "not"}:
        return _clause(tree, last, last) if last is not mark else mark
    return mark


def _is_past(tree: Tree, clause: Word) -> bool:
    inner = tree.child(clause, "pcomp")
    if inner is not None and inner.tag in {"VBD", "VBN"} and tree.child(inner, "aux", "auxpass") is None:
        return True  # "after a first session ended"
    if any(
        child.dep in {"aux", "auxpass"} and child.lower in {"would", "could", "should", "had", "has", "have", "is", "are"}
        for child in tree.children(clause)
    ):
        return False
    return clause.tag == "VBD"


def _is_circumstance(tree: Tree, clause: Word) -> bool:
    """ "While visiting Doha": a participle alone tells when; "while children are starving" is a state."""
    return clause.tag == "VBG" and not any(child.dep == "aux" for child in tree.children(clause))


def _is_shifted(tree: Tree, chain: Chain) -> bool:
    """ "There would be no talks before Israel stopped its strikes", he said: reported speech puts the future into the past."""
    helpers = {child.lower for word in chain.path for child in tree.children(word) if child.dep == "aux"}
    return bool(chain.flips % 2 and helpers & {"would", "could", "'d", "’d"})


def _holds(tree: Tree, chain: Chain, opener: str, clause: Word, quoted: bool) -> bool:
    first = opener.split()[0].casefold()
    if first == "if" and clause.lemma in _WISHING and chain.modal and not chain.ready:
        return False  # "if they want peace, they must sit down with us" is a call for talks
    if first == "if" and chain.flips % 2 and any(word.lower == "were" for word in [clause, *tree.children(clause)]):
        return False  # "would not sit down if the chairs were made of gold"
    if first in _TIMELY and ((_is_past(tree, clause) and not _is_shifted(tree, chain)) or _is_circumstance(tree, clause)):
        return False
    if first in {"when", "while", "once", "before"} and clause.pos not in {"VERB", "AUX"}:
        return first == "before" and bool(chain.flips % 2) and chain.future and _is_event(tree, clause)
    refused = clause.i > 0 and tree.words[clause.i - 1].lower in {"not", "never"}  # "but not under threat"
    if first in _NEEDS_REFUSAL and not (chain.flips % 2 or chain.only or (first == "under" and refused)):
        return False
    return not (first == "after" and not (chain.future or chain.only or chain.modal))


def _is_event(tree: Tree, before: Word) -> bool:
    """Whether "before" names what must come first ("before the election"), not a mere date ("before Monday", "before May")."""
    noun = tree.child(before, "pobj")
    if noun is None or noun.lemma in load_words().words("calendar") or noun.lower.endswith("day"):
        return False
    return noun.pos == "NOUN"


def find_condition(tree: Tree, chain: Chain, region: Span, *, quoted: bool = False) -> Span | None:
    """Find the condition of a chain inside a region (its quotation or its sentence); None when there is none."""
    for match, mark in _marks(tree, chain, region):
        base = tree.sentence.start
        last = tree.at(base + match.start(), base + match.end())[-1]
        clause = _clause(tree, mark, last)
        bound = is_bound(tree, clause, mark, chain, match.group())
        if not bound or not _holds(tree, chain, match.group(), clause, quoted):
            continue
        words = [word for word in tree.subtree(clause) if word.start >= mark.start]
        end = max([word.end for word in words] + [last.end])
        if clause is mark and clause.pos == "ADP":  # a phrase ends at its comma, whatever the parser hung on it
            end = min(
                [end, *(word.start for word in tree.words if word.start > last.start and word.lower in {",", ";", "–", "—"})]
            )
        elif end == last.end:  # the parser lost the clause: take the words up to the next comma
            end = next((word.start for word in tree.words if word.start > end and word.lower in {",", ";", "."}), region.end)
        before = tree.words[mark.i - 1] if mark.i else mark
        start = before.start if before.lower in {"not", "never"} and mark.lower == "under" else mark.start
        return _trimmed(tree, Span(max(region.start, start), min(region.end, end)))
    return _in_terms(tree, chain, region)


def _in_terms(tree: Tree, chain: Chain, region: Span) -> Span | None:
    """ "No talks that leave the blockade in place", "would only negotiate face to face": the kind of talks is the condition."""
    inside = [word for word in tree.children(chain.term) if region.start <= word.start < region.end]
    likely = chain.future or chain.modal
    if chain.kind in {"strong", "deal"} and chain.term.pos != "VERB" and chain.flips % 2 and likely:
        clause = next((word for word in inside if word.dep == "relcl" and word.i > chain.term.i), None)
        return span_of(tree, clause) if clause is not None and _is_restrictive(tree, clause) else None
    only = next((word for word in inside if word.lower == "only" and word.dep == "advmod"), None)
    if only is None or chain.term.pos != "VERB" or chain.flips % 2 or not (likely or chain.ready):
        return None
    terms = [word for word in inside if word.i > max(chain.term.i, only.i) and word.dep in _TERMS]
    return span_of(tree, terms[0]) if terms else None


def _is_restrictive(tree: Tree, clause: Word) -> bool:
    first = tree.subtree(clause)[0].i
    opening = {word.lower for word in tree.words[first : first + 2]}
    return tree.words[first - 1].lower != "," and bool(opening & _ON_TERMS)


def sets_terms(tree: Tree, chain: Chain) -> bool:
    """Whether a deal is to be had, or refused, on stated terms ("will sign an agreement if the truce holds")."""
    if chain.kind != "deal" or chain.blocked or not (chain.future or chain.modal or chain.ready or chain.flips):
        return False
    acts = any(word.pos == "VERB" and word.lemma in load_cues().concluding for word in chain.path)
    return acts and find_condition(tree, chain, Span(tree.sentence.start, tree.sentence.end)) is not None


def condition_before(tree: Tree, chain: Chain, region: Span) -> Span | None:
    """ "Lift the sanctions, and we will be at the table": what is demanded first is the condition."""
    inside = [word for word in tree.words if region.start <= word.start < region.end and word.pos not in {"PUNCT", "SPACE"}]
    order = inside[0] if inside else None
    if (
        order is None
        or order.tag not in {"VB", "VBP"}
        or not (chain.future or chain.modal)
        or order.lower in {"let", "do", "be"}
    ):
        return None
    own = {"we", "i"}
    joined = next((w for w in inside if w.lower == "and" and w.i < chain.term.i and tree.words[w.i + 1].lower in own), None)
    if joined is None or tree.child(order, "nsubj") is not None:
        return None
    return _trimmed(tree, Span(order.start, joined.start))


def condition_behind(text: str, quote: Quotation | None, sentence: Sentence, quotes: list[Quotation]) -> Span | None:
    """Find a condition that the next sentence of the same quotation sets ("We will talk. But first they must leave.")."""
    if quote is None:
        return None
    end = min(sentence.end, quote.end)
    number = bisect_right(quotes, quote.start, key=lambda each: each.start)
    after = next((each for each in quotes[number : number + 1] if each.paragraph == quote.paragraph), None)
    rest = Span(end, quote.end)
    if not rest.text(text).strip(_TRIM):
        rest = Span(after.start, after.end) if after is not None and after.start - quote.end < LONGEST_ASIDE else rest
    match = _BUT_FIRST.match(rest.text(text))
    return Span(rest.start + match.start(1), rest.start + match.end(1)) if match else None


def _trimmed(tree: Tree, span: Span) -> Span:
    source = _source(tree)
    piece = source[span.start - tree.sentence.start : span.end - tree.sentence.start]
    left = len(piece) - len(piece.lstrip(_TRIM))
    right = len(piece) - len(piece.rstrip(_TRIM))
    return Span(span.start + left, span.end - right)


def span_of(tree: Tree, word: Word) -> Span:
    """Give a word with all that hangs on it."""
    words = tree.subtree(word)
    return _trimmed(tree, Span(words[0].start, max(each.end for each in words)))


def has_impossible_exit(text: str) -> bool:
    """Whether the exit is called impossible, which leaves the refusal whole (guide rule 2)."""
    return load_cues().impossible_exits.search(text) is not None


def is_unconditional(text: str) -> bool:
    return load_cues().no_preconditions.search(text) is not None


def _is_topic(tree: Tree, noun: Word) -> bool:
    """Whether a noun limits a refusal; "over its missiles or over anything else" limits nothing."""
    behind = [word.lower for word in tree.words[noun.i : noun.i + 8]]
    return noun.pos in {"NOUN", "PROPN"} and not noun.lower.endswith("day") and not {"anything", "any"} & set(behind)


def find_scope(tree: Tree, chain: Chain) -> Span | None:
    """Find the topic to which a refusal is limited: "over its missiles", "negotiate our capability"."""
    for word in chain.path[:2]:
        for child in tree.children(word):
            governed = tree.child(child, "pobj") if child.dep == "prep" and child.lower in _SCOPE else None
            if child.dep == "dobj" and word.lemma in {"negotiate", "discuss", "renegotiate"}:
                governed = child
            if governed is not None and _is_topic(tree, governed):
                words = tree.subtree(governed)
                skipped = [each for each in words if each.pos not in {"DET", "PRON"}] or words
                return _trimmed(tree, Span(skipped[0].start, max(each.end for each in words)))
    return None


def first_condition(tree: Tree) -> Span | None:
    """Find the first condition of a sentence, whatever it belongs to: a clause behind "if", "until", "once" and the like."""
    base = tree.sentence.start
    for match in load_cues().condition.finditer(_source(tree)):
        words = tree.at(base + match.start(), base + match.end())
        if not words or (words[0].lower in _TIMELY and _is_past(tree, _clause(tree, words[0], words[-1]))):
            continue
        clause = _clause(tree, words[0], words[-1])
        inside = [word for word in tree.subtree(clause) if word.start >= words[0].start]
        return _trimmed(tree, Span(words[0].start, max([words[-1].end, *(word.end for word in inside)])))
    return None
