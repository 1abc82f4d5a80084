"""Names that mean somebody else than before in; their statements moved, and what follows from them derived anew."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import sayings, wordings
from storage.deriving import derive
from storage.recording import words_of_each
from storage.retractions import meant
from storage.tables import ActorRow, ArticleRow, StatementRow

Meaning = tuple[int, int]
"""Whom a name meant before, and whom it means now."""
ROLES = ("speaker", "counterpart")
_PAIRED = ("speaker_id", "counterpart_id", "stance")


async def statements_of(connection: AsyncConnection, name: int, meaning: int) -> set[int]:
    """The live statements whose article named this one, who meant that one so far."""
    found: set[int] = set()
    for role in ROLES:
        query = select(StatementRow.id).where(StatementRow.is_live.is_(True), _names(role, name, meaning))
        found.update(await connection.scalars(query))
    return found


async def positions_of(connection: AsyncConnection, statements: Iterable[int]) -> list[int]:
    found = await sayings.load(connection, statements)
    return sorted({each.position_id for each in found.values() if each.position_id is not None})


async def is_pair(connection: AsyncConnection, one: int, other: int) -> bool:
    """Whether either is on record toward the other: then they are two."""
    row = StatementRow
    both = or_(
        and_(row.speaker_id == one, row.counterpart_id == other), and_(row.speaker_id == other, row.counterpart_id == one)
    )
    return await connection.scalar(select(row.id).where(row.is_live.is_(True), both).limit(1)) is not None


async def rename(connection: AsyncConnection, meanings: Mapping[int, Meaning]) -> tuple[int, set[int]]:
    """Give each name's statements to whom it means now. Returns how many moved, and the positions that changed."""
    moved = {name: await statements_of(connection, name, before) for name, (before, _) in meanings.items()}
    numbers = {number for own in moved.values() for number in own}
    was = await sayings.load(connection, numbers)
    articles = sorted({each.saying.article_id for each in was.values()})
    changed = numbers | await _taken_back(connection, articles)
    for name, (before, after) in meanings.items():
        for role in ROLES:
            put = update(StatementRow).where(StatementRow.is_live.is_(True), _names(role, name, before))
            told = None if after == name else name
            await connection.execute(put.values({f"{role}_id": after, f"told_{role}_id": told}))
    await _word(connection, articles)
    changed |= await _taken_back(connection, articles)
    return len(numbers), await derive(connection, changed, was.values())


def _names(role: str, name: int, meaning: int) -> Any:
    told = getattr(StatementRow, f"told_{role}_id")
    return and_(getattr(StatementRow, f"{role}_id") == meaning, told.is_(None) if name == meaning else told == name)


async def _taken_back(connection: AsyncConnection, articles: Sequence[int]) -> set[int]:
    """What the notices among these articles take back, which hangs on whom they name."""
    found: set[int] = set()
    for at in range(0, len(articles), sayings.CHUNK):
        chunk = articles[at : at + sayings.CHUNK]
        notices = select(ArticleRow.id).where(ArticleRow.id.in_(chunk), ArticleRow.is_notice.is_(True))
        for number in list(await connection.scalars(notices)):
            found |= await meant(connection, number)
    return found


async def _word(connection: AsyncConnection, articles: Sequence[int]) -> None:
    """Words are listed by pair: those of these articles again."""
    columns = ("id", *_PAIRED, "evidence", "direct", "said_on", "wording_id")
    query = select(*(getattr(StatementRow, name) for name in columns)).order_by(StatementRow.start, StatementRow.end)
    query = query.join(ActorRow, ActorRow.id == StatementRow.speaker_id)
    for article in articles:
        own = query.where(StatementRow.article_id == article, StatementRow.is_live.is_(True)).order_by(ActorRow.name)
        rows = (await connection.execute(own)).all()
        words = words_of_each(rows, [{name: getattr(row, name) for name in _PAIRED} for row in rows])
        numbers = await wordings.keep(connection, words)
        values = [
            {"number": row.id, "words": numbers[each]}
            for row, each in zip(rows, words, strict=True)
            if numbers[each] != row.wording_id
        ]
        if values:
            give = update(StatementRow).where(StatementRow.id == bindparam("number"))
            await connection.execute(give.values(wording_id=bindparam("words")), values)
