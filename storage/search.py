"""Statements by their words, newest first, at any size of record: an index of words beside the table.

SQLite has one in the table `statement_search` (FTS5), PostgreSQL in the index of that name. Neither sees what a user typed:
`text.words_of` gives both the same plain words. To search more of a statement, add it to `search_text` in `recording.py`.
"""

from sqlalchemy import ColumnElement, and_, column, false, literal, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.columns import HasText
from storage.tables import StatementRow
from storage.text import MOST_WORDS, phrases_of, words_of

FEW = 2000
"""So many matches are fetched from the index of words and sorted. More of them are soon met on a walk from the newest."""

_SEARCH = table("statement_search", column("rowid"), column("statement_search"))


async def holding(connection: AsyncConnection, typed: str) -> ColumnElement[bool]:
    """Statements that hold all words, in any order; those in quotation marks one after the other. No word: none."""
    words = list(dict.fromkeys(words_of(typed)))[:MOST_WORDS]
    if not words:
        return false()
    spoken = literal(" ") + StatementRow.search_text + " "
    exact = [HasText(spoken, f" {phrase} ") for phrase in phrases_of(typed)]
    numbers = await (_few_in_sqlite if connection.dialect.name == "sqlite" else _few_in_postgresql)(connection, words)
    if numbers is None:
        return and_(*(HasText(spoken, f" {word} ") for word in words), *exact)
    # Without the plus, SQLite walks an owner's whole index and looks each of its rows up in this list.
    return and_(StatementRow.id.in_(numbers), *exact)


WORDS_OF_STATEMENT = "array_to_tsvector(string_to_array(statement.search_text, ' '))"
"""In PostgreSQL; the very words by which its index was made."""


async def _few_in_sqlite(connection: AsyncConnection, words: list[str]) -> list[int] | None:
    """The matches; None when they are many."""
    match = _SEARCH.c.statement_search.op("MATCH")(" ".join(f'"{word}"' for word in words))
    query = select(_SEARCH.c.rowid).where(match).order_by(_SEARCH.c.rowid.desc()).limit(FEW + 1)
    return _unless_many(list(await connection.scalars(query)))


async def _few_in_postgresql(connection: AsyncConnection, words: list[str]) -> list[int] | None:
    """The same. PostgreSQL plans the inner query for all matches, though it stops at the limit: told of the limit it walks the
    table, and takes half a second at 300,000 statements to find three.
    """
    match = text(f"{WORDS_OF_STATEMENT} @@ CAST(:words AS tsquery)").bindparams(words=" & ".join(f"'{word}'" for word in words))
    found = select(StatementRow.id).where(match).cte().prefix_with("MATERIALIZED", dialect="postgresql")
    return _unless_many(list(await connection.scalars(select(found.c.id).limit(FEW + 1))))


def _unless_many(numbers: list[int]) -> list[int] | None:
    return numbers if len(numbers) <= FEW else None
