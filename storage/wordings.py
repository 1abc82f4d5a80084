"""Wordings: the words of statements, each once for a pair and stance, and those near them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert_into
from storage.placing import mark
from storage.record import BandRow, WordingRow
from storage.twins import bands

Worded = tuple[int, int, str, str]
"""Speaker, counterpart, stance, words."""

MOST_NEAR = 200
"""Wordings that are compared with one; a set phrase may open thousands of sentences, and the oldest of them will do."""


async def keep(connection: AsyncConnection, wanted: Iterable[Worded]) -> Mapping[Worded, int]:
    """The row number of each wording; made where there is none."""
    marked = {(*each[:3], mark(each[3])): each for each in wanted}
    if not marked:
        return {}
    known = await _numbers(connection, marked)
    fresh = [(key, each) for key, each in marked.items() if key not in known]
    if fresh:
        rows = [_row(key, each[3]) for key, each in fresh]
        await connection.execute(insert_into(connection, WordingRow).on_conflict_do_nothing(), rows)
        known |= await _numbers(connection, dict(fresh))
        listed = [{"number": number, "wording_id": known[key]} for key, each in fresh for number in bands(each[3], _pair(each))]
        if listed:
            await connection.execute(insert_into(connection, BandRow).on_conflict_do_nothing(), listed)
    return {each: known[key] for key, each in marked.items()}


async def near(connection: AsyncConnection, numbers: Iterable[int]) -> dict[int, set[int]]:
    """For each wording those that may be twins of it, itself among them."""
    found = {number: {number} for number in numbers}
    other, own = BandRow.__table__.alias(), BandRow.__table__.alias()
    query = select(own.c.wording_id, other.c.wording_id.label("other")).join(other, other.c.number == own.c.number)
    for number in found:
        rows = query.where(own.c.wording_id == number).order_by(other.c.wording_id).limit(MOST_NEAR)
        found[number].update(row.other for row in await connection.execute(rows))
    return found


async def _numbers(connection: AsyncConnection, marked: Mapping[Worded, Worded]) -> dict[Worded, int]:
    columns = (WordingRow.speaker_id, WordingRow.counterpart_id, WordingRow.stance, WordingRow.mark)
    query = select(*columns, WordingRow.id).where(tuple_(*columns).in_(list(marked)))
    rows = await connection.execute(query)
    return {(row.speaker_id, row.counterpart_id, row.stance, row.mark): row.id for row in rows}


def _row(key: Worded, words: str) -> dict[str, Any]:
    speaker_id, counterpart_id, stance, marked = key
    return {"speaker_id": speaker_id, "counterpart_id": counterpart_id, "stance": stance, "mark": marked, "words": words}


def _pair(worded: Worded) -> str:
    return f"{worded[0]} {worded[1]} {worded[2]}"
