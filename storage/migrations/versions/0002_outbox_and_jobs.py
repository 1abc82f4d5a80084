"""Watches, the outbox of alerts, jobs and facts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
DOUBLE: sa.Double[float] = sa.Double()


def upgrade() -> None:
    _outbox()
    _operations()


def _outbox() -> None:
    op.create_table(
        "watch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text()),
        sa.Column("counterpart", sa.Text()),
        sa.Column("stances", sa.Text(), nullable=False),
        sa.Column("alert_on", sa.Text(), nullable=False),
        sa.Column("min_confidence", DOUBLE, nullable=False),
        sa.Column("min_outlets", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.BigInteger()),
        sa.Column("created_by", sa.BigInteger()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("is_removed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_watch"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_watch_guild_id_id", "watch", ["guild_id", "id"])
    op.create_table(
        "alert",
        sa.Column("id", KEY, nullable=False),
        sa.Column("watch_id", KEY, nullable=False),
        sa.Column("position_id", KEY, nullable=False),
        sa.Column("position_key", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("first_attempt_at", INSTANT),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name="fk_alert_position_id"),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name="fk_alert_watch_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("nonce", name="uq_alert_nonce"),
        sa.UniqueConstraint("watch_id", "position_key", name="uq_alert_watch_id_position_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_position_key", "alert", ["position_key"])
    op.create_index("ix_alert_state_id", "alert", ["state", "id"])
    op.create_table(
        "delivery",
        sa.Column("id", KEY, nullable=False),
        sa.Column("alert_id", KEY, nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("outcome", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_delivery_alert_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_alert_id_id", "delivery", ["alert_id", "id"])


def _operations() -> None:
    op.create_table(
        "job",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("args", sa.Text(), nullable=False),
        sa.Column("run_at", INSTANT, nullable=False),
        sa.Column("lock", sa.Text()),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("holder", sa.Text()),
        sa.Column("lease_until", INSTANT),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("name", "key", name="uq_job_name_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_lock", "job", ["lock"])
    op.create_index("ix_job_run_at_id", "job", ["run_at", "id"])
    op.create_table(
        "fact",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_fact"),
    )
    op.create_index("ix_fact_number", "fact", ["number"])
