"""All that differs between SQLite and PostgreSQL: opening, transactions, locks, upserts. Column types are in `columns.py`.

In: a database URL. Out: `Database`, whose transactions turn every driver error into one StorageError.
Another SQL database is added here.
"""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, nullcontext, suppress
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from handlers.errors import StorageError

PATIENCE_S = 30.0
"""How long a writer waits for its turn in this process before it gives up."""

Mode = Literal["read", "write", "migrate"]
Lock = Literal["record", "claims", "migrations"]
OWNER_WAIT_S = 1
"""How long a start waits for the owner before it to be gone: a server takes a moment to see that a process died."""

_SQLITE_SETUP = (
    "PRAGMA busy_timeout = 5000",  # first: the next line may already meet another process
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
)
# Deferred transactions that come to write later fail at once when another wrote in between: 250 of 320 did, 0 of these.
_SQLITE_BEGIN = {"read": "BEGIN", "write": "BEGIN IMMEDIATE", "migrate": "BEGIN IMMEDIATE"}
_LOCK_NUMBERS = {"record": 7_232_501, "claims": 7_232_502, "migrations": 7_232_503}
_OWNER_NUMBER = 7_232_504
_LOCK_NOT_AVAILABLE = "55P03"


class Database:
    """One database and its connections. Made by `open_database`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.subject = _subject(engine.url)
        # SQLite lets one writer in at a time and makes the others poll; within a process they queue in order instead.
        self._turn: asyncio.Lock | None = asyncio.Lock() if self.is_sqlite else None
        self._owning: AsyncConnection | None = None

    @asynccontextmanager
    async def transaction(self, mode: Mode) -> AsyncGenerator[AsyncConnection]:
        """Commits at the end, rolls back on any exception. A "read" sees one state of the database throughout."""
        try:
            async with self._in_turn(mode), self._engine.connect() as connection:
                await connection.execution_options(**self._options(mode))
                async with self._loosened(connection) if mode == "migrate" else nullcontext(), connection.begin():
                    yield connection
        except SQLAlchemyError as error:
            raise StorageError(f"the database {self.subject} failed: {_reason(error)}") from error

    async def check(self) -> None:
        """StorageError when the database cannot be reached or is none."""
        try:
            if self.is_sqlite and not _is_in_memory(self._engine.url):
                await asyncio.to_thread(_probe, self._engine.url.database or "")
            async with self._engine.connect():
                pass
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise StorageError(f"cannot open the database {self.subject}: {_reason(error)}") from error

    async def own(self) -> None:
        """StorageError: another process owns the database. Until `close`, or the death of this process, nobody else can.

        The lock is one of a server, held by a connection of its own. A file has none: see `ownership.FileLock`.
        """
        if self.is_sqlite:
            return
        try:
            connection = self._owning = await self._engine.connect()
            await connection.execution_options(isolation_level="AUTOCOMMIT")  # no transaction stays open meanwhile
            await connection.exec_driver_sql(f"SET lock_timeout = '{OWNER_WAIT_S}s'")
            await connection.exec_driver_sql(f"SELECT pg_advisory_lock({_OWNER_NUMBER})")
        except SQLAlchemyError as error:
            if getattr(getattr(error, "orig", None), "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                raise StorageError(f"the database {self.subject} is in use by another Parley") from error
            raise StorageError(f"the database {self.subject} failed: {_reason(error)}") from error

    async def close(self) -> None:
        if self._owning is not None:
            # Said aloud: a server sees that a connection is closed only a moment later. When it broke, the lock went with it.
            with suppress(SQLAlchemyError):
                await self._owning.exec_driver_sql("SELECT pg_advisory_unlock_all()")
            await self._owning.close()
        await self._engine.dispose()

    def _in_turn(self, mode: Mode) -> AbstractAsyncContextManager[None]:
        return nullcontext() if mode == "read" or self._turn is None else self._wait(self._turn)

    @asynccontextmanager
    async def _wait(self, turn: asyncio.Lock) -> AsyncGenerator[None]:
        try:
            async with asyncio.timeout(PATIENCE_S):
                await turn.acquire()
        except TimeoutError as error:
            raise StorageError(f"the database {self.subject} was busy for {PATIENCE_S:g} s") from error
        try:
            yield
        finally:
            turn.release()

    @asynccontextmanager
    async def _loosened(self, connection: AsyncConnection) -> AsyncGenerator[None]:
        """Without foreign keys on SQLite: a migration rebuilds tables there, and dropping the old one would cascade."""
        if not self.is_sqlite:
            yield
            return
        # The pragma does nothing inside a transaction, so it goes past SQLAlchemy, which would begin one.
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield
        finally:
            await driver.execute("PRAGMA foreign_keys = ON")

    def _options(self, mode: Mode) -> dict[str, Any]:
        if self.is_sqlite:
            return {"mode": mode}
        if mode == "read":
            return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return {"isolation_level": "READ COMMITTED"}


def _reason(error: Exception) -> str:
    """The driver's own first line. (No driver repeats the password.)"""
    cause = getattr(error, "orig", None) or error
    return (str(cause).strip() or type(cause).__name__).splitlines()[0]


