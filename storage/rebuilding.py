"""The whole record again from the statements: some speakers at a time, as if their statements had come in any order.

In: speakers. Out: what `deriving.py` would have made of them; a row that is right already is not written.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Stance
from storage import wordings
from storage.deriving import move
from storage.placing import NEXT, Placed, Retraction, Saying, place, stance_of
from storage.record import ShiftRow
from storage.retractions import bearing
from storage.runs import keep
from storage.sayings import CHUNK, Kept, kept_of, statements
from storage.settling import refresh
from storage.tables import AnyRow, ArticleRow, PositionRow, StatementRow
from storage.twins import bands, wording
from storage.views import view_of

Family = tuple[int, int, Stance]
"""Speaker, counterpart, stance that counts."""
Worded = tuple[str, str]
"""The pair and stance under which words are listed, and the words."""


async def speakers_after(connection: AsyncConnection, after: int, limit: int) -> list[int]:
    """The next speakers in the order of their numbers."""
    query = select(StatementRow.speaker_id).where(StatementRow.speaker_id > after).distinct()
    return list(await connection.scalars(query.order_by(StatementRow.speaker_id).limit(limit)))


async def rebuild(connection: AsyncConnection, speakers: Sequence[int]) -> int:
    """Make all that follows from these speakers' statements anew. Returns how many statements that were."""
    await _word(connection, speakers)
    query = statements().where(StatementRow.speaker_id.in_(speakers), StatementRow.is_live.is_(True))
    kept = [kept_of(row) for row in await connection.execute(query.order_by(StatementRow.id))]
    owners = sorted({each.guild_id for each in kept}, key=lambda owner: owner or 0)
    heirs: dict[int, int] = {}
    for owner in owners:
        kept = await _retaken(connection, kept, owner)
    for owner in owners:
        seen = _Seen([each for each in kept if each.guild_id in {None, owner}])
        moves = [(each, seen.placed(each)) for each in kept if each.guild_id == owner]
        heirs |= (await move(connection, moves))[1]
    of_speakers = select(PositionRow.id).where(PositionRow.speaker_id.in_(speakers))
    await refresh(connection, sorted(await connection.scalars(of_speakers)), heirs)
    await _run(connection, speakers)
    return len(kept)


async def _word(connection: AsyncConnection, speakers: Sequence[int]) -> None:
    """Give statements of an earlier version their wording."""
    columns = ("id", "speaker_id", "counterpart_id", "stance", "evidence", "direct")
    query = select(*(getattr(StatementRow, name) for name in columns)).where(StatementRow.wording_id.is_(None))
    rows = (await connection.execute(query.where(StatementRow.speaker_id.in_(speakers)))).all()
    if not rows:
        return
    worded = [(row.speaker_id, row.counterpart_id, row.stance, wording(row.evidence, is_direct=row.direct)) for row in rows]
    numbers = await wordings.keep(connection, worded)
    values = [{"number": row.id, "words": numbers[words]} for row, words in zip(rows, worded, strict=True)]
    give = update(StatementRow).where(StatementRow.id == bindparam("number")).values(wording_id=bindparam("words"))
    await connection.execute(give, values)


async def _retaken(connection: AsyncConnection, kept: list[Kept], owner: int | None) -> list[Kept]:
    """The statements with the stance that counts after corrections."""
    own = {each.saying.id: each for each in kept if each.guild_id == owner}
    has_notice = select(ArticleRow.id).where(ArticleRow.is_notice.is_(True)).limit(1)
    retractions: Sequence[Retraction] = ()
    if await connection.scalar(has_notice) is not None:
        retractions = await bearing(connection, owner, await _articles(connection, own.values()))
    taken = {number: stance_of(each.saying, retractions) for number, each in own.items()}
    values = [{"number": number, "value": stance} for number, stance in taken.items() if stance is not own[number].taken]
    if values:
        take = update(StatementRow).where(StatementRow.id == bindparam("number")).values(taken=bindparam("value"))
        await connection.execute(take, values)
    return [replace(each, taken=taken[each.saying.id]) if each.saying.id in own else each for each in kept]


async def _articles(connection: AsyncConnection, kept: Iterable[Kept]) -> Sequence[AnyRow]:
    numbers = sorted({each.saying.article_id for each in kept})
    query = select(ArticleRow.id, ArticleRow.family, ArticleRow.published, ArticleRow.sketch)
    found: list[AnyRow] = []
    for at in range(0, len(numbers), CHUNK):
        found += await connection.execute(query.where(ArticleRow.id.in_(numbers[at : at + CHUNK])))
    return found


