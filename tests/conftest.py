"""What tests share: `store`, a migrated and empty store on SQLite and again on PostgreSQL.

`database_url` is the URL of such a database, `empty_database_url` of one without tables. Tests on PostgreSQL carry the marker
`postgres`: they skip where its server is not installed, and fail instead when the variable CI is set.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from storage import Store
from tests.postgres import Cluster, find_binaries

ON_BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    binaries = find_binaries()
    if binaries is None:
        reason = "PostgreSQL's server (initdb) is not installed"
        if os.environ.get("CI"):
            pytest.fail(f"{reason}, and CI is set: install the package postgresql")
        pytest.skip(reason)
    running = Cluster(binaries)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(cluster: Cluster) -> str:
    name = cluster.create()
    migrate(cluster.url(name))
    return name


@pytest.fixture(params=ON_BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A migrated database of the test's own."""
    if request.param == "sqlite":
        path = tmp_path / "parley.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    cluster = cast("Cluster", request.getfixturevalue("cluster"))
    name = cluster.create(request.getfixturevalue("postgres_template"))
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture(params=ON_BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
        return
    cluster = cast("Cluster", request.getfixturevalue("cluster"))
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    opened = await Store.open(database_url)
    yield opened
    await opened.close()


def migrate(url: str) -> None:
    """In a thread with a loop of its own: a fixture for the whole session must not touch a test's loop."""

    async def run() -> None:
        store = await Store.open(url)
        try:
            await store.migrate()
        finally:
            await store.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()
