"""The tables of sources and the record, as typed columns for Core statements; those of the outbox are in `outbox.py`.

Values go in and out through the noun modules; no row object leaves. A change here needs a step in
`migrations/versions/`; a test compares the two on both databases.
"""

from datetime import date, datetime
from typing import Any, ClassVar, TypeAlias

from sqlalchemy import BigInteger, ForeignKey, Index, MetaData, UniqueConstraint, false, true
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.columns import Json, Key, Owner, Text, Utc

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# Numbers that were used once are not given to another row: ids grow with time, so "newest" needs no sort.
GROWING = {"sqlite_autoincrement": True}

NOBODY = 0
"""The actor that stands for "no counterpart named". A row, since NULLs are never equal in a unique index or a pair."""


AnyRow: TypeAlias = Any
"""A row of a query. Its columns have the names of the tables' attributes; the tests check that they are there."""


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {str: Text, datetime: Utc}


class FeedRow(Table):
    """The columns are the fields of `Feed`. A claimed feed is one whose `next_poll_at` was moved on."""

    __tablename__ = "feed"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    guild_id: Mapped[int | None] = mapped_column(Owner, nullable=False)
    url: Mapped[str]
    name: Mapped[str | None]
    channel_id: Mapped[int | None] = mapped_column(BigInteger)
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    next_poll_at: Mapped[datetime | None]
    last_polled_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    failures: Mapped[int]
    is_baselined: Mapped[bool]
    state: Mapped[str] = mapped_column(server_default="active")
    site: Mapped[str | None]
    interval_s: Mapped[float | None]
    strain: Mapped[float] = mapped_column(server_default="0")
    is_reported: Mapped[bool] = mapped_column(server_default=false())
    body_hash: Mapped[str | None]
    final_url: Mapped[str | None]
    conditional_polls: Mapped[int] = mapped_column(server_default="0")
    moved_to: Mapped[str | None]
    moves: Mapped[int] = mapped_column(server_default="0")
    has_stable_guids: Mapped[bool] = mapped_column(server_default=true())
    __table_args__ = (UniqueConstraint("guild_id", "url"), Index(None, "state", "next_poll_at"), Index(None, "site"), GROWING)


class ArticleRow(Table):
    """One published text and what its latest revision says about it; the text itself is in `revision`."""

    __tablename__ = "article"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    guild_id: Mapped[int | None] = mapped_column(Owner, nullable=False)
    feed_id: Mapped[int | None] = mapped_column(ForeignKey("feed.id", ondelete="SET NULL"))
    identity: Mapped[str]
    content_hash: Mapped[str]
    origin: Mapped[str]
    input_id: Mapped[str | None]
    url: Mapped[str | None]
    outlet: Mapped[str | None]
    title: Mapped[str | None]
    published: Mapped[date | None]
    language: Mapped[str | None]
    revision: Mapped[int]
    seen_at: Mapped[datetime]
    revised_at: Mapped[datetime]
    is_shadowed: Mapped[bool] = mapped_column(server_default=false())
    """A server's copy of what the operator has too: it stays, but neither it nor its statements count."""
    family: Mapped[str | None]
    is_agency: Mapped[bool] = mapped_column(server_default=false())
    sketch: Mapped[Any] = mapped_column(Json, server_default="[]", nullable=False)
    notice: Mapped[Any] = mapped_column(Json, nullable=True)
    is_notice: Mapped[bool] = mapped_column(server_default=false())
    """The fields of `Provenance`. A notice takes another article back; there are few, so each is found by its mark."""
    __table_args__ = (
        Index(None, "is_notice", "family"),
        Index(None, "family", "published"),
        Index(None, "published"),
        UniqueConstraint("identity", "guild_id"),
        Index(None, "feed_id"),
        Index(None, "guild_id", "outlet", "is_shadowed"),
        Index(None, "guild_id", "revised_at", "is_shadowed"),
        GROWING,
    )


class RevisionRow(Table):
    __tablename__ = "revision"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str]
    content_hash: Mapped[str]
    seen_at: Mapped[datetime]
    backend: Mapped[str | None]
    """Name and version of what read it."""
    __table_args__ = (UniqueConstraint("article_id", "number"), Index(None, "content_hash"), GROWING)


class ArticleKeyRow(Table):
    """One more key by which an article is found again: addresses, GUIDs, titles, and the teasers that its page completed."""

    __tablename__ = "article_key"
    key: Mapped[str] = mapped_column(primary_key=True)
    guild_id: Mapped[int | None] = mapped_column(Owner, primary_key=True, nullable=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime]
    __table_args__ = (Index(None, "article_id"),)


