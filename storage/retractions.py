"""Notices of correction and withdrawal as the rules of `placing.py` take them, and the statements that one may mean."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Notice, Stance
from storage.columns import seen_by
from storage.families import SAME_TEXT, shared
from storage.placing import WITHIN, Retraction, is_named
from storage.tables import AnyRow, ArticleRow, StatementRow

REPRINTED = timedelta(days=3)
"""Agency texts are printed on their day or the next ones; later, likeness comes from a shared background."""


def stored_notice(notice: Notice | None) -> dict[str, object] | None:
    if notice is None:
        return None
    day = notice.day.isoformat() if notice.day else None
    return {"kind": notice.kind, "titles": list(notice.titles), "day": day, "words": notice.words}


def _notice(stored: object) -> Notice:
    values = cast("dict[str, Any]", stored)
    day = date.fromisoformat(values["day"]) if values["day"] else None
    return Notice(values["kind"], tuple(values["titles"]), day, values["words"])


async def bearing(connection: AsyncConnection, guild_id: int | None, articles: Sequence[AnyRow]) -> list[Retraction]:
    """Every notice that counts for this owner's statements, with those of these articles that are reprints of what it means.

    There are few: an outlet takes back one article in thousands. `articles` have `id`, `family`, `published` and `sketch`.
    """
    columns = (ArticleRow.id, ArticleRow.family, ArticleRow.is_agency, ArticleRow.published, ArticleRow.notice)
    query = select(*columns).where(ArticleRow.is_notice.is_(True), ArticleRow.is_shadowed.is_(False))
    rows = (await connection.execute(query.where(seen_by(ArticleRow.guild_id, guild_id)))).all()
    stated = await _stated(connection, [row.id for row in rows])
    found: list[Retraction] = []
    for row in rows:
        originals = await _originals(connection, row)
        copies = frozenset(each.id for each in articles if any(_is_copy(each, original) for original in originals))
        found.append(Retraction(row.id, _notice(row.notice), row.family, row.published, stated.get(row.id, ()), copies))
    return found


async def meant(connection: AsyncConnection, article_id: int) -> set[int]:
    """The live statements of all articles that a notice may mean, in whosever record, its own among them."""
    columns = (ArticleRow.id, ArticleRow.family, ArticleRow.is_agency, ArticleRow.published, ArticleRow.notice)
    notice = (await connection.execute(select(*columns).where(ArticleRow.id == article_id))).one()
    told = _notice(notice.notice)
    articles = {article_id, *(row.id for row in await _named(connection, notice.family, notice.published, told))}
    for original in await _originals(connection, notice):
        if original.published is not None:
            near = ArticleRow.published.between(original.published - REPRINTED, original.published + REPRINTED)
            rows = await connection.execute(
                select(ArticleRow.id, ArticleRow.family, ArticleRow.published, ArticleRow.sketch).where(near)
            )
            articles |= {row.id for row in rows if _is_copy(row, original)}
    query = select(StatementRow.id).where(StatementRow.article_id.in_(sorted(articles)), StatementRow.is_live.is_(True))
    return set(await connection.scalars(query))


async def _stated(connection: AsyncConnection, articles: list[int]) -> dict[int, tuple[tuple[int, int, Stance], ...]]:
    columns = (StatementRow.article_id, StatementRow.speaker_id, StatementRow.counterpart_id, StatementRow.stance)
    query = select(*columns).where(StatementRow.article_id.in_(articles), StatementRow.is_live.is_(True))
    found: dict[int, list[tuple[int, int, Stance]]] = defaultdict(list)
    for row in await connection.execute(query.order_by(StatementRow.start, StatementRow.stance)):
        found[row.article_id].append((row.speaker_id, row.counterpart_id, Stance(row.stance)))
    return {number: tuple(rows) for number, rows in found.items()}


async def _named(connection: AsyncConnection, family: str | None, published: date | None, notice: Notice) -> list[AnyRow]:
    """The articles of the notice's family that it names."""
    if family is None:
        return []
    columns = (ArticleRow.id, ArticleRow.family, ArticleRow.title, ArticleRow.published, ArticleRow.sketch)
    query = select(*columns).where(ArticleRow.family == family)
    if published is not None:
        span = ArticleRow.published.between(published - WITHIN, published)
        query = query.where(or_(ArticleRow.published.is_(None), span))
    rows = (await connection.execute(query)).all()
    return [row for row in rows if is_named(row.title, row.published, notice)]


async def _originals(connection: AsyncConnection, notice: AnyRow) -> list[AnyRow]:
    """What an agency takes back under its headline: others print its texts, with or without its name."""
    told = _notice(notice.notice)
    if not notice.is_agency or not told.titles:
        return []
    named = await _named(connection, notice.family, notice.published, told)
    return [row for row in named if is_named(row.title, None, told) and row.sketch]


def _is_copy(article: AnyRow, original: AnyRow) -> bool:
    if article.family == original.family or article.id == original.id:
        return False
    if article.published and original.published and abs(article.published - original.published) > REPRINTED:
        return False
    return shared(tuple(article.sketch), tuple(original.sketch)) >= SAME_TEXT
