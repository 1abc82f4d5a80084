"""Opening and what goes wrong in it: one clear line each, never the password. Transactions: `test_storage_store.py`."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from handlers.errors import StorageError
from handlers.model import Stance
from storage import Store
from tests.storage_samples import report, said

SECRET = "hunter2"


def url_of(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def failure_of(url: str, *, exclusive: bool = False) -> StorageError:
    with pytest.raises(StorageError) as caught:
        await Store.open(url, exclusive=exclusive)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "url",
    ["", "parley.db", "mysql://x/y", "sqlite:///x.db", "postgresql://x/y", "postgresql+asyncpg://x/y", "sqlite+aiosqlite"],
)
async def test_a_url_of_another_kind_is_refused_with_the_kinds_there_are(url: str) -> None:
    assert "sqlite+aiosqlite:///" in str(await failure_of(url))


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://parley:{SECRET}@127.0.0.1:1/parley",
        f"postgresql+psycopg://parley:x/{SECRET}@127.0.0.1:1/parley",
        f"postgresql+psycopg://parley:x@{SECRET}@127.0.0.1:one/parley",
        f"postgresql+psycopg://parley@127.0.0.1:1/parley?password={SECRET}",
        f"postgresql+psycopg://parley:{SECRET}@no-such-host.invalid/parley",
    ],
)
async def test_a_password_appears_in_no_error_nor_in_its_causes(url: str) -> None:
    error: BaseException | None = await failure_of(url)
    while error is not None:
        assert SECRET not in f"{error} {error!r}"
        error = error.__cause__


async def test_a_refused_connection_names_the_server(unused_tcp_port: int) -> None:
    error = await failure_of(f"postgresql+psycopg://parley:{SECRET}@127.0.0.1:{unused_tcp_port}/news")
    assert f"news at 127.0.0.1:{unused_tcp_port}" in str(error)
    assert error.__cause__ is not None


async def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name == "psycopg" or name.startswith("psycopg.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert "parley-bot[postgres]" in str(await failure_of("postgresql+psycopg://parley@127.0.0.1:1/parley"))


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"These are notes, and no database at all. " * 100)
    error = await failure_of(url_of(path))
    assert str(path) in str(error)
    assert "not a database" in str(error)
    assert error.__cause__ is not None
    assert path.read_bytes().startswith(b"These"), "and it is left alone"


async def test_a_damaged_database_says_so(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    shutil.copyfile(sqlite_template, path)
    store = await Store.open(url_of(path))
    async with store.write() as unit:
        for number in range(20):
            await report(unit, str(number), said(Stance.OPEN, "2025-02-07"), padding=str(number) * 5000)
    await store.close()
    damage(path)
    with pytest.raises(StorageError, match=r"parley\.db") as caught:
        await _read_all(url_of(path))
    assert "\n" not in str(caught.value)


def damage(path: Path) -> None:
    """Keep the first page, which says that this is a database."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(size - 4096))


async def _read_all(url: str) -> None:
    store = await Store.open(url)
    try:
        async with store.read() as unit:
            await unit.statements.find(guild_id=None, limit=1000)
    finally:
        await store.close()


@pytest.mark.parametrize("place", ["missing/parley.db", "file/parley.db", "folder"])
async def test_a_place_where_no_file_can_be_is_named(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for exclusive in (False, True):
        assert str(tmp_path / place) in str(await failure_of(url_of(tmp_path / place), exclusive=exclusive))


async def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    # Root may write everywhere but where the system itself says no.
    folder = Path("/proc") if os.geteuid() == 0 else tmp_path
    os.chmod(tmp_path, 0o500)
    assert str(folder) in str(await failure_of(url_of(folder / "parley.db")))
    os.chmod(tmp_path, 0o700)


async def test_a_file_that_may_only_be_read_is_named_and_leaves_no_thread(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("CREATE TABLE x (y)")
    before = threading.active_count()
    # Root ignores permissions, so a folder stands where SQLite must put its log.
    os.mkdir(f"{path}-wal")
    assert str(path) in str(await failure_of(url_of(path)))
    assert threading.active_count() <= before + 1, "one of asyncio's own may stay"


@pytest.mark.parametrize("content", [b"These are notes. " * 100, None])
def test_a_command_that_cannot_open_its_database_ends_without_a_traceback(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "parley.db"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    code = (
        "import asyncio\nfrom handlers.errors import StorageError\nfrom storage import Store\n"
        f"try:\n    asyncio.run(Store.open({url_of(path)!r}))\nexcept StorageError as error:\n    print(error)"
    )
    root = Path(__file__).parents[1]
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.startswith("cannot open the database")
    assert done.stderr == ""


async def test_a_database_without_tables_is_a_storage_error(empty_database_url: str) -> None:
    store = await Store.open(empty_database_url)
    with pytest.raises(StorageError, match="article") as caught:
        await _count(store)
    assert "\n" not in str(caught.value)
    await store.close()


async def _count(store: Store) -> int:
    async with store.read() as unit:
        return await unit.articles.count(None)


async def test_a_database_in_memory_serves_one_after_another() -> None:
    store = await Store.open("sqlite+aiosqlite:///:memory:", exclusive=True)
    await store.migrate()
    await asyncio.gather(*(_count(store) for _ in range(5)))
    async with store.write() as unit:
        await report(unit, "1", said(Stance.OPEN))
    assert await _count(store) == 1
    await store.close()


async def test_only_one_process_may_own_a_database(database_url: str) -> None:
    owner = await Store.open(database_url, exclusive=True)
    assert "in use by another Parley" in str(await failure_of(database_url, exclusive=True))
    reader = await Store.open(database_url)
    assert await _count(reader) == await _count(owner) == 0
    await reader.close()
    assert "in use by another Parley" in str(await failure_of(database_url, exclusive=True))
    await owner.close()
    again = await Store.open(database_url, exclusive=True)
    await again.close()


async def test_the_owners_of_two_databases_do_not_meet(database_url: str, empty_database_url: str) -> None:
    for store in [await Store.open(url, exclusive=True) for url in (database_url, empty_database_url)]:
        await store.close()


OWN = """
async def own(url):
    store = await Store.open(url, exclusive=True)
    print("owned", flush=True)
    await asyncio.sleep(60)
    await store.close()
"""


async def test_a_killed_owner_leaves_no_lock(database_url: str) -> None:
    code = f"import asyncio\nfrom storage import Store\n{OWN}\nasyncio.run(own({database_url!r}))"
    root = Path(__file__).parents[1]
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, cwd=root)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"owned\n"
    assert "in use" in str(await failure_of(database_url, exclusive=True))
    process.kill()
    await process.wait()
    store = await Store.open(database_url, exclusive=True)
    await store.close()


async def test_sqlite_is_set_up_as_measured(tmp_path: Path) -> None:
    path = tmp_path / "parley.db"
    store = await Store.open(url_of(path))
    await store.migrate()
    await store.close()
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert sorted(os.listdir(tmp_path)) == ["parley.db"], "closing the store leaves one file that can be copied"
