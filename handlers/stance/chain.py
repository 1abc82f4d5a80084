"""What the walk from a negotiating word to its deciding predicate met comes in; the stance that it amounts to goes out.

Negation decides last: turned twice is not turned. None where the words take no side.
"""

from dataclasses import dataclass, field

from handlers.model import Stance
from handlers.stance.cues import load_cues
from handlers.stance.parsing import Tree, Word


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
    reached: bool = False
    """Of a deal: somebody says that it has just been made."""
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


def stance_of(tree: Tree, chain: Chain) -> Stance | None:
    """Decide: negation last. None where the words take no side ("analysts discuss the talks")."""
    willed = chain.ready or chain.accept or chain.flips > 0 or chain.demand is not None
    if chain.blocked or ((chain.background or chain.opaque_denial or chain.opaque) and not willed):
        return None
    if chain.demand is not None and not chain.flips:
        return Stance.CONDITIONAL
    if chain.kind == "deal":
        return _of_a_deal(chain)
    if chain.kind == "plan":
        return _of_a_plan(chain)
    if chain.flips % 2:
        if all(word.lower == "without" for word in chain.turned_by):
            return None  # "every day without talks": nobody refuses
        if all(word.lower in load_cues().negators for word in chain.turned_by) and _is_past(tree, chain):
            return None  # a denial of what was, with no word on the future (guide rule 16)
        bare = len(chain.path) == 1 and chain.kind == "weak" and not (chain.future or chain.modal)
        return None if bare or chain.opaque_denial else Stance.REJECTS
    if chain.demand is not None:
        return Stance.CONDITIONAL
    if chain.accept and not chain.flips and not chain.ready:
        return Stance.OPEN if any(word.lemma in load_cues().plan_nouns for word in chain.path) else Stance.ENGAGED
    if chain.ready or chain.flips or chain.modal:
        return Stance.OPEN
    if chain.kind == "weak" and not chain.future and (not chain.engaged or chain.term.lemma in {"speak", "converse", "engage"}):
        return None
    if chain.future and chain.kind == "strong" and chain.term.pos == "VERB" and len(chain.path) == 1:
        return Stance.OPEN
    return Stance.ENGAGED if chain.engaged or (chain.future and not _does_something_else(chain)) else None


def _does_something_else(chain: Chain) -> bool:
    """ "Talks would only give Pyongyang time": what talks would do is no plan to hold them."""
    verb = chain.path[1] if len(chain.path) > 1 else None
    happening = {"be", "take", "happen", "occur", "go", "come", "have", "enter", "follow", "focus", "centre", "center", "last"}
    return (
        chain.term.dep == "nsubj"
        and verb is not None
        and verb.pos == "VERB"
        and verb.lemma not in happening | load_cues().engaged
    )


def _is_past(tree: Tree, chain: Chain) -> bool:
    """Whether the denied predicate is past or perfect ("there was no conversation", "has had no contact")."""
    if chain.future or chain.modal or chain.ready:
        return False
    verb = next((word for word in chain.path if word.pos in {"VERB", "AUX"}), None)
    if verb is None:
        return False
    aux = {child.lower for child in tree.children(verb) if child.dep in {"aux", "auxpass"}}
    return verb.tag == "VBD" or bool(aux & {"did", "had", "has", "have", "was", "were"} and verb.tag in {"VB", "VBN", "VBG"})


def _of_a_deal(chain: Chain) -> Stance | None:
    """A deal is an aim as long as it is wanted; views on one that is concluded are no stance on talks (guide rule 13)."""
    if chain.flips % 2:
        denied = any(word.lower == "no" for word in chain.turned_by) and (chain.future or chain.modal or chain.ready)
        ruled_out = any(word.pos == "VERB" and word.lower not in load_cues().negators for word in chain.turned_by)
        return (
            Stance.REJECTS if denied or (ruled_out and chain.term.lemma in load_cues().truces and not chain.concluded) else None
        )
    if not chain.concluded and any(word.lemma in {"expect", "anticipate"} for word in chain.path[1:2]):
        return Stance.OPEN
    if chain.reached and not chain.concluded:
        return Stance.ENGAGED
    return Stance.OPEN if (chain.ready or chain.accept) and not chain.concluded and not chain.opaque else None


def _of_a_plan(chain: Chain) -> Stance | None:
    """A plan or an offer is refused or accepted; whoever merely has one says nothing."""
    verbs = [word for word in chain.turned_by if word.pos in {"VERB", "NOUN", "ADJ"}]
    if chain.flips % 2:
        return Stance.REJECTS if verbs or chain.accept or chain.ready else None
    if chain.opaque and not chain.ready:
        return None
    return Stance.OPEN if chain.accept or (chain.ready and not chain.opaque) else None