class ActorRow(Table):
    """A name and its number. What is known about it is in `profile`, since that depends on who asks."""

    __tablename__ = "actor"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    __table_args__ = (UniqueConstraint("name"), GROWING)


class ProfileRow(Table):
    """What the sources of one owner tell about an actor: a name that only one server has read stays its own."""

    __tablename__ = "profile"
    guild_id: Mapped[int | None] = mapped_column(Owner, primary_key=True, nullable=False)
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str]
    party: Mapped[str | None]
    aliases: Mapped[Any] = mapped_column(Json, nullable=False)
    offices: Mapped[Any] = mapped_column(Json, nullable=False)
    gender: Mapped[str | None]
    rank: Mapped[int]
    description: Mapped[str | None]
    __table_args__ = (Index(None, "party"), Index(None, "actor_id"))


class PositionRow(Table):
    """`key` is that of `storage.placing.position_key`. Without a live report the row stays, since alerts point to it.

    The columns from `families` on say how the position stands in the record of its owner alone.
    """

    __tablename__ = "position"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    guild_id: Mapped[int | None] = mapped_column(Owner, nullable=False)
    key: Mapped[str]
    speaker_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    counterpart_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    stance: Mapped[str]
    day: Mapped[date | None]
    first_seen_at: Mapped[datetime]
    is_live: Mapped[bool] = mapped_column(server_default=true())
    families: Mapped[Any] = mapped_column(Json, server_default="[]", nullable=False)
    is_scoped: Mapped[bool] = mapped_column(server_default=false())
    is_settled: Mapped[bool] = mapped_column(server_default=false())
    """It is the one stance of its day that counts."""
    dispute: Mapped[str | None]
    previous: Mapped[str | None]
    previous_day: Mapped[date | None]
    holds_since: Mapped[date | None]
    restatements: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        # The key first: SQLite, which has no statistics here, else takes this index for every question about an owner.
        UniqueConstraint("key", "guild_id"),
        # Covers the history of a pair and "as of" questions: neither reads the rows themselves.
        Index(
            "ix_position_pair", "guild_id", "speaker_id", "counterpart_id", "day", "is_live", "stance", "first_seen_at", "id"
        ),
        Index(None, "guild_id", "dispute", "day"),
        GROWING,
    )


class CurrentPositionRow(Table):
    """The latest live position of each pair, kept in the transaction that changes it; it can be rebuilt from `position`."""

    __tablename__ = "current_position"
    guild_id: Mapped[int | None] = mapped_column(Owner, primary_key=True, nullable=False)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    counterpart_id: Mapped[int] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id", ondelete="CASCADE"))
    day: Mapped[date | None]
    first_seen_at: Mapped[datetime]


class StatementRow(Table):
    """`is_live` False: the article's text was changed and no longer says so.

    `day`, `taken` and `position_id` follow from the rules: the day after twins, the stance after corrections (None:
    withdrawn), the position (None: withdrawn, or a recall of what is on record). `told_…`: whom the article named, where
    the operator says that it is another name of somebody.
    """

    __tablename__ = "statement"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    guild_id: Mapped[int | None] = mapped_column(Owner, nullable=False)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id", ondelete="CASCADE"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"))
    position_id: Mapped[int | None] = mapped_column(ForeignKey("position.id"))
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wording.id"))
    speaker_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    counterpart_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    told_speaker_id: Mapped[int | None] = mapped_column(BigInteger)
    told_counterpart_id: Mapped[int | None] = mapped_column(BigInteger)
    stance: Mapped[str]
    taken: Mapped[str | None]
    scope: Mapped[str | None]
    condition: Mapped[str | None]
    evidence: Mapped[str]
    start: Mapped[int]
    end: Mapped[int]
    direct: Mapped[bool]
    said_on: Mapped[date | None]
    day: Mapped[date | None]
    confidence: Mapped[float]
    seen_at: Mapped[datetime]
    search_text: Mapped[str]
    is_live: Mapped[bool] = mapped_column(server_default=true())
    __table_args__ = (
        # Each ends in the row's number, so that "newest first" of an owner's, or of its actor's, is a walk of the index.
        Index("ix_statement_speaker", "speaker_id", "guild_id", "is_live", "id"),
        Index("ix_statement_counterpart", "counterpart_id", "guild_id", "is_live", "id"),
        Index("ix_statement_owner", "guild_id", "is_live", "id"),
        Index("ix_statement_occasion", "speaker_id", "counterpart_id", "taken", "said_on", "guild_id", "is_live"),
        Index("ix_statement_wording", "wording_id", "said_on"),
        Index(None, "position_id", "is_live"),
        Index(None, "article_id", "is_live"),
        GROWING,
    )
