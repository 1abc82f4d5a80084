"""The tables of what goes out (watches, alerts, deliveries) and of what keeps it running (jobs, facts)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Json, Key
from storage.tables import GROWING, Table


class WatchRow(Table):
    """A removed watch stays as a row: its alerts still say what they were for."""

    __tablename__ = "watch"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    channel_id: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str | None]
    counterpart: Mapped[str | None]
    stances: Mapped[Any] = mapped_column(Json, nullable=False)
    alert_on: Mapped[str]
    min_confidence: Mapped[float]
    min_outlets: Mapped[int]
    role_id: Mapped[int | None] = mapped_column(BigInteger)
    created_by: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    is_removed: Mapped[bool] = mapped_column(server_default=false())
    __table_args__ = (Index(None, "guild_id", "id"), GROWING)


class AlertRow(Table):
    """The outbox. `position_key` is the same for the operator's and a server's copy, so both together alert once."""

    __tablename__ = "alert"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    watch_id: Mapped[int] = mapped_column(ForeignKey("watch.id"))
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    position_key: Mapped[str]
    nonce: Mapped[str]
    state: Mapped[str]
    created_at: Mapped[datetime]
    first_attempt_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("watch_id", "position_key"),
        UniqueConstraint("nonce"),
        Index(None, "state", "id"),
        Index(None, "position_key"),
        GROWING,
    )


class DeliveryRow(Table):
    """One try to send an alert; without an outcome when the process died in it."""

    __tablename__ = "delivery"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id", ondelete="CASCADE"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    error: Mapped[str | None]
    __table_args__ = (Index(None, "alert_id", "id"), GROWING)


class JobRow(Table):
    """A job is leased while `lease_until` lies ahead; `holder` says by whom. A finished job has no row."""

    __tablename__ = "job"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str]
    key: Mapped[str]
    args: Mapped[Any] = mapped_column(Json, nullable=False)
    run_at: Mapped[datetime]
    lock: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    holder: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None]
    __table_args__ = (UniqueConstraint("name", "key"), Index(None, "run_at", "id"), Index(None, "lock"), GROWING)


class FactRow(Table):
    """`number` grows with every time that any fact is set."""

    __tablename__ = "fact"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    number: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index(None, "number"),)
