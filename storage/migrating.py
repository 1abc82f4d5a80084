"""Runs the migrations in `migrations/versions/` on an open connection; no configuration file is needed.

To add one: a file there with the next number and a `down_revision`; one history serves both databases.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.errors import StorageError
from storage.engine import hold

SCRIPTS = Path(__file__).parent / "migrations"


async def upgrade(connection: AsyncConnection, subject: str) -> None:
    """To the head, inside the caller's transaction. StorageError: the database knows a revision that the code does not."""
    await hold(connection, "migrations")
    await connection.run_sync(_upgrade, subject)


async def is_current(connection: AsyncConnection) -> bool:
    """Whether the database has the schema of this code."""
    return await connection.run_sync(_is_current)


def _is_current(connection: Connection) -> bool:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    heads = ScriptDirectory.from_config(config).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def _upgrade(connection: Connection, subject: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    unknown = set(MigrationContext.configure(connection).get_current_heads()) - known
    if unknown:
        revisions = ", ".join(sorted(unknown))
        raise StorageError(f"the database {subject} is newer than this version of Parley ({revisions}); upgrade Parley")
    command.upgrade(config, "head")
