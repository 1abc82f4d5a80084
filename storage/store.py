"""The store: one database, opened by URL, and the nouns bound to one transaction of it.

A new noun is a module here and a line in `Unit`; a rule that holds for all databases never is in `engine.py`.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Self

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.actors import Actors
from storage.alerts import Alerts
from storage.amendments import Amendments
from storage.articles import Articles
from storage.complaints import Complaints, Mutes
from storage.conditions import Conditions
from storage.engine import Database, open_database, sqlite_path
from storage.facts import Facts
from storage.feeds import Feeds
from storage.marks import Marks
from storage.migrating import is_current, upgrade
from storage.ownership import FileLock
from storage.positions import Positions
from storage.queue import JobQueue, JobTable
from storage.shifts import Contradictions, Shifts
from storage.statements import Statements
from storage.watches import Watches


class Unit:
    """All nouns in one transaction. Never hold one over a request or a computation: on SQLite, all others wait for it."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.feeds = Feeds(connection)
        self.articles = Articles(connection)
        self.statements = Statements(connection)
        self.positions = Positions(connection)
        self.shifts = Shifts(connection)
        self.contradictions = Contradictions(connection)
        self.conditions = Conditions(connection)
        self.complaints = Complaints(connection)
        self.mutes = Mutes(connection)
        self.marks = Marks(connection)
        self.actors = Actors(connection)
        self.amendments = Amendments(connection)
        self.watches = Watches(connection)
        self.alerts = Alerts(connection)
        self.jobs: JobQueue = JobTable(connection)
        self.facts = Facts(connection)


class Store:
    """One for a process; `close` it, or its threads keep the process alive."""

    def __init__(self, database: Database, lock: FileLock | None = None) -> None:
        self._database = database
        self._lock = lock

    @classmethod
    async def open(cls, url: str, *, exclusive: bool = False) -> Self:
        """StorageError, in one line without the password, when there is no such database.

        `exclusive`: refuse a database that another process opened so. It is for the process that holds leases; mere
        questions need not ask for it.
        """
        database = open_database(url)
        path = sqlite_path(url)
        lock = FileLock(path) if exclusive and path else None
        try:
            await database.check()
            if exclusive:
                await database.own()
        except BaseException:
            await cls(database, lock).close()
            raise
        return cls(database, lock)

    async def migrate(self) -> None:
        """To the newest schema. StorageError when the database is newer than this code."""
        async with self._database.transaction("migrate") as connection:
            await upgrade(connection, self._database.subject)

    async def is_current(self) -> bool:
        """Whether `migrate` would change nothing."""
        async with self._database.transaction("read") as connection:
            return await is_current(connection)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[Unit]:
        """One unchanging view of the database."""
        async with self._database.transaction("read") as connection:
            yield Unit(connection)

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[Unit]:
        """One transaction: all of it or, after an exception, nothing."""
        async with self._database.transaction("write") as connection:
            yield Unit(connection)

    async def close(self) -> None:
        await self._database.close()
        if self._lock is not None:
            self._lock.release()
