"""Statements as reports: what was said, in which article, for whoever may see it. `recording.py` writes them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from sqlalchemy import ColumnElement, and_, func, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import aliased

from handlers.model import Report, Stance, Statement
from storage.actors import Actors
from storage.articles import Articles
from storage.columns import OPERATOR, owned_by, seen_by
from storage.search import holding
from storage.tables import ActorRow, AnyRow, ArticleRow, RevisionRow, StatementRow
from storage.text import fold

_Speaker = aliased(ActorRow)
_Counterpart = aliased(ActorRow)
_FIELDS = ("stance", "scope", "condition", "evidence", "start", "end", "direct", "said_on", "confidence", "seen_at")


class Filters(TypedDict, total=False):
    """What `find` and `count` can ask for; None or left out: anything."""

    actor: str | Sequence[str] | None
    counterpart: str | None
    stance: Stance | None
    outlet: str | None
    text: str | None
    since: date | None
    until: date | None


class Statements:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def find(
        self,
        *,
        guild_id: int | None,
        before_id: int | None = None,
        limit: int = 5,
        **filters: Unpack[Filters],
    ) -> list[Report]:
        """Newest in the record first; `before_id` is the last id of the page before.

        A name stands for all its voices, several names for themselves. `since` and `until` are days of the words; words whose
        day is unknown count by the day their article was published, and are left out when that is unknown too. `outlet` is
        compared without case and accents, and so are the words of `text`, of which a statement must hold all.
        """
        matches = await self._matches(guild_id, filters)
        if before_id is not None:
            matches.append(StatementRow.id < before_id)
        # The newest of each owner by a walk of its index; asked for both at once, either database sorts all of them.
        owners = [owned_by(StatementRow.guild_id, owner) for owner in sorted({OPERATOR, guild_id or OPERATOR})]
        newest = [_newest(limit, is_owned, *matches) for is_owned in owners]
        query = reports().where(StatementRow.id.in_(union_all(*newest))).order_by(StatementRow.id.desc()).limit(limit)
        return [report_of(row) for row in await self._connection.execute(query)]

    async def count(self, *, guild_id: int | None, most: int | None = None, **filters: Unpack[Filters]) -> int:
        """How many `find` would give on all pages. `most`: counts no further, since a million takes its time."""
        matches = await self._matches(guild_id, filters)
        found = select(StatementRow.id).where(seen_by(StatementRow.guild_id, guild_id), *matches)
        if most is not None:
            found = found.limit(most)
        return await self._connection.scalar(select(func.count()).select_from(found.subquery())) or 0

    async def get(self, statement_id: int, guild_id: int | None) -> Report | None:
        """None: not in the record (any more), or not for this server to see."""
        is_seen = seen_by(StatementRow.guild_id, guild_id)
        query = reports().where(StatementRow.id == statement_id, *_on_record(), is_seen)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else report_of(row)

    async def _matches(self, guild_id: int | None, filters: Filters) -> list[ColumnElement[bool]]:
        """What a statement must be, but for its owner."""
        actors = Actors(self._connection)
        found: list[ColumnElement[bool]] = [*_on_record()]
        if (actor := filters.get("actor")) is not None:
            names = await actors.voices(actor, guild_id) if isinstance(actor, str) else actor
            found.append(StatementRow.speaker_id.in_(await actors.numbers(names)))
        if (counterpart := filters.get("counterpart")) is not None:
            found.append(StatementRow.counterpart_id.in_(await actors.numbers([counterpart])))
        if (stance := filters.get("stance")) is not None:
            found.append(StatementRow.stance == stance.value)
        if (outlet := filters.get("outlet")) is not None:
            known = await Articles(self._connection).outlets(guild_id)
            named = ArticleRow.outlet.in_([name for name in known if fold(name) == fold(outlet)])
            found.append(StatementRow.article_id.in_(select(ArticleRow.id).where(named)))
        if (text := filters.get("text")) is not None:
            found.append(await holding(self._connection, text))
        if (since := filters.get("since")) is not None:
            found.append(_by_day(StatementRow.day >= since, ArticleRow.published >= since))
        if (until := filters.get("until")) is not None:
            found.append(_by_day(StatementRow.day <= until, ArticleRow.published <= until))
        return found


def _on_record() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The article still says so, and no notice took it back."""
    return StatementRow.is_live.is_(True), StatementRow.taken.is_not(None)


def _by_day(said: ColumnElement[bool], published: ColumnElement[bool]) -> ColumnElement[bool]:
    of_such = StatementRow.article_id.in_(select(ArticleRow.id).where(published))
    return or_(said, and_(StatementRow.day.is_(None), of_such))


def reports() -> Any:
    """The query whose rows `report_of` reads; the caller adds its conditions."""
    query = select(
        *(getattr(StatementRow, name) for name in ("id", "article_id", "position_id", "is_live", *_FIELDS)),
        _Speaker.name.label("speaker"),
        _Counterpart.name.label("counterpart"),
        *(getattr(ArticleRow, name) for name in ("outlet", "title", "url", "published", "origin", "input_id")),
        RevisionRow.number.label("revision"),
        RevisionRow.backend,
    )
    query = query.join(ArticleRow, ArticleRow.id == StatementRow.article_id)
    query = query.join(RevisionRow, RevisionRow.id == StatementRow.revision_id)
    query = query.join(_Speaker, _Speaker.id == StatementRow.speaker_id)
    return query.join(_Counterpart, _Counterpart.id == StatementRow.counterpart_id)


def report_of(row: AnyRow) -> Report:
    statement = Statement(
        speaker=row.speaker,
        counterpart=row.counterpart or None,
        stance=Stance(row.stance),
        evidence=row.evidence,
        start=row.start,
        end=row.end,
        scope=row.scope,
        condition=row.condition,
        direct=row.direct,
        said_on=row.said_on,
        confidence=row.confidence,
    )
    article = (row.article_id, row.outlet, row.title, row.url, row.published, row.seen_at, row.origin)
    return Report(row.id, statement, *article, input_id=row.input_id, revision=row.revision, backend=row.backend)


def _newest(limit: int, *matches: ColumnElement[bool]) -> Any:
    newest = select(StatementRow.id).where(*matches).order_by(StatementRow.id.desc()).limit(limit).subquery()
    return select(newest.c.id)
