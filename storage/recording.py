"""Writing the record: the statements of a revision replace those of the one before; positions follow them.

In: a revision's reading, or articles that leave the record. Out: the positions that they report. The rules are in
`standing.py`; reading the record back is `positions.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Reading, Statement
from storage.actors import Actors
from storage.columns import owned_by
from storage.engine import insert_into
from storage.standing import day_of, position_keys
from storage.tables import AnyRow, ArticleRow, CurrentPositionRow, PositionRow, RevisionRow, StatementRow
from storage.text import clean, clean_name, fold

_PAIR = ("guild_id", "speaker_id", "counterpart_id")
_SAID = ("speaker_id", "counterpart_id", "stance", "scope", "condition", "evidence", "direct", "said_on")


async def write(connection: AsyncConnection, revision_id: int, reading: Reading) -> list[int]:
    """The positions that the statements joined or made, in their order. Nothing for a revision that is not the latest.

    A statement that the article made before, in the same words, keeps its row and its number.
    """
    revision = await _revision(connection, revision_id)
    if revision is None:
        return []
    statements = [_stored_form(statement) for statement in reading.statements]
    numbers = await Actors(connection).learn(reading, revision.guild_id)
    keys = position_keys(statements)
    positions = await _positions(connection, keys, statements, numbers, revision)
    before = await _live(connection, [revision.article_id])
    known: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in before:
        known[tuple(getattr(row, name) for name in _SAID)].append(row.id)
    made: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    shared = {"guild_id": revision.guild_id, "article_id": revision.article_id, "seen_at": revision.seen_at}
    for key, statement in zip(keys, statements, strict=True):
        said = _values(statement, numbers)
        place = {"revision_id": revision_id, "start": statement.start, "end": statement.end, "confidence": statement.confidence}
        same = known[tuple(said[name] for name in _SAID)]
        if same:
            kept.append(place | {"number": same.pop(0)})
        else:
            made.append(said | place | shared | {"position_id": positions[key]})
    if kept:
        await connection.execute(update(StatementRow).where(StatementRow.id == bindparam("number")), kept)
    if made:
        await connection.execute(insert(StatementRow), made)
    await _end(connection, [number for same in known.values() for number in same])
    await _settle(connection, {*positions.values(), *(row.position_id for row in before)})
    return list(dict.fromkeys(positions[key] for key in keys))


async def withdraw(connection: AsyncConnection, article_ids: Sequence[int]) -> None:
    """Take all statements of these articles out of the record."""
    if not article_ids:
        return
    rows = await _live(connection, article_ids)
    await _end(connection, [row.id for row in rows])
    await _settle(connection, {row.position_id for row in rows})


async def _revision(connection: AsyncConnection, revision_id: int) -> AnyRow | None:
    query = select(ArticleRow.guild_id, RevisionRow.article_id, RevisionRow.seen_at)
    query = query.join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
    is_latest = RevisionRow.number == ArticleRow.revision
    query = query.where(RevisionRow.id == revision_id, is_latest, ArticleRow.is_shadowed.is_(False))
    return (await connection.execute(query)).one_or_none()


def _stored_form(statement: Statement) -> Statement:
    """As the database will hold it, so that equal statements are found equal."""
    return replace(
        statement,
        speaker=clean_name(statement.speaker),
        counterpart=clean_name(statement.counterpart) if statement.counterpart else None,
        evidence=clean(statement.evidence),
        scope=clean(statement.scope) if statement.scope else None,
        condition=clean(statement.condition) if statement.condition else None,
    )


def _values(statement: Statement, numbers: dict[str | None, int]) -> dict[str, Any]:
    words = (statement.evidence, statement.condition or "", statement.scope or "")
    return {
        "speaker_id": numbers[statement.speaker],
        "counterpart_id": numbers[statement.counterpart],
        "stance": statement.stance.value,
        "scope": statement.scope,
        "condition": statement.condition,
        "evidence": statement.evidence,
        "direct": statement.direct,
        "said_on": statement.said_on,
        "day": day_of(statement),
        "search_text": "\n".join(map(fold, words)),
    }


async def _positions(
    connection: AsyncConnection,
    keys: Sequence[str],
    statements: Sequence[Statement],
    numbers: dict[str | None, int],
    revision: AnyRow,
) -> dict[str, int]:
    """The row number of each statement's position, by key; made where there is none."""
    if not statements:
        return {}
    made = {
        key: {
            "guild_id": revision.guild_id,
            "key": key,
            "speaker_id": numbers[statement.speaker],
            "counterpart_id": numbers[statement.counterpart],
            "stance": statement.stance.value,
            "day": day_of(statement),
            "first_seen_at": revision.seen_at,
        }
        for key, statement in zip(keys, statements, strict=True)
    }
    await connection.execute(insert_into(connection, PositionRow).on_conflict_do_nothing(), list(made.values()))
    query = select(PositionRow.key, PositionRow.id)
    own = owned_by(PositionRow.guild_id, revision.guild_id)
    return {row.key: row.id for row in await connection.execute(query.where(own, PositionRow.key.in_(list(made))))}