def open_database(url: str) -> Database:
    """Connects to nothing yet. StorageError: not a URL that Parley can use, or its driver is missing."""
    target = _parse(url)
    if target.drivername == "sqlite+aiosqlite":
        return _open_sqlite(target)
    if target.drivername == "postgresql+psycopg":
        return _open_postgresql(target)
    raise StorageError(
        f"DATABASE_URL names {target.drivername}, but may only begin with sqlite+aiosqlite:/// or postgresql+psycopg://"
    )


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite database; None for one in memory or in a server."""
    target = _parse(url)
    return Path(target.database or "") if target.drivername.startswith("sqlite") and not _is_in_memory(target) else None


def insert_into(connection: AsyncConnection, table: Any) -> sqlite_dialect.Insert | postgresql.Insert:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`; both databases spell them alike."""
    return sqlite_dialect.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


async def hold(connection: AsyncConnection, lock: Lock) -> None:
    """Until the transaction ends, nobody else holds this lock. A writer on SQLite is alone anyway."""
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBERS[lock]})")


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # The cause is left out: it quotes parts of the URL, and a password with "/" or "@" ends up in such a part.
        raise StorageError("DATABASE_URL is no database URL, such as sqlite+aiosqlite:///parley.db") from None


def _subject(url: URL) -> str:
    if url.drivername.startswith("sqlite"):
        return url.database or ":memory:"
    host = url.host or url.query.get("host") or "localhost"
    return f"{url.database} at {host}" + (f":{url.port}" if url.port else "")


def _open_sqlite(url: URL) -> Database:
    path = Path(url.database or ":memory:")
    if not _is_in_memory(url) and not path.parent.is_dir():
        raise StorageError(f"cannot open the database {path}: {path.parent} is no folder")
    # One in memory lives as long as its only connection.
    pool: dict[str, Any] = {"pool_size": 1, "max_overflow": 0} if _is_in_memory(url) else {}
    engine = create_async_engine(url, poolclass=AsyncAdaptedQueuePool, hide_parameters=True, **pool)
    event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return Database(engine)


def _is_in_memory(url: URL) -> bool:
    return url.database in {None, "", ":memory:"}


def _probe(path: str) -> None:
    """Fail here when the file cannot be opened: aiosqlite leaves a thread then that outlives the loop and complains."""
    with closing(sqlite3.connect(path)) as driver:
        driver.execute("PRAGMA schema_version")


def _set_up_sqlite(driver: Any, _record: object) -> None:
    driver.isolation_level = None  # the driver's own BEGIN comes too late: after the first SELECT
    cursor = driver.cursor()
    try:
        for pragma in _SQLITE_SETUP:
            cursor.execute(pragma)
    except BaseException:
        driver.close()  # or its thread keeps the process alive
        raise
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(_SQLITE_BEGIN[connection.get_execution_options().get("mode", "read")])


def _open_postgresql(url: URL) -> Database:
    try:
        engine = create_async_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,  # a server that restarted costs no failed transaction
            connect_args={"connect_timeout": 10, "application_name": "parley"},
        )
    except ImportError as error:
        raise StorageError('PostgreSQL needs the driver psycopg: pip install "parley-bot[postgres]"') from error
    return Database(engine)
