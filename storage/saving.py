"""A copy of a SQLite database that is in use, by SQLite's own online backup: whole, and of one moment."""

import asyncio
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from handlers.errors import StorageError
from storage.engine import sqlite_path

PAGES = 2000
"""Copied at a time; in between, the service writes."""
PAUSE_S = 0.005


async def back_up(url: str, target: Path) -> int:
    """Bytes written. StorageError: no SQLite file, a target that exists or cannot be written, a copy that is damaged."""
    source = sqlite_path(url)
    if source is None:
        if url.startswith("sqlite"):
            raise StorageError("a database in memory cannot be backed up")
        raise StorageError("backup copies SQLite files; for PostgreSQL use pg_dump --format=custom --file=PATH DATABASE")
    return await asyncio.to_thread(_back_up, source, target)


def _back_up(source: Path, target: Path) -> int:
    if not source.is_file():
        raise StorageError(f"there is no database {source}")
    if target.exists():
        raise StorageError(f"{target} exists already; a backup replaces nothing")
    half = target.with_name(f".{target.name}.part")
    try:
        _copy(source, half)
        # link, not rename: it fails where something came into being meanwhile.
        os.link(half, target)
    except sqlite3.Error as error:
        raise StorageError(f"the database {source} cannot be copied to {target}: {error}") from error
    except OSError as error:
        raise StorageError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            half.unlink()
    return target.stat().st_size


def _copy(source: Path, half: Path) -> None:
    half.unlink(missing_ok=True)
    address = f"{source.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as reading, closing(sqlite3.connect(half)) as writing:
        reading.backup(writing, pages=PAGES, sleep=PAUSE_S)
        writing.execute("PRAGMA journal_mode = DELETE")
        (verdict,) = writing.execute("PRAGMA quick_check").fetchone()
    if verdict != "ok":
        raise StorageError(f"the copy of {source} is damaged: {verdict}")
