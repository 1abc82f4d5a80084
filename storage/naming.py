"""What the operator says about actors: the table of amendments, and whom a name means after them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from storage.columns import Json, Key
from storage.tables import GROWING, Table


class AmendmentRow(Table):
    """`target_id`: whom the name of `actor_id` means; none where the operator described an actor (kind "add").

    `before` is what it takes to undo it. An amendment that was undone has no row.
    """

    __tablename__ = "amendment"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("actor.id"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("actor.id"))
    folded: Mapped[str]
    before: Mapped[Any] = mapped_column(Json, nullable=False)
    made_at: Mapped[datetime]
    __table_args__ = (Index(None, "actor_id"), Index(None, "target_id"), Index(None, "folded"), GROWING)


async def whom(connection: AsyncConnection, numbers: Iterable[int]) -> Mapping[int, int]:
    """For each of these names that is another name of somebody: of whom, to the end."""
    row = AmendmentRow
    wanted = set(numbers)
    steps: dict[int, int] = {}
    asked: set[int] = set()
    while fresh := (wanted | set(steps.values())) - asked:
        asked |= fresh
        query = select(row.actor_id, row.target_id).where(row.actor_id.in_(sorted(fresh)), row.target_id.is_not(None))
        steps |= {each.actor_id: each.target_id for each in await connection.execute(query)}
    return {number: _end(number, steps) for number in wanted if number in steps}


async def names_of(connection: AsyncConnection, number: int) -> set[int]:
    """The names that mean this actor, by however many steps, and its own."""
    found, fresh = {number}, {number}
    while fresh:
        query = select(AmendmentRow.actor_id).where(AmendmentRow.target_id.in_(sorted(fresh)))
        fresh = set(await connection.scalars(query)) - found
        found |= fresh
    return found


def _end(number: int, steps: Mapping[int, int]) -> int:
    while number in steps:
        number = steps[number]
    return number
