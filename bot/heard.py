"""Who was heard in the record, by owner, kept in memory for autocomplete and for names that the registry does not know.

The whole is read once; later looks read what came since. Nothing here waits while somebody types.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.directory import Directory
from storage import Store

log = logging.getLogger(__name__)

HOLDS = timedelta(seconds=20)

Owner = int | None
"""A server, or None for the operator."""


class Heard:
    """One directory for the operator's record and a small one for what each server added."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._known: dict[Owner, Directory] = {}
        self._read_to: dict[Owner, int] = {}
        self._looked_at: dict[Owner, datetime] = {}
        self._looking: set[asyncio.Task[None]] = set()
        self._turns: dict[Owner, asyncio.Lock] = {}

    def directories(self, guild_id: Owner) -> list[Directory]:
        """What a server may see: its own, then the operator's."""
        return [self._known[owner] for owner in dict.fromkeys((guild_id, None)) if owner in self._known]

    async def refresh(self, guild_id: Owner) -> None:
        """Read what came since the last look."""
        for owner in dict.fromkeys((guild_id, None)):
            async with self._turns.setdefault(owner, asyncio.Lock()):
                await self._look(owner)

    def freshen(self, guild_id: Owner) -> None:
        """Have a look taken in the background when the last one is old."""
        looked_at = self._looked_at.get(guild_id)
        if looked_at is None or self._now() - looked_at > HOLDS:
            self._looked_at[guild_id] = self._now()
            task = asyncio.create_task(self.refresh(guild_id), name=f"names of {guild_id}")
            self._looking.add(task)
            task.add_done_callback(self._looked)

    async def _look(self, owner: Owner) -> None:
        async with self._store.read() as unit:
            found, last = await unit.marks.names(owner, after=self._read_to.get(owner, 0))
        known = self._known.get(owner)
        if known is None:
            # Tens of thousands of names take a second: not on the event loop, and nobody uses it before it is whole.
            self._known[owner] = await asyncio.to_thread(Directory, found)
        else:
            known.learn(found)
        self._read_to[owner] = last
        self._looked_at[owner] = self._now()

    def _looked(self, task: asyncio.Task[None]) -> None:
        self._looking.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("names_not_learnt", exc_info=error)
