"""The operator's commands as child processes: one line for each thing, exit status, no traceback."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest_asyncio

from handlers.model import Feed
from storage import Store, Unit
from tests.discord_server import DiscordServer
from tests.storage_samples import NOW
from tests.test_bot_console import Shell


@pytest_asyncio.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    yield Shell(tmp_path)


@asynccontextmanager
async def changing(shell: Shell) -> AsyncIterator[Unit]:
    store = await Store.open(f"sqlite+aiosqlite:///{shell.folder}/parley.db")
    async with store.write() as unit:
        yield unit
    await store.close()


async def test_a_backup_goes_to_a_file_or_a_folder_and_replaces_nothing(shell: Shell) -> None:
    await shell.run("migrate")
    (shell.folder / "backups").mkdir()
    file, folder = await asyncio.gather(shell.run("backup", "one.db"), shell.run("backup", "backups"))
    again, server = await asyncio.gather(
        shell.run("backup", "one.db"), shell.run("backup", "x", DATABASE_URL="postgresql+psycopg://u:secret@h/d")
    )
    assert (file.status, folder.status) == (0, 0)
    assert file.out.startswith("Backed up to one.db (")
    (dated,) = (shell.folder / "backups").glob("parley-*.db")
    for path in (shell.folder / "one.db", dated):
        with sqlite3.connect(path) as copy:
            assert copy.execute("SELECT count(*) FROM actor").fetchone() == (1,)
        copy.close()
    assert (again.status, again.complaint) == (1, "parley: one.db exists already; a backup replaces nothing")
    assert (server.status, "use pg_dump" in server.complaint) == (1, True)


async def test_copy_says_what_it_takes(shell: Shell) -> None:
    ended = await shell.run("copy", "sqlite+aiosqlite:///none.db", "postgresql+psycopg://u:secret@h/d")
    assert ended.status == 1
    assert ended.complaint.startswith("parley: copy reads a SQLite file")
    assert not (shell.folder / "none.db").exists()


async def test_doctor_finds_faults_with_their_fixes(shell: Shell) -> None:
    async with DiscordServer() as discord:
        settings = {"DISCORD_API_URL": discord.api_url}
        none = await shell.run("doctor", **settings)
        assert (none.status, "parley.db does not exist yet" in none.out) == (0, True)
        (shell.folder / "parley.db").touch()
        new = await shell.run("doctor", **settings)
        assert new.status == 1
        assert "FAULT migrations: the tables are not those of this version. Fix: run: python -m bot migrate" in new.out
        await shell.run("migrate")
        async with changing(shell) as unit:
            await unit.feeds.add(Feed("https://e.example/rss", last_error="https://e.example/rss: 404 Not Found", failures=3))
            await unit.jobs.enqueue("deliver", "1", {}, run_at=NOW)
        wrong = await shell.run("doctor", **settings, DISCORD_TOKEN="MTA.wrong.secret", SPACY_MODEL="no_such_model")
        lines = wrong.out.splitlines()
        faults = {line.split(":")[0].removeprefix("FAULT ") for line in lines if line.startswith("FAULT")}
        assert (wrong.status, faults) == (1, {"feeds", "deliveries", "model", "DISCORD_TOKEN"})
        assert "secret" not in wrong.out + wrong.err
        assert "Traceback" not in wrong.err
        async with changing(shell) as unit:
            await unit.feeds.remove(1)
            await unit.jobs.fail((await unit.jobs.claim(NOW, 60, 9, "me"))[0], "me", "x")
        well = await shell.run("doctor", **settings, DISCORD_TOKEN=discord.token)
        assert well.status == 0, well.out
        assert all(line.startswith("ok ") for line in well.out.splitlines())
        assert "ok Discord: answers, and knows the token as" in well.out
        await discord.go_away()
        away = await shell.run("doctor", **settings)
        assert (away.status, "FAULT Discord: cannot be reached" in away.out) == (1, True)
