"""A database copied whole: from SQLite into PostgreSQL, and a SQLite file that is in use into a backup."""

import asyncio
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from handlers.errors import StorageError
from handlers.model import Feed, Stance, Watch
from storage import Store, back_up, copy_database
from storage.engine import open_database
from storage.tables import Table
from tests.postgres import Cluster
from tests.storage_samples import NOW, report, said


@pytest.fixture
async def full(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite database with a row in most tables."""
    path = tmp_path / "full.db"
    shutil.copyfile(sqlite_template, path)
    url = f"sqlite+aiosqlite:///{path}"
    store = await Store.open(url)
    async with store.write() as unit:
        feed = await unit.feeds.add(Feed("https://news.example/rss", guild_id=7, channel_id=2**60, next_poll_at=NOW))
        await unit.feeds.remove(feed.id or 0)
        await unit.feeds.add(Feed("https://news.example/atom", name="Caf\xe9 \N{REPLACEMENT CHARACTER}", next_poll_at=NOW))
        for number in range(5):
            day = f"2025-02-0{number + 1}"
            (position, *_) = await report(unit, f"Paper {number}", said(Stance.REJECTS, day, evidence=f"No {number}."))
            watch = await unit.watches.add(Watch(7, 9 + number), NOW)
            alert = await unit.alerts.add(watch, position, NOW)
            assert alert is not None
            await unit.jobs.enqueue("deliver", str(alert.id), {"alert": alert.id}, run_at=NOW)
        await unit.facts.set("commands", "x")
    await store.close()
    return url


@pytest.fixture
def empty(cluster: Cluster) -> Any:
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


async def rows(url: str) -> dict[str, list[tuple[Any, ...]]]:
    database = open_database(url)
    async with database.transaction("read") as connection:
        found = {
            table.name: sorted(map(tuple, await connection.execute(select(table))), key=repr)
            for table in Table.metadata.sorted_tables
        }
    await database.close()
    return found


@pytest.mark.postgres
async def test_every_row_arrives_and_numbers_go_on(full: str, empty: str) -> None:
    steps: list[int] = []
    counts = await copy_database(full, empty, steps.append)
    before = await rows(full)
    assert await rows(empty) == before
    assert counts["alert"] == 5
    assert sum(counts.values()) == sum(steps) == sum(map(len, before.values())) - 1  # everybody has the actor "nobody"
    store = await Store.open(empty)
    async with store.write() as unit:
        feed = await unit.feeds.add(Feed("https://news.example/new"))
        assert feed.id == 3
    await store.close()


@pytest.mark.postgres
async def test_a_target_that_holds_anything_is_refused(full: str, empty: str) -> None:
    await copy_database(full, empty)
    with pytest.raises(StorageError, match=r"is not empty \(it has rows in .*feed"):
        await copy_database(full, empty)


@pytest.mark.postgres
async def test_a_source_in_use_or_of_another_kind_is_refused(full: str, empty: str, tmp_path: Path) -> None:
    for source in (empty, f"sqlite+aiosqlite:///{tmp_path}/none.db", "sqlite+aiosqlite://"):
        with pytest.raises(StorageError, match="copy reads a SQLite file"):
            await copy_database(source, empty)
    with pytest.raises(StorageError, match="copy writes into PostgreSQL"):
        await copy_database(full, full)
    store = await Store.open(full, exclusive=True)
    with pytest.raises(StorageError, match="in use by another Parley"):
        await copy_database(full, empty)
    await store.close()


async def test_a_backup_is_whole_while_the_service_writes(full: str, tmp_path: Path) -> None:
    store = await Store.open(full, exclusive=True)
    target = tmp_path / "copy.db"

    async def write() -> None:
        for number in range(200):
            async with store.write() as unit:
                await unit.facts.set(f"fact {number}", "x" * 1000)

    size, _ = await asyncio.gather(back_up(full, target), write())
    await store.close()
    assert size == target.stat().st_size
    assert not any(".part" in name for name in os.listdir(tmp_path))
    copy = sqlite3.connect(target)
    assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert copy.execute("SELECT count(*) FROM alert").fetchone() == (5,)
    copy.close()
    assert set(await rows(f"sqlite+aiosqlite:///{target}")) == set(await rows(full))


async def test_what_cannot_be_backed_up_says_why(full: str, tmp_path: Path) -> None:
    (tmp_path / "there").touch()
    for url, target, words in (
        ("postgresql+psycopg://u:secret@host/d", tmp_path / "x", "use pg_dump"),
        ("sqlite+aiosqlite://", tmp_path / "x", "in memory"),
        (f"sqlite+aiosqlite:///{tmp_path}/none.db", tmp_path / "x", "there is no database"),
        (full, tmp_path / "there", "exists already"),
        (full, tmp_path / "no" / "x", "cannot be"),
    ):
        with pytest.raises(StorageError, match=words) as caught:
            await back_up(url, target)
        assert "secret" not in str(caught.value)
    assert not (tmp_path / "x").exists()
