"""Positions whose reports changed in, their rows made true: who reports them, since when, and how their pairs go on.

`runs.py` places them among the others of their pair.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import owned_by
from storage.engine import insert_into
from storage.families import Source, families
from storage.outbox import AlertRow
from storage.runs import Pair, rerun
from storage.tables import AnyRow, ArticleRow, CurrentPositionRow, PositionRow, StatementRow

UNSEEN = datetime(9999, 1, 1, tzinfo=UTC)
"""The stored `first_seen_at` of a position before its first report is counted."""
CHUNK = 500

_TOLD = ("is_live", "families", "is_scoped", "first_seen_at")
_PAIR = ("guild_id", "speaker_id", "counterpart_id")


async def settle(connection: AsyncConnection, position_ids: Iterable[int], heirs: Mapping[int, int]) -> set[int]:
    """Returns these positions and the others whose standing changed with theirs.

    `heirs`: where the statements of a position that they left have gone.
    """
    numbers = sorted(set(position_ids))
    since: dict[Pair, date] = {}
    for row in await refresh(connection, numbers, heirs):
        pair: Pair = (row.guild_id, row.speaker_id, row.counterpart_id)
        if row.day is not None:
            since[pair] = min(since.get(pair, row.day), row.day)
    found = set(numbers)
    for pair, day in since.items():
        found |= await rerun(connection, pair, day, set(numbers))
    return found


async def refresh(connection: AsyncConnection, numbers: Sequence[int], heirs: Mapping[int, int]) -> list[AnyRow]:
    """Make these positions' rows say what their reports say, and find the current ones of their pairs.

    Returns the rows as they were.
    """
    rows: list[AnyRow] = []
    for at in range(0, len(numbers), CHUNK):
        rows += await _refresh(connection, numbers[at : at + CHUNK])
    await _carry_alerts(connection, heirs)
    await _keep_current(connection, numbers)
    return rows


async def _refresh(connection: AsyncConnection, numbers: Sequence[int]) -> Sequence[AnyRow]:
    """What the reports of these positions say of them."""
    query = select(StatementRow.position_id, StatementRow.scope, StatementRow.seen_at, StatementRow.article_id)
    columns = ("family", "is_agency", "published", "outlet", "origin")
    query = query.add_columns(*(getattr(ArticleRow, name) for name in columns))
    query = query.join(ArticleRow, ArticleRow.id == StatementRow.article_id)
    query = query.where(StatementRow.position_id.in_(numbers), StatementRow.is_live.is_(True))
    reports: dict[int, list[AnyRow]] = defaultdict(list)
    for row in await connection.execute(query):
        reports[row.position_id].append(row)
    rows = (await connection.execute(select(PositionRow).where(PositionRow.id.in_(numbers)))).all()
    gone = [row.id for row in rows if row.is_live and not reports[row.id]]
    await connection.execute(update(PositionRow).where(PositionRow.id.in_(gone)).values(is_live=False))
    sketches = await _sketches(connection, reports.values())
    told = {row.id: _told(reports[row.id], row, sketches) for row in rows if reports[row.id]}
    values = [
        {f"its_{name}": value for name, value in told[row.id].items()} | {"number": row.id}
        for row in rows
        if row.id in told and any(getattr(row, name) != value for name, value in told[row.id].items())
    ]
    if values:
        told_by: dict[str, Any] = {name: bindparam(f"its_{name}") for name in _TOLD}
        await connection.execute(update(PositionRow).where(PositionRow.id == bindparam("number")).values(told_by), values)
    return rows


async def _sketches(connection: AsyncConnection, positions: Iterable[Sequence[AnyRow]]) -> dict[int, tuple[int, ...]]:
    """By article, where more than one family reports: most positions have one, and a sketch is long."""
    numbers = sorted({report.article_id for told in positions if len(set(map(_family, told))) > 1 for report in told})
    found: dict[int, tuple[int, ...]] = {}
    for at in range(0, len(numbers), CHUNK):
        query = select(ArticleRow.id, ArticleRow.sketch).where(ArticleRow.id.in_(numbers[at : at + CHUNK]))
        found |= {row.id: tuple(row.sketch) for row in await connection.execute(query)}
    return found


def _told(reports: Sequence[AnyRow], row: AnyRow, sketches: Mapping[int, tuple[int, ...]]) -> dict[str, Any]:
    sources = [
        Source(_family(report), report.is_agency, sketches.get(report.article_id, ()), report.published) for report in reports
    ]
    return {
        "is_live": True,
        "families": list(families(sources)),
        "is_scoped": all(report.scope for report in reports),
        "first_seen_at": min([row.first_seen_at, *(report.seen_at for report in reports)]),
    }


def _family(report: AnyRow) -> str:
    return report.family or report.outlet or report.origin


async def _carry_alerts(connection: AsyncConnection, heirs: Mapping[int, int]) -> None:
    """Alerts of a position that has gone into another one go with its statements: nobody is told of it again.

    Where the watch has told of that one too, both messages stand, and the alert stays with the words that it announced.
    """
    gone = select(AlertRow.id, AlertRow.watch_id, AlertRow.position_id).join(
        PositionRow, PositionRow.id == AlertRow.position_id
    )
    gone = gone.where(AlertRow.position_id.in_(sorted(heirs)), PositionRow.is_live.is_(False)).order_by(AlertRow.id)
    for alert in (await connection.execute(gone)).all():
        heir = heirs[alert.position_id]
        key = select(PositionRow.key).where(PositionRow.id == heir).scalar_subquery()
        told = select(AlertRow.id).where(AlertRow.watch_id == alert.watch_id, AlertRow.position_key == key)
        if await connection.scalar(told) is None:
            carried = update(AlertRow).where(AlertRow.id == alert.id)
            await connection.execute(carried.values(position_id=heir, position_key=key))


async def _keep_current(connection: AsyncConnection, numbers: Sequence[int]) -> None:
    """Make the current positions of these positions' pairs what they must be."""
    for at in range(0, len(numbers), CHUNK):
        touched = select(*_pair(PositionRow)).where(PositionRow.id.in_(numbers[at : at + CHUNK])).distinct()
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
