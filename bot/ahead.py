"""Work on items of a stream, several at a time, with the results in the items' own order."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def ahead(items: AsyncIterable[T], work: Callable[[T], Awaitable[R]], most: int) -> AsyncGenerator[R]:
    """Each item's result; meanwhile the work on as many as `most` later ones is going on. Close it, or use it up."""
    running: deque[asyncio.Task[R]] = deque()

    async def run(item: T) -> R:
        return await work(item)

    try:
        async for item in items:
            running.append(asyncio.create_task(run(item)))
            if len(running) > most:
                yield await running.popleft()
        while running:
            yield await running.popleft()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
