"""A whole database into another one: a SQLite file → an empty PostgreSQL database, all of it or nothing.

Every table of the schema is copied, so a new one needs nothing here.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Table as Schema
from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.errors import StorageError
from storage.engine import Database, open_database, sqlite_path
from storage.migrating import upgrade
from storage.ownership import FileLock
from storage.store import Unit
from storage.tables import NOBODY, ActorRow, Table

BATCH = 1000
"""Rows that lie in memory at once."""

Counts = dict[str, int]


async def copy_database(source_url: str, target_url: str, copied: Callable[[int], None] = lambda _: None) -> Counts:
    """Rows of each table, counted again in the target before anything is committed there.

    StorageError: the source is in use or no SQLite file, the target no PostgreSQL database, or not empty, or rows are missing.
    """
    path = sqlite_path(source_url)
    if path is None or not path.is_file():
        raise StorageError("copy reads a SQLite file, such as sqlite+aiosqlite:///parley.db, that exists")
    source, target = open_database(source_url), open_database(target_url)
    if target.is_sqlite:
        raise StorageError("copy writes into PostgreSQL: postgresql+psycopg://user:password@host/database")
    lock = FileLock(path)  # what a running service writes meanwhile would be missing
    try:
        return await _copy(source, target, copied)
    finally:
        lock.release()
        await source.close()
        await target.close()


async def _copy(source: Database, target: Database, copied: Callable[[int], None]) -> Counts:
    for database in (source, target):
        await database.check()
        async with database.transaction("migrate") as connection:
            await upgrade(connection, database.subject)
    async with source.transaction("read") as reading, target.transaction("write") as writing:
        await _refuse_full(writing, target.subject)
        counts = {table.name: await _copy_table(reading, writing, table, copied) for table in _tables()}
        for table in _tables():
            found = await _count(writing, table)
            if found != counts[table.name]:
                raise StorageError(f"{table.name}: {counts[table.name]} rows were copied, {found} arrived; nothing was kept")
            await _count_on(writing, table)
    return counts


def _tables() -> list[Schema]:
    """In the order of their references. `Unit` imports the module of every one."""
    assert Unit
    return list(Table.metadata.sorted_tables)


async def _copy_table(reading: AsyncConnection, writing: AsyncConnection, table: Schema, copied: Callable[[int], None]) -> int:
    count = 0
    result = await reading.stream(_rows(select(table), table), execution_options={"yield_per": BATCH})
    async for rows in result.mappings().partitions(BATCH):
        await writing.execute(insert(table), [dict(row) for row in rows])
        count += len(rows)
        copied(len(rows))
    return count


def _rows(query: Any, table: Schema) -> Any:
    """All but the actor that every migrated database has."""
    return query.where(ActorRow.id != NOBODY) if table.name == ActorRow.__tablename__ else query


async def _count(connection: AsyncConnection, table: Schema) -> int:
    return await connection.scalar(_rows(select(func.count()).select_from(table), table)) or 0


async def _refuse_full(writing: AsyncConnection, subject: str) -> None:
    full = [table.name for table in _tables() if await _count(writing, table)]
    if full:
        raise StorageError(f"the database {subject} is not empty (it has rows in {', '.join(full)}); copy into an empty one")


async def _count_on(writing: AsyncConnection, table: Schema) -> None:
    """The next row's number follows the last one copied."""
    if "id" not in table.columns or table.columns["id"].foreign_keys:
        return
    sequence = await writing.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
    last = await writing.scalar(select(func.max(table.columns["id"])))
    if sequence is not None and last:
        await writing.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})
