"""Articles and statements for the storage tests: short to write, true to the contract (evidence is a span of the text)."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from handlers.model import Actor, Article, Position, Reading, Stance, Statement
from storage import Store, Unit
from storage.articles import Added

NOW = datetime(2025, 2, 10, 12, 0, tzinfo=UTC)
SERVER, OTHER_SERVER = 81384788765712384, 175928847299117063

KHAMENEI = Actor("Ali Khamenei", party="Iran", rank=1)
ROUHANI = Actor("Hassan Rouhani", party="Iran", rank=2)


def said(
    stance: Stance, day: str | None = None, *, speaker: str = KHAMENEI.name, to: str | None = "United States", **fields: Any
) -> Statement:
    """A statement without its place; `reading` finds that one. `day` is ISO. The words are too few to be anybody's twin."""
    evidence = fields.pop("evidence", f"{speaker}: {stance}.")
    said_on = date.fromisoformat(day) if day else None
    return Statement(speaker, to, stance, evidence, 0, len(evidence), said_on=said_on, **fields)


def text_of(*statements: Statement, padding: str = "") -> str:
    return "\n".join([padding, *(statement.evidence for statement in statements)])


def reading(text: str, *statements: Statement, actors: tuple[Actor, ...] = (KHAMENEI, ROUHANI)) -> Reading:
    placed: list[Statement] = []
    for statement in statements:
        start = text.index(statement.evidence)
        fields = {name: getattr(statement, name) for name in Statement.__dataclass_fields__}
        placed.append(Statement(**fields | {"start": start, "end": start + len(statement.evidence)}))
    return Reading(tuple(placed), actors)


async def add(
    unit: Unit,
    identity: str,
    text: str,
    *,
    guild_id: int | None = None,
    outlet: str | None = "Reuters",
    seen_at: datetime = NOW,
    **fields: Any,
) -> Added | None:
    article = Article(text, origin=f"{identity}.txt", outlet=outlet, **fields)
    content_hash = sha256(text.encode("utf-8", "replace")).hexdigest()
    return await unit.articles.add(
        article, identity, content_hash, guild_id=guild_id, feed_id=None, language="en", seen_at=seen_at
    )


async def report(
    unit: Unit, identity: str, *statements: Statement, actors: tuple[Actor, ...] = (KHAMENEI, ROUHANI), **fields: Any
) -> list[Position]:
    """Add an article that makes these statements, and record them."""
    text = text_of(*statements, padding=fields.pop("padding", f"Article {identity}."))
    added = await add(unit, identity, text, **fields)
    assert added is not None
    return (await unit.positions.record(added, reading(text, *statements, actors=actors))).positions


class Crash(Exception):
    """What ends a transaction half-way."""


async def crash_in(store: Store, work: Callable[[Unit], Awaitable[object]]) -> None:
    async with store.write() as unit:
        await work(unit)
        raise Crash
