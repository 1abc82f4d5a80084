"""Tables that follow from the statements: shifts, and the wordings by which reports of the same words find each other.

The rules are in `placing.py` (statement to position), `occasions.py` (positions of a pair) and `twins.py` (words).
"""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Key, Owner
from storage.tables import GROWING, Table


class ShiftRow(Table):
    """Two successive positions of one owner whose stances differ. What a server adds to a pair is counted at the question."""

    __tablename__ = "shift"
    guild_id: Mapped[int | None] = mapped_column(Owner, nullable=False)
    after_id: Mapped[int] = mapped_column(ForeignKey("position.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    before_id: Mapped[int] = mapped_column(ForeignKey("position.id", ondelete="CASCADE"))
    speaker_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    counterpart_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    day: Mapped[date]
    held: Mapped[bool]
    __table_args__ = (
        Index("ix_shift_pair", "guild_id", "speaker_id", "counterpart_id", "day", "after_id"),
        Index("ix_shift_day", "guild_id", "day", "after_id"),
    )


class WordingRow(Table):
    """Words that a pair has used with a stance, each once, so that one saying in a thousand reports is compared once.

    `mark` stands for all of that, as one short value to look up.
    """

    __tablename__ = "wording"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    counterpart_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    stance: Mapped[str]
    mark: Mapped[str]
    words: Mapped[str]
    __table_args__ = (UniqueConstraint("mark"), GROWING)


class BandRow(Table):
    """The numbers of `twins.bands`, by which near-identical wordings find each other."""

    __tablename__ = "band"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    wording_id: Mapped[int] = mapped_column(ForeignKey("wording.id", ondelete="CASCADE"), primary_key=True)
