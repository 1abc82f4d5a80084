"""Waiting for a state: whoever changes something calls `notify`; what changes elsewhere is seen within POLL_S."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
POLL_S = 0.05


class Changes:
    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def notify(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def until(self, find: Callable[[], Found | None], timeout_s: float, what: str) -> Found:
        """The first true result of `find`; TimeoutError names `what` did not come."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        while not (found := find()):
            left_s = deadline - loop.time()
            if left_s <= 0:
                raise TimeoutError(f"no {what} within {timeout_s:g} s")
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.add(future)
            await asyncio.wait([future], timeout=min(left_s, POLL_S))
            self._waiting.discard(future)
        return found
