"""The words of the project, as values. Nothing here reads, stores or sends anything. Those of the record are in `record.py`.

Data flows one way: Document → Article → Statement → Position → Alert or answer.
Instants end in `_at` (aware, UTC), days in `_on` (only `published` keeps the annotation guide's name).
`None` means "unknown", never "" and never "today".
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal


class Stance(StrEnum):
    """Where a speaker stands on negotiating, from the least open to the most."""

    REJECTS = "rejects"
    CONDITIONAL = "conditional"
    OPEN = "open"
    ENGAGED = "engaged"


ActorKind = Literal["person", "party", "institution", "bloc"]


@dataclass(frozen=True, slots=True)
class Office:
    """A post that a person holds for a party, first day to last (None: unknown or not ended)."""

    title: str
    party: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who can speak or be spoken to. `name` is canonical and unique; aliases never decide identity alone.

    `party` is the country or movement a person speaks for (a party's own name for parties). `rank` orders the voices
    of one party: 1 has the final word, 2 heads the government, 3 a minister or envoy, 4 a spokesperson, 9 unknown.
    """

    name: str
    kind: ActorKind = "person"
    party: str | None = None
    aliases: tuple[str, ...] = ()
    offices: tuple[Office, ...] = ()
    gender: Literal["f", "m"] | None = None
    rank: int = 9
    description: str | None = None
    """The words by which an article introduced somebody outside the registry ("a former minister")."""


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes and where they came from. `origin` is a URL, a path as the user gave it, or "-"."""

    data: bytes
    origin: str
    fetched_at: datetime
    mime: str | None = None
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One published text. Offsets of statements count code points of `text`, which is never altered after parsing."""

    text: str
    origin: str
    id: str | None = None
    """The input's own id: an article object's `id`, a feed's GUID, else the file's name."""
    url: str | None = None
    outlet: str | None = None
    title: str | None = None
    published: date | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One attributed stance, as the annotation guide defines it. `evidence == article.text[start:end]`, always."""

    speaker: str
    counterpart: str | None
    stance: Stance
    evidence: str
    start: int
    end: int
    scope: str | None = None
    condition: str | None = None
    direct: bool = False
    said_on: date | None = None
    confidence: float = 0.5
    """Probability, 0 to 1, that speaker, counterpart and stance are all right."""


@dataclass(frozen=True, slots=True)
class Notice:
    """An article that takes another one back: it "corrects" what that said, or "withdraws" it.

    `titles` are the headlines that it may name, `day` the day that it names; `words` is its text, to see whom it is about.
    """

    kind: Literal["corrects", "withdraws"]
    titles: tuple[str, ...] = ()
    day: date | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Whose text an article is: the agency that it credits, else its publisher; a sketch of it tells near-copies."""

    family: str | None = None
    is_agency: bool = False
    sketch: tuple[int, ...] = ()
    notice: Notice | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a backend found in one article: statements, each actor that they name, and where the text is from."""

    statements: tuple[Statement, ...] = ()
    actors: tuple[Actor, ...] = ()
    language: str | None = None
    tokens: int = 0
    """What a large model's server charged for it."""
    fallback: str | None = None
    """Why the large model did not read it, so that the default backend did."""
    provenance: Provenance = Provenance()
    backend: str | None = None
    """Name and version of what read it."""


