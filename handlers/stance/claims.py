"""A parsed sentence with its cues and voices comes in; claims go out: a chain, who holds the stance, and how surely.

Whose stance it is when one speaks of another's will is decided in `reports`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from handlers.model import Actor, Stance
from handlers.quotations import Quotation
from handlers.sentences import Span
from handlers.stance.attribution import Cue, Voice, has_unnamed_source
from handlers.stance.chain import Chain, stance_of
from handlers.stance.conditions import sets_terms
from handlers.stance.cues import load_cues
from handlers.stance.idioms import find_idioms
from handlers.stance.parsing import Tree, Word
from handlers.stance.polarity import find_chains
from handlers.stance.reference import Resolver
from handlers.stance.reports import told
from handlers.stance.subjects import agent_of, subjects_of
from handlers.stance.unasserted import is_of_another, is_unasserted
from handlers.wording import load_words

_ASIDE = frozenset({"parataxis", "ccomp", "prep", "pcomp"})


@dataclass(frozen=True, slots=True)
class Claim:
    """One stance that somebody takes in one sentence."""

    tree: Tree
    chain: Chain
    stance: Stance
    holders: tuple[Actor, ...]
    region: Span
    """Where its condition may stand: its quotation, or its sentence."""
    quote: Quotation | None
    cue: Cue | None
    certainty: float


def find_claims(
    tree: Tree,
    quotes: list[Quotation],
    voices: dict[int, Voice],
    cues: list[Cue],
    heading: tuple[int, tuple[Actor, ...]],
    resolver: Resolver,
) -> Iterator[Claim]:
    """Yield the claims of a sentence; of several chains under one predicate the one that says most."""
    best: dict[int, Claim] = {}
    for chain, stance in _stances(tree):
        if _is_asked(tree, chain) or is_unasserted(tree, chain, stance):
            continue
        claim = _claim(tree, chain, stance, quotes, voices, cues, heading, resolver)
        if claim is None:
            continue
        rival = best.get(chain.top.i)
        if rival is None or _weight(claim) > _weight(rival):
            best[chain.top.i] = claim
    yield from best.values()


def _is_asked(tree: Tree, chain: Chain) -> bool:
    """A question takes no position ("is he serious about talks?"); what stands before "but" in it does."""
    following = [word for word in tree.words if word.i >= chain.term.i and word.lower in {"?", "but"}]
    return bool(following) and following[0].lower == "?"


def _weight(claim: Claim) -> tuple[int, int, int]:
    chain = claim.chain
    return (chain.flips + chain.ready + chain.accept, chain.kind == "idiom", chain.kind == "strong")


def _stances(tree: Tree) -> Iterator[tuple[Chain, Stance]]:
    idioms = list(find_idioms(tree))
    taken = {word.i for chain, _ in idioms for word in chain.path[:1]}
    spans = [(chain.start, chain.end) for chain, _ in idioms]
    for chain in find_chains(tree):
        inside = any(start <= chain.term.start < end for start, end in spans) or any(word.i in taken for word in chain.path)
        stance = None if inside else stance_of(tree, chain)
        if stance is None and not inside and sets_terms(tree, chain):
            stance = Stance.CONDITIONAL
        if stance is not None:
            yield chain, stance
    yield from idioms


def _claim(
    tree: Tree,
    chain: Chain,
    stance: Stance,
    quotes: list[Quotation],
    voices: dict[int, Voice],
    cues: list[Cue],
    heading: tuple[int, tuple[Actor, ...]],
    resolver: Resolver,
) -> Claim | None:
    quote = next((q for q in quotes if q.start <= chain.term.start < q.end), None)
    whole = Span(tree.sentence.start, tree.sentence.end)
    if quote is not None and (is_of_another(resolver.text, chain, quote) or _is_passed_on(voices.get(quote.start))):
        return None
    if quote is not None and quote.start in voices and not _is_scare(quotes, chain):
        voice = voices[quote.start]
        holders, certainty = told(tree, chain, stance, voice.speakers, resolver, quoted=True)
        pieces = [q for q in quotes if any(q.start <= word.start < q.end for word in chain.path)]
        region = Span(max(whole.start, pieces[0].start), min(whole.end, pieces[-1].end))
        return Claim(tree, chain, stance, holders, region, quote, None, certainty * voice.certainty) if holders else None
    cue = _between_commas(tree, cues) or _cue(tree, chain, cues)
    speakers = cue.speakers if cue else heading[1] if chain.term.start >= heading[0] else ()
    if speakers:
        holders, certainty = told(tree, chain, stance, speakers, resolver, quoted=False, cue=cue)
        return Claim(tree, chain, stance, holders, whole, None, cue, certainty * (0.9 if cue else 0.75)) if holders else None
    holders = _narrated(tree, chain, stance, resolver)
    certainty = 0.8 if chain.say is None else 0.68
    return Claim(tree, chain, stance, holders, whole, None, None, certainty) if holders else None


def _is_passed_on(voice: Voice | None) -> bool:
    return voice is not None and voice.passed_on


def _is_scare(quotes: list[Quotation], chain: Chain) -> bool:
    """A few quoted words inside a report ('a "trick"') are part of the report; the chain leaves them on its way up."""
    return any(not any(quote.start <= word.start < quote.end for quote in quotes) for word in chain.path[1:])


def _cue(tree: Tree, chain: Chain, cues: list[Cue]) -> Cue | None:
    """Find the cue to which a chain belongs: the verb above it, or one in brackets of commas ("…, she wrote, …")."""
    by_verb = {cue.verb.i: cue for cue in cues}
    if chain.say is not None and chain.say.i in by_verb:
        own = by_verb[chain.say.i]
        outer = [by_verb[word.i] for word in tree.ancestors(chain.say) if word.i in by_verb] if not own.speakers else []
        return next((cue for cue in outer if cue.speakers), own)  # "X said both governments had confirmed that …"
    on_path = {word.i for word in chain.path}
    first = _first_conjunct(tree, chain.top)
    beside = {child.i for word in (chain.top, first) for child in tree.children(word)} - on_path
    for cue in cues:
        if cue.verb.lower == "according" or (cue.verb.i in beside and cue.verb.dep in _ASIDE):
            return cue
    above = {word.i for word in tree.ancestors(chain.top)}
    inner = [cue for cue in cues if cue.verb.i in above]
    return inner[-1] if inner and (chain.demand is not None or not _stands_apart(tree, chain)) else None


def _between_commas(tree: Tree, cues: list[Cue]) -> Cue | None:
    """ "Iran, said its minister, has agreed to meet": an aside between commas tells who says the whole sentence."""
    for cue in cues:
        if cue.subject is None or cue.verb not in tree.words or cue.subject not in tree.words:
            continue
        words = sorted([cue.verb.i, *(word.i for word in tree.subtree(cue.subject) if word.start != cue.verb.start)])
        first, last = words[0], words[-1]
        aside = words == list(range(first, last + 1)) and first > 0 and last + 1 < len(tree.words)
        if aside and tree.words[first - 1].lower == "," and tree.words[last + 1].lower == ",":
            return cue
    return None


def _first_conjunct(tree: Tree, word: Word) -> Word:
    """Give the verb to which a verb is joined: an aside ("…, she wrote, …") often hangs on that one."""
    governor = tree.head(word)
    while word.dep == "conj" and governor is not None and tree.subject(word) == tree.subject(governor):
        word, governor = governor, tree.head(governor)
    return word


def _stands_apart(tree: Tree, chain: Chain) -> bool:
    """Whether a clause under a verb of saying is the narrator's ("…, he said, after the president had refused to talk")."""
    clause = next((word for word in [chain.top, *tree.ancestors(chain.top)] if word.dep in {"relcl", "advcl", "ccomp"}), None)
    if clause is None or clause.dep == "ccomp":
        return False
    if clause.dep == "relcl":
        return True
    governor = tree.head(clause)
    if governor is not None and governor.lemma in load_cues().say and governor.pos == "VERB":
        return True
    mark = tree.child(clause, "mark", "advmod")
    return mark is not None and mark.lower in {"after", "before", "when", "while", "although", "though"}