async def _live(connection: AsyncConnection, article_ids: Sequence[int]) -> Sequence[AnyRow]:
    columns = (getattr(StatementRow, name) for name in ("id", "position_id", *_SAID))
    query = select(*columns).where(StatementRow.article_id.in_(article_ids), StatementRow.is_live.is_(True))
    return (await connection.execute(query.order_by(StatementRow.id))).all()


async def _end(connection: AsyncConnection, statement_ids: Sequence[int]) -> None:
    if statement_ids:
        await connection.execute(update(StatementRow).where(StatementRow.id.in_(statement_ids)).values(is_live=False))


async def _settle(connection: AsyncConnection, position_ids: Iterable[int]) -> None:
    """Make positions as alive as their statements, and the current positions of their pairs what they must be."""
    numbers = sorted(set(position_ids))
    if not numbers:
        return
    is_reported = exists().where(StatementRow.position_id == PositionRow.id, StatementRow.is_live.is_(True))
    await connection.execute(update(PositionRow).where(PositionRow.id.in_(numbers)).values(is_live=is_reported))
    touched = select(*_pair(PositionRow)).where(PositionRow.id.in_(numbers)).distinct()
    pairs = {tuple(row) for row in await connection.execute(touched)}
    latest = [dict(row) for row in (await connection.execute(_latest_of(touched.subquery()))).mappings()]
    if latest:
        keeping = insert_into(connection, CurrentPositionRow)
        told = {name: keeping.excluded[name] for name in ("position_id", "day", "first_seen_at")}
        await connection.execute(keeping.on_conflict_do_update(index_elements=list(_PAIR), set_=told), latest)
    for guild_id, speaker_id, counterpart_id in pairs - {tuple(row[name] for name in _PAIR) for row in latest}:
        row = CurrentPositionRow
        is_pair = (row.speaker_id == speaker_id, row.counterpart_id == counterpart_id, owned_by(row.guild_id, guild_id))
        await connection.execute(delete(row).where(*is_pair))


def _pair(table: Any) -> tuple[Any, ...]:
    return tuple(getattr(table, name) for name in _PAIR)


def _latest_of(touched: Any) -> Any:
    """The live position of each pair that `storage.standing.recency` puts last."""
    undated = case((PositionRow.day.is_(None), 1), else_=0)
    order = (undated, PositionRow.day.desc(), PositionRow.first_seen_at.desc(), PositionRow.id.desc())
    place = func.row_number().over(partition_by=_pair(PositionRow), order_by=order).label("place")
    is_touched = and_(*(getattr(PositionRow, name) == touched.c[name] for name in _PAIR))
    columns = (*_pair(PositionRow), PositionRow.id.label("position_id"), PositionRow.day, PositionRow.first_seen_at)
    ranked = select(*columns, place).join(touched, is_touched).where(PositionRow.is_live.is_(True)).subquery()
    return select(*(column for column in ranked.c if column.name != "place")).where(ranked.c.place == 1)
