"""One history for both databases: from nothing and from data to the tables of the code, once, and never backwards."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from handlers.errors import StorageError
from handlers.model import Article, Stance, Watch
from storage import Store
from storage.engine import open_database
from storage.migrating import SCRIPTS
from storage.outbox import Table
from tests.storage_samples import KHAMENEI, NOW, SERVER, report, said


def _differences(connection: Connection) -> object:
    # The index of words is made differently by each database and belongs to no table of the code.
    options = {"compare_type": True, "compare_server_default": True, "target_metadata": Table.metadata}
    options["include_name"] = lambda name, _kind, _parents: not (name or "").startswith("statement_search")
    return compare_metadata(MigrationContext.configure(connection, opts=options), Table.metadata)


async def test_the_migrated_schema_is_that_of_the_tables(database_url: str) -> None:
    database = open_database(database_url)
    async with database.transaction("read") as connection:
        assert await connection.run_sync(_differences) == []
    await database.close()


async def test_the_comparison_would_see_a_difference(database_url: str) -> None:
    database = open_database(database_url)
    async with database.transaction("write") as connection:
        await connection.execute(text("DROP INDEX ix_position_pair"))
        await connection.execute(text("ALTER TABLE feed DROP COLUMN etag"))
    async with database.transaction("read") as connection:
        assert len(await connection.run_sync(_differences)) == 2
    await database.close()


async def test_an_empty_database_is_migrated_and_migrating_again_changes_nothing(empty_database_url: str) -> None:
    store = await Store.open(empty_database_url)
    await store.migrate()
    async with store.write() as unit:
        (position,) = await report(unit, "1", said(Stance.OPEN, "2025-02-07", to=None))
        await unit.watches.add(Watch(SERVER, 7), NOW)
    await store.migrate()
    async with store.read() as unit:
        assert await unit.positions.get(position.id) == position
        assert len(await unit.watches.all()) == 1
    await store.close()


async def test_a_database_of_an_older_version_keeps_its_data(empty_database_url: str, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(SCRIPTS, older)
    for script in sorted((older / "versions").glob("0*.py"))[1:]:
        script.unlink()
    database = open_database(empty_database_url)
    async with database.transaction("migrate") as connection:
        await connection.run_sync(_upgrade, older)
    async with database.transaction("write") as connection:
        await connection.execute(text("INSERT INTO actor (name) VALUES ('Ali Khamenei')"))
    await database.close()
    store = await Store.open(empty_database_url)
    await store.migrate()
    async with store.write() as unit:
        (position,) = await report(unit, "1", said(Stance.OPEN, "2025-02-07"))
        assert await unit.alerts.add(await unit.watches.add(Watch(SERVER, 7), NOW), position, NOW)
        assert position.speaker == KHAMENEI.name
    await store.close()


def _upgrade(connection: Connection, scripts: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def test_processes_that_migrate_at_once_do_not_meet(empty_database_url: str) -> None:
    stores = [await Store.open(empty_database_url) for _ in range(4)]
    await asyncio.gather(*(store.migrate() for store in stores))
    async with stores[0].read() as unit:
        assert await unit.articles.count(None) == 0
    for store in stores:
        await store.close()


async def test_a_database_that_is_newer_than_the_code_is_refused(database_url: str) -> None:
    database = open_database(database_url)
    async with database.transaction("write") as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    store = await Store.open(database_url)
    with pytest.raises(StorageError, match=r"is newer than this version of Parley \(9999\); upgrade Parley$") as caught:
        await store.migrate()
    assert "\n" not in str(caught.value)
    await store.close()


async def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    database = open_database(empty_database_url)
    async with database.transaction("write") as connection:
        await connection.execute(text("CREATE TABLE watch (id INTEGER)"))
    await database.close()
    store = await Store.open(empty_database_url)
    with pytest.raises(StorageError, match="watch"):
        await store.migrate()
    await store.close()
    database = open_database(empty_database_url)
    async with database.transaction("read") as connection:
        assert await connection.run_sync(lambda found: inspect(found).get_table_names()) == ["watch"]
    await database.close()


async def test_foreign_keys_hold_again_after_a_migration(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    await store.migrate()
    with pytest.raises(StorageError, match="FOREIGN KEY"):
        await _break_a_reference(store)
    await store.close()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def _break_a_reference(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.add(Article("Text.", "1.txt"), "1", "h", guild_id=None, feed_id=77, language=None, seen_at=NOW)


def test_numbers_are_never_used_twice_on_sqlite(sqlite_template: Path) -> None:
    """A migration that makes a table anew loses this unless it says so; the comparison of schemas does not see it."""
    connection = sqlite3.connect(sqlite_template)
    made = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    connection.close()
    growing = {table.name for table in Table.metadata.sorted_tables if table.dialect_options["sqlite"]["autoincrement"]}
    assert "feed" in growing
    assert {name for name in growing if "AUTOINCREMENT" not in made[name]} == set()


def test_the_history_is_one_line_of_numbered_steps() -> None:
    script = ScriptDirectory(str(SCRIPTS))
    steps = [step.revision for step in reversed(list(script.walk_revisions()))]
    assert steps == [f"{number:04}" for number in range(1, len(steps) + 1)]
    assert len(script.get_heads()) == 1
