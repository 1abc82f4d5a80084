"""Facts: small things to remember about running, such as the hash of the commands that Discord knows."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.engine import insert_into
from storage.outbox import FactRow
from storage.text import clean_key


class Facts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, key: str) -> str | None:
        return await self._connection.scalar(select(FactRow.value).where(FactRow.key == clean_key(key)))

    async def set(self, key: str, value: str) -> None:
        adding = insert_into(self._connection, FactRow).values(key=clean_key(key), value=value)
        await self._connection.execute(
            adding.on_conflict_do_update(index_elements=["key"], set_={"value": adding.excluded.value})
        )
