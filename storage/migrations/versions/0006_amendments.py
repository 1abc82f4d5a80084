"""What the operator changes about actors, and whom an article named where that is another name of somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor_id", KEY, nullable=False),
        sa.Column("target_id", KEY, nullable=True),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name="fk_amendment_actor_id"),
        sa.ForeignKeyConstraint(["target_id"], ["actor.id"], name="fk_amendment_target_id"),
        sa.PrimaryKeyConstraint("id", name="pk_amendment"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_amendment_actor_id", "amendment", ["actor_id"])
    op.create_index("ix_amendment_target_id", "amendment", ["target_id"])
    op.create_index("ix_amendment_folded", "amendment", ["folded"])
    # Without foreign keys: SQLite would make the table anew for them, and its triggers of the search would be gone.
    op.add_column("statement", sa.Column("told_speaker_id", sa.BigInteger(), nullable=True))
    op.add_column("statement", sa.Column("told_counterpart_id", sa.BigInteger(), nullable=True))
