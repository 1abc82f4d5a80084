"""One article while it is read: what each step has found so far."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from handlers.model import Actor, Statement
from handlers.quotations import Quotation
from handlers.sentences import Sentence, overlapping
from handlers.stance.attribution import Cue, Voice
from handlers.stance.claims import Claim
from handlers.stance.parsing import Tree
from handlers.stance.places import Place
from handlers.stance.reference import Resolver


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement whose counterpart the clause names, or (`guess`) only the article around it suggests."""

    statement: Statement
    guess: str | None = None
    claim: Claim | None = None
    """What it was made of, for whoever asks why."""


@dataclass(frozen=True, slots=True)
class Act:
    """What an article tells of one day: who spoke or acted on it, and where it says so."""

    start: int
    paragraph: int
    day: date
    names: frozenset[str]
    parties: frozenset[str]
    beside: frozenset[str]
    """Who else is named in the sentence."""
    unnamed: bool
    """Whether no person is named as the one who acted."""
    described: bool
    """Whether a description stands for that person ("its chief negotiator")."""


@dataclass(slots=True)
class Role:
    """One actor in one sentence, seen over all its places there."""

    actor: Actor
    first: int
    by_name: bool = False
    subject: bool = False
    main_subject: bool = False
    passive: bool = False
    toward: bool = False
    other_preposition: bool = False
    possessive: bool = False
    addressed: bool = False
    quoted: bool = False
    location: bool = False
    places: list[Place] = field(default_factory=list["Place"])


@dataclass(slots=True)
class Scene:
    """One article while it is read."""

    text: str
    published: date | None
    resolver: Resolver
    sides: list[str]
    sentences: list[Sentence]
    quotes: list[Quotation]
    trees: dict[int, Tree]
    joined: dict[int, Tree]
    """The same, but a quotation broken by "he said" is one sentence."""
    cues: dict[int, list[Cue]] = field(default_factory=dict[int, "list[Cue]"])
    acts: list[Act] = field(default_factory=list["Act"])
    """Who is said to have spoken or acted on which day, in the order of the text."""
    filled: bool = False
    """Whether the acts hold those of the sentences that were not parsed."""
    page: date | None = None
    """The day of all words of a page that is no report."""
    entries: list[tuple[int, date]] = field(default_factory=list[tuple[int, date]])
    """Where the entries of a chronology begin, each with its day."""
    voice: Voice | None = None
    places: dict[int, list[Place]] = field(default_factory=dict[int, "list[Place]"])
    """Where each sentence read so far means an actor, by where it starts."""
    roles: dict[int, list[Role]] = field(default_factory=dict[int, "list[Role]"])
    """The roles of the sentences that were asked for, by where they start."""
    heard: dict[int, list[Cue]] = field(default_factory=dict[int, "list[Cue]"])
    """The cues of every sentence read so far, by where it starts."""
    voices: dict[int, Voice] = field(default_factory=dict[int, "Voice"])
    """The speakers of each quotation read so far, by where it starts."""
    drafts: list[Draft] = field(default_factory=list["Draft"])
    actors: dict[str, Actor] = field(default_factory=dict[str, Actor])

    def cues_of(self, sentence: Sentence) -> list[Cue]:
        return self.heard.get(sentence.start, [])

    def quotes_in(self, start: int, end: int) -> Sequence[Quotation]:
        """List the quotations that share a character with a span."""
        return overlapping(self.quotes, start, end)

    def sentence_at(self, position: int) -> Sentence | None:
        """Give the sentence in which an offset lies."""
        number = bisect_right(self.sentences, position, key=lambda sentence: sentence.start) - 1
        return self.sentences[number] if number >= 0 and position < self.sentences[number].end else None