FeedState = Literal["active", "paused", "gone"]
"""`paused` by a person, `gone` by its server's word (410); neither is polled until it is resumed."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A URL that is polled. `guild_id` None: the operator's, it serves every server."""

    url: str
    name: str | None = None
    guild_id: int | None = None
    id: int | None = None
    channel_id: int | None = None
    """Where the server is told that its feed fails."""
    etag: str | None = None
    last_modified: str | None = None
    next_poll_at: datetime | None = None
    last_polled_at: datetime | None = None
    last_error: str | None = None
    failures: int = 0
    is_baselined: bool = False
    """True once a first fetch was stored in silence; only later articles alert."""
    state: FeedState = "active"
    site: str | None = None
    """The registrable domain (bbc.co.uk), known from the first poll on: what a busy server asks holds for all of it."""
    interval_s: float | None = None
    """Its own pace, which follows how often it brings something; None: the setting's."""
    strain: float = 0.0
    """The failures since the last good answer, each by its weight; `failures` is their number."""
    is_reported: bool = False
    """Its channel was told that it fails, and is owed the word that it works again."""
    body_hash: str | None = None
    final_url: str | None = None
    """Where the redirects ended; the validators belong to that address and are sent to no other."""
    conditional_polls: int = 0
    """How many requests in a row carried validators."""
    moved_to: str | None = None
    """Where permanent redirects led in the last `moves` answers that could be read."""
    moves: int = 0
    has_stable_guids: bool = True
    """False once its GUIDs were seen to change, or to name several articles: they identify nothing then."""


AlertOn = Literal["position", "shift"]


@dataclass(frozen=True, slots=True)
class Watch:
    """What a channel follows. None or an empty tuple matches everything; a named actor matches its voices too."""

    guild_id: int
    channel_id: int
    id: int | None = None
    actor: str | None = None
    counterpart: str | None = None
    stances: tuple[Stance, ...] = ()
    alert_on: AlertOn = "position"
    min_confidence: float = 0.0
    min_outlets: int = 1
    role_id: int | None = None
    created_by: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One statement as stored, with what a reader needs to check it."""

    id: int
    statement: Statement
    article_id: int
    outlet: str | None
    title: str | None
    url: str | None
    published: date | None
    seen_at: datetime
    origin: str
    input_id: str | None = None
    """The article's id in the input that it came from."""
    revision: int = 1
    """Of the article: the text that the offsets count in."""
    backend: str | None = None
    """Name and version of what read it."""


Dispute = Literal["held", "upheld", "overruled"]
"""Two source families give one occasion stances on both sides: undecided, or decided for this stance, or against it."""


@dataclass(frozen=True, slots=True)
class Position:
    """A stance that a speaker took toward a counterpart on a day, and the statements that report it.

    `guild_id` None: made of the operator's sources. `day` None: no report fixes it. `party` is the speaker's.
    """

    id: int
    speaker: str
    counterpart: str | None
    stance: Stance
    day: date | None
    first_seen_at: datetime
    reports: tuple[Report, ...]
    party: str | None = None
    guild_id: int | None = None
    previous: Stance | None = None
    """The stance of the same pair on the latest earlier day, when there is one."""
    previous_day: date | None = None
    holds_since: date | None = None
    """First day of the unbroken run of equal stances that ends here (this position's own day when it shifted)."""
    restatements: int = 0
    """How many positions of that run come before this one."""
    sources: tuple[str, ...] = ()
    """The source families that report it, by name: reprints of one agency's text are one."""
    dispute: Dispute | None = None
    """Whether other families report the same occasion with a stance of the other side; "held" makes no shift yet."""
    latest_day: date | None = None
    """The last day on which the pair is known to have taken any position; later than `day`: this one is not the latest."""
    correction: Report | None = None
    """Where every report was relabelled: the statement of the notice that did so. Theirs are words of another stance."""


AlertState = Literal["pending", "sending", "sent", "failed", "removed"]


@dataclass(frozen=True, slots=True)
class Alert:
    """A watch that a position met: a row of the outbox. `nonce` (at most 25 characters) makes a second send harmless."""

    id: int
    watch: Watch
    position: Position
    nonce: str
    state: AlertState
    created_at: datetime
    first_attempt_at: datetime | None = None
    message_id: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A unit of work that survives a crash. At least once: a handler must be harmless when it runs again."""

    id: int
    name: str
    key: str
    args: dict[str, int | str] = field(default_factory=dict[str, "int | str"])
    attempts: int = 0
