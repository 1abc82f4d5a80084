"""Waiting for a state of the server: whoever changes something calls `notify`, whoever waits names what it waits for."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


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
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.add(future)
            try:
                await asyncio.wait_for(future, deadline - loop.time())
            except TimeoutError:
                raise TimeoutError(f"no {what} within {timeout_s:g} s") from None
            finally:
                self._waiting.discard(future)
        return found
