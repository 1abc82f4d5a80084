"""The large model's budget: what a day may cost, over all processes and restarts, and that a failing server is left alone."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from bot.budget import FAILURES, REST, Budget
from bot.pool import Pool
from handlers.model import Article, Reading
from handlers.stance.chat import Endpoint
from handlers.stance.llm import may_cost
from storage import Store
from tests.chat_server import ChatServer, Page, row, says

ARTICLE = Article("Iran will not negotiate with the United States, Hassan Rouhani said on Wednesday.", "a.txt")
REFUSAL = row("Hassan Rouhani", "United States", "rejects", "Iran will not negotiate with the United States")
PRICE = may_cost(ARTICLE)


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2025, 5, 15, 23, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


async def spend(budget: Budget, reading: Reading) -> bool:
    """Whether the model was to be asked; it came to `reading`."""
    async with budget.loan(ARTICLE) as loan:
        loan.reading = reading
        return loan.endpoint is not None


@pytest.fixture
def clock() -> Clock:
    return Clock()


def budget(clock: Clock, daily: int = 10 * PRICE, store: Store | None = None) -> Budget:
    return Budget(Endpoint("http://127.0.0.1:9/v1", "m", "hush"), daily, clock, store)


async def test_no_call_starts_that_might_cost_more_than_is_left(clock: Clock, caplog: pytest.LogCaptureFixture):
    small = budget(clock, 2 * PRICE)
    async with small.loan(ARTICLE) as first, small.loan(ARTICLE) as second, small.loan(ARTICLE) as third:
        assert [loan.endpoint is not None for loan in (first, second, third)] == [True, True, False]
        first.reading = second.reading = third.reading = Reading(tokens=10)
    assert await spend(small, Reading(tokens=2 * PRICE))
    assert [await spend(small, Reading()) for _ in range(3)] == [False] * 3
    assert [record.message for record in caplog.records] == ["llm_budget_spent"]
    clock.now += timedelta(hours=2)
    assert await spend(small, Reading())


async def test_a_restart_does_not_begin_the_day_again(clock: Clock, store: Store):
    assert await spend(budget(clock, 2 * PRICE, store), Reading(tokens=PRICE + 1))
    assert not await spend(budget(clock, 2 * PRICE, store), Reading())
    clock.now += timedelta(days=1)
    assert await spend(budget(clock, 2 * PRICE, store), Reading())


async def test_a_call_that_dies_counts_whole(clock: Clock):
    small = budget(clock, 2 * PRICE - 1)
    with pytest.raises(RuntimeError):
        async with small.loan(ARTICLE):
            raise RuntimeError
    assert not await spend(small, Reading())


async def test_a_server_that_fails_again_and_again_is_left_alone_for_a_while(clock: Clock, caplog: pytest.LogCaptureFixture):
    tried = budget(clock, 100 * PRICE)
    failed = Reading(fallback="it answered with status 503")
    for _ in range(FAILURES - 1):
        assert await spend(tried, failed)
    assert await spend(tried, Reading(tokens=10))
    for _ in range(FAILURES):
        assert await spend(tried, failed)
    assert not await spend(tried, failed)
    assert [record.message for record in caplog.records].count("llm_failed") == 2 * FAILURES - 1
    assert [record.message for record in caplog.records].count("llm_rests") == 1
    clock.now += REST
    assert await spend(tried, Reading(tokens=10))


async def test_the_pool_asks_the_server_and_falls_back_without_telling_the_key(
    clock: Clock, store: Store, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    with ChatServer([says([REFUSAL]), Page(b"{}", wait_s=9)]) as server:
        endpoint = Endpoint(server.url, "stub", "hush", timeout_s=1)
        pool = Pool(budget=Budget(endpoint, 100 * PRICE, clock, store))
        try:
            asked = await pool.read(ARTICLE)
            fallen = await pool.read(ARTICLE)
        finally:
            await pool.close()
    assert [found.confidence for found in asked.statements] == [0.75]
    assert (fallen.fallback, len(fallen.statements)) == ("it took longer than 1 s", 1)
    assert [record.message for record in caplog.records if record.name == "bot.budget"] == ["llm_failed"]
    assert "hush" not in caplog.text
    async with store.read() as unit:
        assert int(await unit.facts.get("llm_tokens:2025-05-15") or 0) == asked.tokens + fallen.tokens > 700
