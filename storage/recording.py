"""Writing the record: the statements of a revision replace those of the one before; what follows from them follows.

In: a revision's reading, or articles that leave the record. Out: the positions that they report. Where a statement belongs
is decided in `deriving.py`; reading the record back is `positions.py`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Provenance, Reading, Stance, Statement
from storage import wordings
from storage.actors import Actors
from storage.deriving import derive
from storage.naming import whom
from storage.retractions import meant as taken_back
from storage.retractions import stored_notice
from storage.tables import AnyRow, ArticleRow, RevisionRow, StatementRow
from storage.text import clean, clean_name, words_of
from storage.twins import wording

_NAMED = ("told_speaker_id", "told_counterpart_id")
_SAID = ("speaker_id", "counterpart_id", "stance", "scope", "condition", "evidence", "direct", "said_on")


async def write(connection: AsyncConnection, revision_id: int, reading: Reading) -> tuple[list[int], set[int]]:
    """The positions that the statements joined or made, in their order, and all that changed. None for a replaced revision.

    A statement that the article made before, in the same words, keeps its row and its number.
    """
    revision = await _revision(connection, revision_id)
    if revision is None:
        return [], set()
    statements = [_stored_form(statement) for statement in reading.statements]
    numbers = await Actors(connection).learn(reading, revision.guild_id)
    meant = await whom(connection, numbers.values())
    told = [_values(statement, numbers, meant) for statement in statements]
    worded = words_of_each(statements, told)
    kept_words = await wordings.keep(connection, worded)
    before = await _live(connection, [revision.article_id])
    known: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for row in before:
        known[tuple(getattr(row, name) for name in _SAID)].append(row.id)
    made: list[dict[str, Any]] = []
    kept: list[dict[str, Any]] = []
    shared = {"guild_id": revision.guild_id, "article_id": revision.article_id, "seen_at": revision.seen_at}
    for statement, said, words in zip(statements, told, worded, strict=True):
        place = {"revision_id": revision_id, "start": statement.start, "end": statement.end, "confidence": statement.confidence}
        place |= {"wording_id": kept_words[words]} | {name: said.pop(name) for name in _NAMED}
        same = known[tuple(said[name] for name in _SAID)]
        if same:
            kept.append(place | {"number": same.pop(0)})
        else:
            made.append(said | place | shared)
    if kept:
        await connection.execute(update(StatementRow).where(StatementRow.id == bindparam("number")), kept)
    if made:
        await connection.execute(insert(StatementRow), made)
    await _end(connection, [number for same in known.values() for number in same])
    changed = {row.id for row in before}
    changed |= await _keep_provenance(connection, revision, reading)
    changed |= {row.id for row in await _live(connection, [revision.article_id])}
    touched = await derive(connection, changed)
    reported = select(StatementRow.position_id).where(StatementRow.article_id == revision.article_id, StatementRow.is_live)
    own = await connection.scalars(reported.where(StatementRow.position_id.is_not(None)).order_by(StatementRow.start))
    return list(dict.fromkeys(number for number in own if number is not None)), touched


async def withdraw(connection: AsyncConnection, article_ids: Sequence[int]) -> None:
    """Take all statements of these articles out of the record."""
    if not article_ids:
        return
    rows = await _live(connection, article_ids)
    await _end(connection, [row.id for row in rows])
    await derive(connection, {row.id for row in rows})


async def _keep_provenance(connection: AsyncConnection, revision: AnyRow, reading: Reading) -> set[int]:
    """Note whose text it is. Returns the statements of other articles that a notice takes back, or does no longer."""
    changed: set[int] = set()
    told = reading.provenance
    if revision.is_notice:
        changed |= await taken_back(connection, revision.article_id)
    values = _provenance(told) | ({} if told.family else {"family": revision.outlet})
    await connection.execute(update(ArticleRow).where(ArticleRow.id == revision.article_id).values(values))
    stamp = update(RevisionRow).where(RevisionRow.id == revision.revision_id)
    await connection.execute(stamp.values(backend=reading.backend))
    if told.notice is not None:
        changed |= await taken_back(connection, revision.article_id)
    return changed


def _provenance(told: Provenance) -> dict[str, Any]:
    return {
        "family": told.family,
        "is_agency": told.is_agency,
        "sketch": list(told.sketch),
        "notice": stored_notice(told.notice),
        "is_notice": told.notice is not None,
    }


async def _revision(connection: AsyncConnection, revision_id: int) -> AnyRow | None:
    query = select(ArticleRow.guild_id, ArticleRow.outlet, ArticleRow.is_notice, RevisionRow.article_id, RevisionRow.seen_at)
    query = query.add_columns(RevisionRow.id.label("revision_id")).join(ArticleRow, ArticleRow.id == RevisionRow.article_id)
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


def _values(statement: Statement, numbers: dict[str | None, int], meant: Mapping[int, int]) -> dict[str, Any]:
    named = {"speaker": numbers[statement.speaker], "counterpart": numbers[statement.counterpart]}
    words = (statement.evidence, statement.condition or "", statement.scope or "")
    return {
        **{f"{role}_id": meant.get(number, number) for role, number in named.items()},
        **{f"told_{role}_id": number if number in meant else None for role, number in named.items()},
        "stance": statement.stance.value,
        "taken": statement.stance.value,
        "scope": statement.scope,
        "condition": statement.condition,
        "evidence": statement.evidence,
        "direct": statement.direct,
        "said_on": statement.said_on,
        "day": statement.said_on,
        "search_text": " ".join(word for text in words for word in words_of(text)),
    }


def words_of_each(statements: Sequence[Any], told: Sequence[Mapping[str, Any]]) -> list[wordings.Worded]:
    """Each statement's words, be it a statement or its row.

    Without a day, the first words of an article stand for all that it has of a stance.
    """
    first: dict[tuple[int, int, str], str] = {}
    found: list[wordings.Worded] = []
    for statement, said in zip(statements, told, strict=True):
        triple = (said["speaker_id"], said["counterpart_id"], Stance(said["stance"]).value)
        words = wording(statement.evidence, is_direct=statement.direct)
        found.append((*triple, words if statement.said_on else first.setdefault(triple, words)))
    return found


async def _live(connection: AsyncConnection, article_ids: Sequence[int]) -> Sequence[AnyRow]:
    columns = (getattr(StatementRow, name) for name in ("id", "position_id", *_SAID))
    query = select(*columns).where(StatementRow.article_id.in_(article_ids), StatementRow.is_live.is_(True))
    return (await connection.execute(query.order_by(StatementRow.id))).all()


async def _end(connection: AsyncConnection, statement_ids: Sequence[int]) -> None:
    if statement_ids:
        await connection.execute(update(StatementRow).where(StatementRow.id.in_(statement_ids)).values(is_live=False))
