"""Complaints: what readers say is wrong with a statement. Mutes: pairs of which a channel hears nothing for a while."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Key
from storage.engine import insert_into
from storage.tables import GROWING, Table


class ComplaintRow(Table):
    """One a reader and statement. Of users and servers only the numbers are kept; 0: a direct message."""

    __tablename__ = "complaint"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    guild_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id", ondelete="CASCADE"))
    reason: Mapped[str]
    created_at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("statement_id", "user_id"), Index(None, "guild_id", "id"), GROWING)


class MuteRow(Table):
    __tablename__ = "mute"
    channel_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    speaker: Mapped[str] = mapped_column(primary_key=True)
    counterpart: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Complaint:
    statement_id: int
    reason: str
    created_at: datetime


class Complaints:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, statement_id: int, *, guild_id: int | None, user_id: int, reason: str, now: datetime) -> None:
        """A reader's second word about a statement replaces the first."""
        adding = insert_into(self._connection, ComplaintRow).values(
            statement_id=statement_id, guild_id=guild_id or 0, user_id=user_id, reason=reason, created_at=now
        )
        told = {"reason": adding.excluded.reason, "created_at": adding.excluded.created_at}
        await self._connection.execute(adding.on_conflict_do_update(index_elements=["statement_id", "user_id"], set_=told))

    async def of_statement(self, statement_id: int, *, guild_id: int | None) -> list[Complaint]:
        """Those of this server's readers, the oldest first."""
        query = select(ComplaintRow).where(ComplaintRow.statement_id == statement_id, ComplaintRow.guild_id == (guild_id or 0))
        rows = await self._connection.execute(query.order_by(ComplaintRow.id))
        return [Complaint(row.statement_id, row.reason, row.created_at) for row in rows]

    async def count(self, guild_id: int | None, *, of_all: bool = False) -> int:
        """Statements that this server's readers complained of; `of_all`: anybody, for the operator."""
        query = select(func.count(func.distinct(ComplaintRow.statement_id)))
        query = query if of_all else query.where(ComplaintRow.guild_id == (guild_id or 0))
        return await self._connection.scalar(query) or 0


class Mutes:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def set(self, channel_id: int, speaker: str, counterpart: str | None, until: datetime) -> None:
        adding = insert_into(self._connection, MuteRow).values(
            channel_id=channel_id, speaker=speaker, counterpart=counterpart or "", until=until
        )
        keys = ["channel_id", "speaker", "counterpart"]
        await self._connection.execute(adding.on_conflict_do_update(index_elements=keys, set_={"until": adding.excluded.until}))

    async def holds(self, channel_id: int, speaker: str, counterpart: str | None, now: datetime) -> bool:
        """Whether the channel is to hear nothing of this pair."""
        row = MuteRow
        is_pair = (row.channel_id == channel_id, row.speaker == speaker, row.counterpart == (counterpart or ""))
        query = select(row.until).where(*is_pair)
        until = await self._connection.scalar(query)
        return until is not None and until > now

    async def forget(self, now: datetime) -> None:
        """Those that are over."""
        await self._connection.execute(delete(MuteRow).where(MuteRow.until <= now))
