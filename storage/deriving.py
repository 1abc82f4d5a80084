"""Statements that came, changed or went, in; the part of the record that this changes, out: days, positions, shifts.

Only what a rule can tie to a changed statement is looked at again: the same words, the days that touch, the undated words of
the pair where its first day moved, and what a notice takes back. `rebuilding.py` does the same for everything.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Stance
from storage import sayings, wordings
from storage.columns import owned_by
from storage.engine import insert_into
from storage.placing import NEXT, Placed, place, position_key, stance_of
from storage.retractions import bearing
from storage.sayings import Kept
from storage.settling import UNSEEN, settle
from storage.tables import ActorRow, ArticleRow, PositionRow, StatementRow

Move = tuple[Kept, Placed | None]
"""A live statement and where it belongs; None: it was withdrawn."""
Named = tuple[int | None, str]
"""A position by its owner and key."""


async def derive(connection: AsyncConnection, changed: Iterable[int], was: Iterable[Kept] = ()) -> set[int]:
    """Bring the record up to date. Returns the positions whose reports or standing changed.

    `was`: changed statements as they stood, where they belonged to another pair: what leaned on them there is looked at too.
    """
    kept = await sayings.load(connection, changed)
    if not kept:
        return set()
    before = {each.position_id for each in kept.values() if each.position_id is not None}
    kept = await _retake(connection, kept)
    affected = await _affected(connection, [*kept.values(), *(replace(each, is_live=False) for each in was)])
    moves = [(each, await _placed(connection, each)) for each in affected.values() if each.is_live]
    touched, heirs = await move(connection, moves)
    return await settle(connection, touched | before, heirs)


async def _retake(connection: AsyncConnection, kept: dict[int, Kept]) -> dict[int, Kept]:
    """The same statements with the stance that counts after corrections. One that changed comes twice: as it was, too."""
    found = dict(kept)
    owners = {each.guild_id for each in kept.values()}
    for owner in owners:
        own = [each for each in kept.values() if each.guild_id == owner and each.is_live]
        query = select(ArticleRow.id, ArticleRow.family, ArticleRow.published, ArticleRow.sketch)
        numbers = sorted({each.saying.article_id for each in own})
        articles = (await connection.execute(query.where(ArticleRow.id.in_(numbers)))).all()
        retractions = await bearing(connection, owner, articles)
        for each in own:
            taken = stance_of(each.saying, retractions)
            if taken is not each.taken:
                found[-each.saying.id] = replace(each, is_live=False)  # what leaned on the old stance is looked at again
                found[each.saying.id] = replace(each, taken=taken)
    values = [
        {"number": number, "value": each.taken}
        for number, each in found.items()
        if number > 0 and each.taken is not kept[number].taken
    ]
    if values:
        take = update(StatementRow).where(StatementRow.id == bindparam("number")).values(taken=bindparam("value"))
        await connection.execute(take, values)
    return found


async def _affected(connection: AsyncConnection, changed: list[Kept]) -> dict[int, Kept]:
    """The changed statements and those whose place may follow from theirs."""
    numbers: set[int] = set()
    for each in changed:
        if each.taken is not None or not each.is_live:
            numbers.update(await _leaning(connection, each))
    found = await sayings.load(connection, numbers - {each.saying.id for each in changed})
    return found | {each.saying.id: each for each in changed if each.is_live}


async def _leaning(connection: AsyncConnection, kept: Kept) -> set[int]:
    """The live statements whose day or position may lean on this one."""
    said_on = kept.saying.said_on
    pair = [
        StatementRow.speaker_id == kept.saying.speaker,
        StatementRow.counterpart_id == kept.saying.counterpart,
        StatementRow.taken == (kept.taken or kept.saying.stance).value,
        StatementRow.is_live.is_(True),
    ]
    if kept.guild_id is not None:
        pair.append(owned_by(StatementRow.guild_id, kept.guild_id))
    query = select(StatementRow.id).where(*pair)
    found: set[int] = set()
    if kept.wording_id is not None:
        near = (await wordings.near(connection, [kept.wording_id]))[kept.wording_id]
        later = (
            StatementRow.said_on.is_(None)
            if said_on is None
            else or_(StatementRow.said_on.is_(None), StatementRow.said_on > said_on)
        )
        found.update(await connection.scalars(query.where(StatementRow.wording_id.in_(sorted(near)), later)))
    if said_on is None:
        return found
    found.update(await connection.scalars(query.where(StatementRow.said_on == said_on + NEXT)))
    first = await sayings.first_day(connection, replace(kept, guild_id=None))
    if first is None or said_on <= first:
        found.update(await connection.scalars(query.where(StatementRow.said_on.is_(None))))
    return found


async def _placed(connection: AsyncConnection, kept: Kept) -> Placed | None:
    """Where a live statement belongs: its day and its occasion; None when it is withdrawn."""
    if kept.taken is None:
        return None
    saying = replace(kept.saying, stance=kept.taken)
    first = await sayings.first_day(connection, kept) if saying.said_on is None else None
    return place(saying, await sayings.near(connection, kept), first)


async def move(connection: AsyncConnection, moves: list[Move]) -> tuple[set[int], dict[int, int]]:
    """Put statements where they belong, in rows that are made where there are none.

    Returns the rows that they left or joined, and for each row that one left the row that it joined.
    """
    names = await _names(connection, moves)
    wanted: dict[Named, dict[str, Any]] = {}
    keyed: list[tuple[Kept, Placed | None, Named | None]] = []
    for kept, placed in moves:
        target = None
        if placed is not None and placed.occasion is not None and kept.taken is not None:
            names_of = (names[kept.saying.speaker], names[kept.saying.counterpart] or None)
            target = (kept.guild_id, position_key(*names_of, kept.taken, placed.occasion))
            wanted.setdefault(target, _row(kept, target[1], placed.day))
        keyed.append((kept, placed, target))
    rows = await _positions(connection, wanted)
    touched: set[int] = set()
    heirs: dict[int, int] = {}
    values: list[dict[str, Any]] = []
    for kept, placed, target in keyed:
        number = rows[target] if target else None
        day = placed.day if placed else kept.saying.said_on
        touched.update(each for each in (kept.position_id, number) if each is not None)
        if kept.position_id is not None and number is not None and number != kept.position_id:
            heirs[kept.position_id] = number
        if (number, day) != (kept.position_id, kept.day):
            values.append({"number": kept.saying.id, "position": number, "its_day": day})
    if values:
        put = update(StatementRow).where(StatementRow.id == bindparam("number"))
        await connection.execute(put.values(position_id=bindparam("position"), day=bindparam("its_day")), values)
    return touched, heirs


async def _names(connection: AsyncConnection, moves: list[Move]) -> dict[int, str]:
    numbers = {number for kept, _ in moves for number in (kept.saying.speaker, kept.saying.counterpart)}
    query = select(ActorRow.id, ActorRow.name).where(ActorRow.id.in_(sorted(numbers)))
    return {row.id: row.name for row in await connection.execute(query)}


def _row(kept: Kept, key: str, day: Any) -> dict[str, Any]:
    return {
        "guild_id": kept.guild_id,
        "key": key,
        "speaker_id": kept.saying.speaker,
        "counterpart_id": kept.saying.counterpart,
        "stance": Stance(kept.taken or kept.saying.stance).value,
        "day": day,
    }


async def _positions(connection: AsyncConnection, wanted: dict[Named, dict[str, Any]]) -> dict[Named, int]:
    """The row number of each position; made where there is none, to be dated by `settle`."""
    if not wanted:
        return {}
    found = await _numbers(connection, wanted)
    missing = [row | {"first_seen_at": UNSEEN} for key, row in wanted.items() if key not in found]
    if missing:
        await connection.execute(insert_into(connection, PositionRow).on_conflict_do_nothing(), missing)
        found = await _numbers(connection, wanted)
    return found


async def _numbers(connection: AsyncConnection, wanted: Iterable[Named]) -> dict[Named, int]:
    by_owner: dict[int | None, list[str]] = defaultdict(list)
    for owner, key in wanted:
        by_owner[owner].append(key)
    found: dict[Named, int] = {}
    for owner, keys in by_owner.items():
        for at in range(0, len(keys), sayings.CHUNK):
            own = owned_by(PositionRow.guild_id, owner)
            query = select(PositionRow.id, PositionRow.key).where(PositionRow.key.in_(keys[at : at + sayings.CHUNK]), own)
            found |= {(owner, row.key): row.id for row in await connection.execute(query)}
    return found
