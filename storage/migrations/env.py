"""What Alembic runs for every command; the connection comes from `storage/migrating.py`, which owns the transaction."""

from typing import cast

from alembic import context
from sqlalchemy import Connection

from storage import outbox

context.configure(
    connection=cast("Connection", context.config.attributes["connection"]),
    target_metadata=outbox.Table.metadata,  # that module knows all tables
    render_as_batch=True,
)
context.run_migrations()
