"""Writing the record: the statements of a revision replace those of the one before; positions follow them.

In: a revision's reading, or articles that leave the record. Out: the positions that they report. The rules are in
`handlers/record.py`; reading the record back is `positions.py`.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import case, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Reading, Statement
from handlers.record import day_of, position_key
from storage.actors import Actors
from storage.columns import owned_by
from storage.engine import insert_into
from storage.tables import AnyRow, ArticleRow, CurrentPositionRow, PositionRow, RevisionRow, StatementRow
from storage.text import clean, clean_name, fold

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
    positions = await _positions(connection, statements, numbers, revision)
    before = await _live(connection, [revision.article_id])
    kept: dict[tuple[Any, ...], list[AnyRow]] = defaultdict(list)
    for row in before:
        kept[tuple(getattr(row, name) for name in _SAID)].append(row)
    for statement in statements:
        values = _values(statement, numbers)
        same = kept[tuple(values[name] for name in _SAID)]
        place: dict[str, Any] = {"revision_id": revision_id, "start": statement.start, "end": statement.end}
        place["confidence"] = statement.confidence
        if same:
            await _change(connection, [same.pop(0).id], place)
            continue
        values |= place | {"guild_id": revision.guild_id, "article_id": revision.article_id, "seen_at": revision.seen_at}
        values["position_id"] = positions[position_key(statement)]
        await connection.execute(insert(StatementRow).values(values))
    gone = [row.id for rows in kept.values() for row in rows]
    await _change(connection, gone, {"is_live": False})
    await _settle(connection, {*positions.values(), *(row.position_id for row in before)})
    return list(dict.fromkeys(positions[position_key(statement)] for statement in statements))


async def withdraw(connection: AsyncConnection, article_ids: Sequence[int]) -> None:
    """Take all statements of these articles out of the record."""
    rows = await _live(connection, article_ids)
    await _change(connection, [row.id for row in rows], {"is_live": False})
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
    connection: AsyncConnection, statements: Sequence[Statement], numbers: dict[str | None, int], revision: AnyRow
) -> dict[str, int]:
    """The row number of each statement's position, by key; made where there is none."""
    if not statements:
        return {}
    made = {
        position_key(statement): {
            "guild_id": revision.guild_id,
            "key": position_key(statement),
            "speaker_id": numbers[statement.speaker],
            "counterpart_id": numbers[statement.counterpart],
            "stance": statement.stance.value,
            "day": day_of(statement),
            "first_seen_at": revision.seen_at,
        }
        for statement in statements
    }
    await connection.execute(insert_into(connection, PositionRow).values(list(made.values())).on_conflict_do_nothing())
    query = select(PositionRow.key, PositionRow.id)
    own = owned_by(PositionRow.guild_id, revision.guild_id)
    return {row.key: row.id for row in await connection.execute(query.where(own, PositionRow.key.in_(list(made))))}


async def _live(connection: AsyncConnection, article_ids: Sequence[int]) -> Sequence[AnyRow]:
    columns = (getattr(StatementRow, name) for name in ("id", "position_id", *_SAID))
    query = select(*columns).where(StatementRow.article_id.in_(article_ids), StatementRow.is_live.is_(True))
    return (await connection.execute(query.order_by(StatementRow.id))).all()


async def _change(connection: AsyncConnection, statement_ids: Sequence[int], values: dict[str, Any]) -> None:
    if statement_ids:
        await connection.execute(update(StatementRow).where(StatementRow.id.in_(statement_ids)).values(values))


async def _settle(connection: AsyncConnection, position_ids: Iterable[int]) -> None:
    """Make positions as alive as their statements, and the current positions of their pairs what they must be."""
    numbers = sorted(set(position_ids))
    if not numbers:
        return
    is_reported = exists().where(StatementRow.position_id == PositionRow.id, StatementRow.is_live.is_(True))
    await connection.execute(update(PositionRow).where(PositionRow.id.in_(numbers)).values(is_live=is_reported))
    pair = (PositionRow.guild_id, PositionRow.speaker_id, PositionRow.counterpart_id)
    for row in (await connection.execute(select(*pair).where(PositionRow.id.in_(numbers)).distinct())).all():
        await _keep_current(connection, row.guild_id, row.speaker_id, row.counterpart_id)


async def _keep_current(connection: AsyncConnection, guild_id: int | None, speaker_id: int, counterpart_id: int) -> None:
    latest = (
        select(PositionRow.id.label("position_id"), PositionRow.day, PositionRow.first_seen_at)
        .where(owned_by(PositionRow.guild_id, guild_id), PositionRow.is_live.is_(True))
        .where(PositionRow.speaker_id == speaker_id, PositionRow.counterpart_id == counterpart_id)
        .order_by(*by_recency())
        .limit(1)
    )
    row = (await connection.execute(latest)).one_or_none()
    key = {"guild_id": guild_id, "speaker_id": speaker_id, "counterpart_id": counterpart_id}
    if row is None:
        gone = delete(CurrentPositionRow).where(owned_by(CurrentPositionRow.guild_id, guild_id))
        gone = gone.where(CurrentPositionRow.speaker_id == speaker_id, CurrentPositionRow.counterpart_id == counterpart_id)
        await connection.execute(gone)
        return
    told = dict(row._mapping)  # pyright: ignore[reportPrivateUsage] # public in spite of its underscore
    keeping = insert_into(connection, CurrentPositionRow).values(key | told)
    await connection.execute(keeping.on_conflict_do_update(index_elements=list(key), set_=told))


def by_recency() -> tuple[Any, ...]:
    """`handlers.record.recency`, greatest first, as ORDER BY."""
    undated = case((PositionRow.day.is_(None), 1), else_=0)
    return undated, PositionRow.day.desc(), PositionRow.first_seen_at.desc(), PositionRow.id.desc()
