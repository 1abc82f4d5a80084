"""Statements as the rules of `placing.py` see them: loaded by number, and those that bear on a given one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Stance
from storage import wordings
from storage.columns import seen_by
from storage.placing import NEXT, Saying
from storage.record import WordingRow
from storage.tables import ActorRow, AnyRow, ArticleRow, StatementRow

CHUNK = 500
"""Numbers a question: SQLite takes some thousand values at most."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement with what the record holds of it so far. `saying.stance` is the stance that the article states."""

    saying: Saying
    guild_id: int | None
    is_live: bool
    taken: Stance | None
    day: date | None
    position_id: int | None
    wording_id: int | None


def statements() -> Any:
    """The query whose rows `kept_of` reads; the caller adds its conditions."""
    columns = ("id", "guild_id", "article_id", "speaker_id", "counterpart_id", "stance", "taken", "said_on", "day")
    query = select(
        *(getattr(StatementRow, name) for name in (*columns, "position_id", "wording_id", "is_live")),
        WordingRow.words,
        ArticleRow.published,
        ArticleRow.family,
        ArticleRow.title,
        ActorRow.name,
    )
    query = query.join(ArticleRow, ArticleRow.id == StatementRow.article_id)
    query = query.join(ActorRow, ActorRow.id == StatementRow.speaker_id)
    return query.join(WordingRow, WordingRow.id == StatementRow.wording_id, isouter=True)


def kept_of(row: AnyRow) -> Kept:
    saying = Saying(
        id=row.id,
        article_id=row.article_id,
        speaker=row.speaker_id,
        counterpart=row.counterpart_id,
        stance=Stance(row.stance),
        said_on=row.said_on,
        words=row.words or "",
        published=row.published,
        family=row.family,
        title=row.title,
        name=row.name,
    )
    taken = Stance(row.taken) if row.taken else None
    return Kept(saying, row.guild_id, row.is_live, taken, row.day, row.position_id, row.wording_id)


async def load(connection: AsyncConnection, numbers: Iterable[int]) -> dict[int, Kept]:
    wanted = sorted(set(numbers))
    found: dict[int, Kept] = {}
    for at in range(0, len(wanted), CHUNK):
        rows = await connection.execute(statements().where(StatementRow.id.in_(wanted[at : at + CHUNK])))
        found |= {row.id: kept_of(row) for row in rows}
    return found


async def near(connection: AsyncConnection, kept: Kept) -> list[Saying]:
    """The live statements of the pair and stance that may be the same occasion, as the statement's owner sees them."""
    saying, is_same = kept.saying, _same_pair(kept)
    found: list[Saying] = []
    if kept.wording_id is not None:
        numbers = (await wordings.near(connection, [kept.wording_id]))[kept.wording_id]
        found += await _said_first(connection, kept, sorted(numbers))
    if saying.said_on is None:
        rows = await connection.execute(statements().where(StatementRow.article_id == saying.article_id, *is_same))
    else:
        rows = await connection.execute(statements().where(StatementRow.said_on == saying.said_on - NEXT, *is_same))
    return found + [kept_of(row).saying for row in rows]


async def _said_first(connection: AsyncConnection, kept: Kept, numbers: Sequence[int]) -> list[Saying]:
    """Of each wording the first statement that has a day, and one that has none: the others tell nothing more."""
    live = (*_same_pair(kept), StatementRow.wording_id.in_(numbers))
    own = () if kept.saying.published is None else (StatementRow.said_on <= kept.saying.published + NEXT,)
    dated = select(func.min(StatementRow.said_on), StatementRow.wording_id).where(*live, *own).group_by(StatementRow.wording_id)
    days = {row[1]: row[0] for row in await connection.execute(dated) if row[0] is not None}
    undated = select(StatementRow.wording_id).where(*live, StatementRow.said_on.is_(None)).distinct()
    without = set(await connection.scalars(undated))
    texts = select(WordingRow.id, WordingRow.words).where(WordingRow.id.in_(numbers))
    words = {row.id: row.words for row in await connection.execute(texts)}
    # Of the same family as far as the rules can see: a report of the day before is loaded with its own.
    like = replace(kept.saying, id=0, article_id=0)
    found = [replace(like, said_on=days[number], words=words[number]) for number in days]
    return found + [replace(like, said_on=None, words=words[number]) for number in without]


async def first_day(connection: AsyncConnection, kept: Kept) -> date | None:
    """The first day on which the pair took the stance, as the statement's owner sees it."""
    query = select(func.min(StatementRow.said_on)).where(*_same_pair(kept), StatementRow.said_on.is_not(None))
    return await connection.scalar(query)


def _same_pair(kept: Kept) -> tuple[Any, ...]:
    stance = (kept.taken or kept.saying.stance).value
    return (
        StatementRow.speaker_id == kept.saying.speaker,
        StatementRow.counterpart_id == kept.saying.counterpart,
        StatementRow.taken == stance,
        seen_by(StatementRow.guild_id, kept.guild_id),
        StatementRow.is_live.is_(True),
    )
