"""Facts: small things to remember about running, such as the hash of the commands that Discord knows."""

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert_into
from storage.outbox import FactRow
from storage.text import clean, clean_key


class Facts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, key: str) -> str | None:
        return await self._connection.scalar(select(FactRow.value).where(FactRow.key == clean_key(key)))

    async def set(self, key: str, value: str) -> None:
        number = select(func.coalesce(func.max(FactRow.number), 0) + 1).scalar_subquery()
        adding = insert_into(self._connection, FactRow).values(key=clean_key(key), value=value, number=number)
        told = {"value": adding.excluded.value, "number": adding.excluded.number}
        await self._connection.execute(adding.on_conflict_do_update(index_elements=["key"], set_=told))

    async def forget(self, key: str) -> None:
        await self._connection.execute(delete(FactRow).where(FactRow.key == clean_key(key)))

    async def prune(self, prefix: str, keep: int) -> int:
        """Forget those whose key begins so, but for the `keep` that were set last. Returns how many were forgotten."""
        start = clean(prefix)
        begins_so = func.substr(FactRow.key, 1, len(start)) == start  # LIKE takes "A" for "a" on SQLite
        kept = select(FactRow.key).where(begins_so).order_by(FactRow.number.desc(), FactRow.key).limit(keep)
        return (await self._connection.execute(delete(FactRow).where(begins_so, FactRow.key.not_in(kept)))).rowcount