def _is_looking_on(tree: Tree, verb: Word) -> bool:
    """ "Critics say he should not talk": what onlookers say is nobody's position."""
    subject = tree.subject(verb)
    return subject is not None and subject.lemma in load_words().words("onlookers")


def _is_put_off(chain: Chain) -> bool:
    cues = load_cues()
    return any(word.lemma in cues.ending | {"call", "cancel", "suspend", "put"} for word in chain.turned_by)


def _narrated(tree: Tree, chain: Chain, stance: Stance, resolver: Resolver) -> tuple[Actor, ...]:
    """Take the narrator's report of a position (guide rule 11). A mere event ("met", "talks resumed") is none."""
    if chain.say is not None and (not has_unnamed_source(tree, chain.say) or _is_looking_on(tree, chain.say)):
        return ()
    willed = chain.ready or chain.accept or chain.flips or chain.demand or chain.kind == "idiom"
    announced = chain.say is not None and chain.future
    if not (willed or announced) or (stance is Stance.ENGAGED and not chain.accept and not announced):
        return ()
    if any(word.dep == "advmod" and word.lower in {"why", "how", "whether"} for word in tree.children(chain.top)):
        return ()
    for subject in [*subjects_of(tree, chain), agent_of(tree, chain)]:
        actors = resolver.actors(tree, subject) if subject is not None else ()
        if actors and len(actors) > 1 and stance is Stance.REJECTS and _is_put_off(chain):
            return ()  # "Russia and Turkey called off a meeting": what both do together is no refusal of either
        if actors:
            return actors
        if subject is not None and subject.pos != "PRON":
            return ()
    return ()
