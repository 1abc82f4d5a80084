"""Sources, and the record that is made of them.

The actor 0 stands for "no counterpart named"; an owner (`guild_id`) 0 is the operator.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DOUBLE: sa.Double[float] = sa.Double()


def upgrade() -> None:
    _sources()
    _record()


def _sources() -> None:
    op.create_table(
        "feed",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("channel_id", sa.BigInteger()),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("next_poll_at", INSTANT),
        sa.Column("last_polled_at", INSTANT),
        sa.Column("last_error", sa.Text()),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("is_baselined", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.UniqueConstraint("guild_id", "url", name="uq_feed_guild_id_url"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feed_next_poll_at", "feed", ["next_poll_at"])
    op.create_table(
        "article",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("feed_id", KEY),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("input_id", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("outlet", sa.Text()),
        sa.Column("title", sa.Text()),
        sa.Column("published", sa.Date()),
        sa.Column("language", sa.Text()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("revised_at", INSTANT, nullable=False),
        sa.Column("is_shadowed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_article_feed_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("identity", "guild_id", name="uq_article_identity_guild_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_feed_id", "article", ["feed_id"])
    op.create_index("ix_article_guild_id_outlet_is_shadowed", "article", ["guild_id", "outlet", "is_shadowed"])
    op.create_index("ix_article_guild_id_revised_at_is_shadowed", "article", ["guild_id", "revised_at", "is_shadowed"])
    op.create_table(
        "revision",
        sa.Column("id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_revision_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
        sa.UniqueConstraint("article_id", "number", name="uq_revision_article_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_revision_content_hash", "revision", ["content_hash"])


def _record() -> None:
    op.create_table(
        "actor",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_actor"),
        sa.UniqueConstraint("name", name="uq_actor_name"),
        sqlite_autoincrement=True,
    )
    op.execute("INSERT INTO actor (id, name) VALUES (0, '')")
    op.create_table(
        "profile",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party", sa.Text()),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("offices", sa.Text(), nullable=False),
        sa.Column("gender", sa.Text()),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_profile_actor_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("guild_id", "actor_id", name="pk_profile"),
    )
    op.create_index("ix_profile_actor_id", "profile", ["actor_id"])
    op.create_index("ix_profile_party", "profile", ["party"])
    op.create_table(
        "position",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("speaker_id", KEY, nullable=False),
        sa.Column("counterpart_id", KEY, nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("is_live", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["counterpart_id"], ["actor.id"], name="fk_position_counterpart_id"),
        sa.ForeignKeyConstraint(["speaker_id"], ["actor.id"], name="fk_position_speaker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_position"),
        sa.UniqueConstraint("key", "guild_id", name="uq_position_key_guild_id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_position_pair",
        "position",
        ["guild_id", "speaker_id", "counterpart_id", "day", "is_live", "stance", "first_seen_at", "id"],
    )
    op.create_table(
        "current_position",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("speaker_id", KEY, nullable=False),
        sa.Column("counterpart_id", KEY, nullable=False),
        sa.Column("position_id", KEY, nullable=False),
        sa.Column("day", sa.Date()),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["counterpart_id"], ["actor.id"], name="fk_current_position_counterpart_id"),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name="fk_current_position_position_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["speaker_id"], ["actor.id"], name="fk_current_position_speaker_id"),
        sa.PrimaryKeyConstraint("guild_id", "speaker_id", "counterpart_id", name="pk_current_position"),
    )
    op.create_table(
        "statement",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("revision_id", KEY, nullable=False),
        sa.Column("position_id", KEY, nullable=False),
        sa.Column("speaker_id", KEY, nullable=False),
        sa.Column("counterpart_id", KEY, nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text()),
        sa.Column("condition", sa.Text()),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("said_on", sa.Date()),
        sa.Column("day", sa.Date()),
        sa.Column("confidence", DOUBLE, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("is_live", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_statement_article_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["counterpart_id"], ["actor.id"], name="fk_statement_counterpart_id"),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name="fk_statement_position_id"),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name="fk_statement_revision_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["speaker_id"], ["actor.id"], name="fk_statement_speaker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_statement"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_statement_article_id_is_live", "statement", ["article_id", "is_live"])
    op.create_index("ix_statement_counterpart", "statement", ["counterpart_id", "guild_id", "is_live", "id"])
    op.create_index("ix_statement_owner", "statement", ["guild_id", "is_live", "id"])
    op.create_index("ix_statement_position_id_is_live", "statement", ["position_id", "is_live"])
    op.create_index("ix_statement_speaker", "statement", ["speaker_id", "guild_id", "is_live", "id"])
