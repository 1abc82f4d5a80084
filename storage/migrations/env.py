"""What Alembic runs for every command; the connection comes from `storage/migrating.py`, which owns the transaction."""

from typing import cast

from alembic import context
from sqlalchemy import Connection

from storage.tables import Table

context.configure(
    connection=cast("Connection", context.config.attributes["connection"]),
    target_metadata=Table.metadata,
    render_as_batch=True,
)
context.run_migrations()
