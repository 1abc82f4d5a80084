"""Work ahead of its use: in order, bounded, and ended with the one that uses it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from bot.ahead import ahead


async def numbers(count: int) -> AsyncIterator[int]:
    for number in range(count):
        yield number


async def test_results_come_in_order_and_no_more_is_begun_than_may_be() -> None:
    begun: list[int] = []

    async def work(number: int) -> int:
        begun.append(number)
        await asyncio.sleep(0.02 if number == 0 else 0)
        return number * 2

    results: list[int] = []
    async for result in ahead(numbers(10), work, 3):
        results.append(result)
        assert len(begun) <= len(results) + 3
    assert results == [number * 2 for number in range(10)]


async def test_what_was_begun_ends_with_its_user() -> None:
    ended: list[int] = []

    async def work(number: int) -> int:
        try:
            await asyncio.sleep(0 if number == 0 else 60)
        finally:
            ended.append(number)
        return number

    async with aclosing(ahead(numbers(10), work, 2)) as results:
        assert await anext(results) == 0
        await asyncio.sleep(0)
    assert sorted(ended) == [0, 1, 2]


async def test_an_error_comes_at_its_place() -> None:
    async def work(number: int) -> int:
        return 10 // (2 - number)

    results = ahead(numbers(5), work, 4)
    assert [await anext(results), await anext(results)] == [5, 10]
    with pytest.raises(ZeroDivisionError):
        await anext(results)
