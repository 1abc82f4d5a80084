"""Documents in, the articles inside them out, in order: archives are unpacked and pages parsed ahead, in the pool."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.ahead import ahead
from bot.pool import Pool
from handlers import files
from handlers.model import Article, Document

PARSED_AHEAD = 2
"""Documents whose parsing may go on while an earlier one is used: one in the process, one on its way to it."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A document, or a part of one, that gave no article."""

    origin: str
    error: Exception


async def read_files(paths: Iterable[Path], now: Callable[[], datetime]) -> AsyncGenerator[Document | Unread]:
    """The content of each file, one after another."""
    for path in paths:
        try:
            found: Document | Unread = await asyncio.to_thread(files.read, path, now())
        except Exception as error:
            found = Unread(str(path), error)
        yield found


async def articles_of(
    pool: Pool,
    documents: AsyncIterable[Document | Unread],
    *,
    outlet: str | None = None,
    published: date | None = None,
) -> AsyncGenerator[Article | Unread]:
    """Every article of every document, whatever its format, and what could not be read, each at its place."""

    async def parse(found: Document | Unread) -> list[Article | Unread]:
        if isinstance(found, Unread):
            return [found]
        try:
            parsed = await pool.parse(found, outlet=outlet, published=published)
        except Exception as error:
            return [Unread(found.origin, error)]
        return [*(Unread(problem.origin, problem) for problem in parsed.problems), *parsed.articles]

    async with aclosing(_members(pool, documents)) as members, aclosing(ahead(members, parse, PARSED_AHEAD)) as parsed:
        async for part in parsed:
            for found in part:
                yield found


async def _members(pool: Pool, documents: AsyncIterable[Document | Unread]) -> AsyncGenerator[Document | Unread]:
    async for document in documents:
        if isinstance(document, Unread):
            yield document
            continue
        try:
            async for member in pool.unpack(document):
                yield member if isinstance(member, Document) else Unread(member.origin, member)
        except Exception as error:
            yield Unread(document.origin, error)
