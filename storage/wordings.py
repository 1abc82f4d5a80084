"""Wordings: the words of statements, each once for a pair and stance, and those near them."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert_into
from storage.placing import mark
from storage.record import BandRow, WordingRow
from storage.twins import bands

Worded = tuple[int, int, str, str]
"""Speaker, counterpart, stance, words."""

CHUNK = 500
MOST_NEAR = 200
"""Wordings that are compared with one; a set phrase may open thousands of sentences, and the oldest of them will do."""


async def keep(connection: AsyncConnection, wanted: Iterable[Worded]) -> Mapping[Worded, int]:
    """The row number of each wording; made where there is none."""
    marks = {each: mark(f"{_pair(each)} {each[3]}") for each in wanted}
    known = await _numbers(connection, marks.values())
    fresh = [each for each, own in marks.items() if own not in known]
    if fresh:
        await connection.execute(
            insert_into(connection, WordingRow).on_conflict_do_nothing(), [_row(each, marks[each]) for each in fresh]
        )
        known |= await _numbers(connection, [marks[each] for each in fresh])
        listed = [{"number": n, "wording_id": known[marks[each]]} for each in fresh for n in bands(each[3], _pair(each))]
        if listed:
            await connection.execute(insert_into(connection, BandRow).on_conflict_do_nothing(), listed)
    return {each: known[own] for each, own in marks.items()}


async def near(connection: AsyncConnection, numbers: Iterable[int]) -> dict[int, set[int]]:
    """For each wording those that may be twins of it, itself among them."""
    found = {number: {number} for number in numbers}
    other, own = BandRow.__table__.alias(), BandRow.__table__.alias()
    query = select(own.c.wording_id, other.c.wording_id.label("other")).join(other, other.c.number == own.c.number)
    for number in found:
        rows = query.where(own.c.wording_id == number).order_by(other.c.wording_id).limit(MOST_NEAR)
        found[number].update(row.other for row in await connection.execute(rows))
    return found


async def _numbers(connection: AsyncConnection, marks: Iterable[str]) -> dict[str, int]:
    wanted = sorted(set(marks))
    found: dict[str, int] = {}
    for at in range(0, len(wanted), CHUNK):
        query = select(WordingRow.mark, WordingRow.id).where(WordingRow.mark.in_(wanted[at : at + CHUNK]))
        found |= {row.mark: row.id for row in await connection.execute(query)}
    return found


def _row(worded: Worded, marked: str) -> dict[str, Any]:
    speaker_id, counterpart_id, stance, words = worded
    return {"speaker_id": speaker_id, "counterpart_id": counterpart_id, "stance": stance, "mark": marked, "words": words}


def _pair(worded: Worded) -> str:
    return f"{worded[0]} {worded[1]} {worded[2]}"
