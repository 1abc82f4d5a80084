"""What polling remembers of a feed, and the further keys by which an article is found again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DOUBLE: sa.Double[float] = sa.Double()


def upgrade() -> None:
    # The table is made anew on SQLite, which would forget that its numbers are never used twice.
    with op.batch_alter_table("feed", table_kwargs={"sqlite_autoincrement": True}) as feed:
        feed.add_column(sa.Column("state", sa.Text(), server_default="active", nullable=False))
        feed.add_column(sa.Column("site", sa.Text()))
        feed.add_column(sa.Column("interval_s", DOUBLE))
        feed.add_column(sa.Column("strain", DOUBLE, server_default="0", nullable=False))
        feed.add_column(sa.Column("is_reported", sa.Boolean(), server_default=sa.false(), nullable=False))
        feed.add_column(sa.Column("body_hash", sa.Text()))
        feed.add_column(sa.Column("final_url", sa.Text()))
        feed.add_column(sa.Column("conditional_polls", sa.Integer(), server_default="0", nullable=False))
        feed.add_column(sa.Column("moved_to", sa.Text()))
        feed.add_column(sa.Column("moves", sa.Integer(), server_default="0", nullable=False))
        feed.add_column(sa.Column("has_stable_guids", sa.Boolean(), server_default=sa.true(), nullable=False))
        feed.drop_index("ix_feed_next_poll_at")
        feed.create_index("ix_feed_state_next_poll_at", ["state", "next_poll_at"])
        feed.create_index("ix_feed_site", ["site"])
    op.create_table(
        "article_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_article_key_article_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "guild_id", "article_id", name="pk_article_key"),
    )
    op.create_index("ix_article_key_article_id", "article_key", ["article_id"])
