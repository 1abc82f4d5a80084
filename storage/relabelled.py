"""Positions that only relabelled statements report in, the notice's own statement out: its words carry the stance."""

from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Report
from storage import sayings
from storage.placing import corrected_by
from storage.retractions import bearing
from storage.statements import report_of, reports
from storage.tables import NOBODY, ArticleRow, StatementRow


async def corrections(connection: AsyncConnection, relabelled: Mapping[int, Sequence[int]]) -> dict[int, Report]:
    """By position, from the numbers of the statements that report it with another stance of their own."""
    kept = await sayings.load(connection, (number for numbers in relabelled.values() for number in numbers))
    found: dict[int, Report] = {}
    for position, numbers in relabelled.items():
        for number in sorted(numbers):
            report = await _correction(connection, kept[number])
            if report is not None:
                found[position] = report
                break
    return found


async def _correction(connection: AsyncConnection, kept: sayings.Kept) -> Report | None:
    saying = kept.saying
    columns = (ArticleRow.id, ArticleRow.family, ArticleRow.published, ArticleRow.sketch)
    articles = (await connection.execute(select(*columns).where(ArticleRow.id == saying.article_id))).all()
    by = corrected_by(saying, await bearing(connection, kept.guild_id, articles))
    if by is None or kept.taken is None:
        return None
    query = reports().where(StatementRow.article_id == by.article_id, StatementRow.is_live.is_(True))
    query = query.where(StatementRow.speaker_id == saying.speaker, StatementRow.stance == kept.taken.value)
    # A counterpart that either does not name is the same one.
    if saying.counterpart != NOBODY:
        query = query.where(or_(StatementRow.counterpart_id == saying.counterpart, StatementRow.counterpart_id == NOBODY))
    row = (await connection.execute(query.order_by(StatementRow.start, StatementRow.id).limit(1))).one_or_none()
    return None if row is None else report_of(row)
