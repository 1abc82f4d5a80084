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
    if connection.dialect.name != "sqlite":
        query = " & ".join(f"'{word}'" for word in words)
        return and_(text(f"{WORDS_OF_STATEMENT} @@ CAST(:words AS tsquery)").bindparams(words=query), *exact)
    numbers = await _few(connection, " ".join(f'"{word}"' for word in words))
    if numbers is None:
        return and_(*(HasText(spoken, f" {word} ") for word in words), *exact)
    # Without the plus, SQLite walks an owner's whole index and looks each of its rows up in this list.
    return and_(StatementRow.id.in_(numbers), *exact)


WORDS_OF_STATEMENT = "array_to_tsvector(string_to_array(statement.search_text, ' '))"
"""In PostgreSQL; the very words by which its index was made."""


async def _few(connection: AsyncConnection, match: str) -> list[int] | None:
    """The matches, newest first; None when they are many."""
    query = select(_SEARCH.c.rowid).where(_SEARCH.c.statement_search.op("MATCH")(match))
    numbers = list(await connection.scalars(query.order_by(_SEARCH.c.rowid.desc()).limit(FEW + 1)))
    return numbers if len(numbers) <= FEW else None
