"""Source families, corrections, wordings, shifts: what makes a record of statements. `bot rebuild` fills it for old rows."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _sources()
    _wordings()
    _statements()
    _positions()


def _sources() -> None:
    with op.batch_alter_table("article", table_kwargs={"sqlite_autoincrement": True}) as article:
        article.add_column(sa.Column("family", sa.Text()))
        article.add_column(sa.Column("is_agency", sa.Boolean(), server_default=sa.false(), nullable=False))
        article.add_column(sa.Column("sketch", sa.Text(), server_default="[]", nullable=False))
        article.add_column(sa.Column("notice", sa.Text()))
        article.add_column(sa.Column("is_notice", sa.Boolean(), server_default=sa.false(), nullable=False))
        article.create_index("ix_article_is_notice_family", ["is_notice", "family"])
        article.create_index("ix_article_family_published", ["family", "published"])
        article.create_index("ix_article_published", ["published"])
    with op.batch_alter_table("revision") as revised:
        revised.add_column(sa.Column("backend", sa.Text()))


def _wordings() -> None:
    op.create_table(
        "wording",
        sa.Column("id", KEY, nullable=False),
        sa.Column("speaker_id", KEY, nullable=False),
        sa.Column("counterpart_id", KEY, nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["counterpart_id"], ["actor.id"], name="fk_wording_counterpart_id"),
        sa.ForeignKeyConstraint(["speaker_id"], ["actor.id"], name="fk_wording_speaker_id"),
        sa.PrimaryKeyConstraint("id", name="pk_wording"),
        sa.UniqueConstraint("mark", name="uq_wording_mark"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "band",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wording_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["wording_id"], ["wording.id"], name="fk_band_wording_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", "wording_id", name="pk_band"),
    )


def _statements() -> None:
    with op.batch_alter_table("statement", table_kwargs={"sqlite_autoincrement": True}) as statement:
        statement.alter_column("position_id", existing_type=KEY, nullable=True)
        statement.add_column(sa.Column("wording_id", KEY))
        statement.add_column(sa.Column("taken", sa.Text()))
        statement.create_foreign_key("fk_statement_wording_id", "wording", ["wording_id"], ["id"])
        occasion = ["speaker_id", "counterpart_id", "taken", "said_on", "guild_id", "is_live"]
        statement.create_index("ix_statement_occasion", occasion)
        statement.create_index("ix_statement_wording", ["wording_id", "said_on"])


def _positions() -> None:
    with op.batch_alter_table("position", table_kwargs={"sqlite_autoincrement": True}) as position:
        position.add_column(sa.Column("families", sa.Text(), server_default="[]", nullable=False))
        position.add_column(sa.Column("is_scoped", sa.Boolean(), server_default=sa.false(), nullable=False))
        position.add_column(sa.Column("is_settled", sa.Boolean(), server_default=sa.false(), nullable=False))
        position.add_column(sa.Column("dispute", sa.Text()))
        position.add_column(sa.Column("previous", sa.Text()))
        position.add_column(sa.Column("previous_day", sa.Date()))
        position.add_column(sa.Column("holds_since", sa.Date()))
        position.add_column(sa.Column("restatements", sa.Integer(), server_default="0", nullable=False))
        position.create_index("ix_position_guild_id_dispute_day", ["guild_id", "dispute", "day"])
    op.create_table(
        "shift",
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("after_id", KEY, autoincrement=False, nullable=False),
        sa.Column("before_id", KEY, nullable=False),
        sa.Column("speaker_id", KEY, nullable=False),
        sa.Column("counterpart_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["after_id"], ["position.id"], name="fk_shift_after_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["before_id"], ["position.id"], name="fk_shift_before_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["counterpart_id"], ["actor.id"], name="fk_shift_counterpart_id"),
        sa.ForeignKeyConstraint(["speaker_id"], ["actor.id"], name="fk_shift_speaker_id"),
        sa.PrimaryKeyConstraint("after_id", name="pk_shift"),
    )
    op.create_index("ix_shift_pair", "shift", ["guild_id", "speaker_id", "counterpart_id", "day", "after_id"])
    op.create_index("ix_shift_day", "shift", ["guild_id", "day", "after_id"])