@dataclass(slots=True)
class _Said:
    """What one pair said with one stance: by words, by day, by article."""

    first: dict[Worded, date | None] = field(default_factory=dict["Worded", "date | None"])
    """The first day of each wording."""
    undated: set[Worded] = field(default_factory=set["Worded"])
    bands: dict[Worded, tuple[int, ...]] = field(default_factory=dict[Worded, tuple[int, ...]])
    banded: dict[int, list[Worded]] = field(default_factory=lambda: defaultdict(list))
    by_day: dict[date, list[Saying]] = field(default_factory=lambda: defaultdict(list))
    by_article: dict[int, list[Saying]] = field(default_factory=lambda: defaultdict(list))
    first_day: date | None = None

    def add(self, saying: Saying, pair: str) -> None:
        worded, said_on = (pair, saying.words), saying.said_on
        if worded not in self.first:
            self.first[worded] = None
            self.bands[worded] = tuple(bands(saying.words, pair))
            for number in self.bands[worded]:
                self.banded[number].append(worded)
        self.by_article[saying.article_id].append(saying)
        if said_on is None:
            self.undated.add(worded)
            return
        self.by_day[said_on].append(saying)
        self.first_day = min(said_on, self.first_day or said_on)
        self.first[worded] = min(said_on, self.first[worded] or said_on)

    def near(self, saying: Saying, pair: str) -> list[Saying]:
        """As `sayings.near` finds them, of each wording the first that has a day and one that has none."""
        found = self.by_article[saying.article_id] if saying.said_on is None else self.by_day.get(saying.said_on - NEXT, [])
        like = replace(saying, id=0, article_id=0, said_on=None)
        own = (pair, saying.words)
        for worded in {other for number in self.bands[own] for other in self.banded[number]} | {own}:
            day = self.first[worded]
            # A later day tells nothing of an earlier one, nor does one without a day of one that has it.
            if day is not None and (day < saying.said_on if saying.said_on else _is_said(day, saying)):
                found = [*found, replace(like, words=worded[1], said_on=day)]
            if saying.said_on is None and worded in self.undated:
                found = [*found, replace(like, words=worded[1])]
        return found


def _is_said(day: date, saying: Saying) -> bool:
    return saying.published is None or day <= saying.published + NEXT


class _Seen:
    """The statements that one owner sees, ready to be placed."""

    def __init__(self, kept: Iterable[Kept]) -> None:
        self._said: dict[Family, _Said] = defaultdict(_Said)
        for each in kept:
            if each.taken is not None:
                saying = replace(each.saying, stance=each.taken)
                self._said[saying.speaker, saying.counterpart, each.taken].add(saying, _pair(each))

    def placed(self, kept: Kept) -> Placed | None:
        if kept.taken is None:
            return None
        saying = replace(kept.saying, stance=kept.taken)
        said = self._said[saying.speaker, saying.counterpart, kept.taken]
        return place(saying, said.near(saying, _pair(kept)), said.first_day)


def _pair(kept: Kept) -> str:
    """Under which wordings are listed: by the stance that the article states."""
    return f"{kept.saying.speaker} {kept.saying.counterpart} {kept.saying.stance.value}"


async def _run(connection: AsyncConnection, speakers: Sequence[int]) -> None:
    """Place the positions of each owner's own record."""
    query = select(PositionRow).where(PositionRow.speaker_id.in_(speakers))
    rows = (await connection.execute(query.order_by(PositionRow.id))).all()
    by_owner: dict[tuple[int | None, int, int], list[AnyRow]] = defaultdict(list)
    for row in rows:
        if row.is_live:
            by_owner[row.guild_id, row.speaker_id, row.counterpart_id].append(row)
    views = [view_of(own) for own in by_owner.values()]
    placed = {number: standing for view in views for number, standing in view.placed.items()}
    await keep(connection, [row for row in rows if row.id in placed], placed, [step for view in views for step in view.steps])
    gone = [row.id for row in rows if not row.is_live]
    for at in range(0, len(gone), CHUNK):
        await connection.execute(delete(ShiftRow).where(ShiftRow.after_id.in_(gone[at : at + CHUNK])))
