"""An article comes in; whether the large model may read it goes out: a daily number of tokens, and a rest after failures.

What was spent is a fact in the store, so that a restart does not begin the day again. Without a store (`analyze`, `score`)
it holds for one process. Each failure is logged here, once an article.
"""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.errors import StorageError
from handlers.model import Article, Reading
from handlers.stance.chat import Endpoint
from handlers.stance.llm import may_cost
from storage import Store

_log = logging.getLogger(__name__)

FAILURES = 3
"""So many articles in a row that the server could not read are no accident of one article."""
REST = timedelta(minutes=5)
"""A server that is down would cost each article the whole time limit; meanwhile the default backend reads."""
KEPT_DAYS = 7
"""Facts of past days that are kept, to look at."""
_FACT = "llm_tokens:"


@dataclass(slots=True)
class Loan:
    """For one article: the endpoint, or None where the default backend is to read; later what came of it."""

    endpoint: Endpoint | None
    reading: Reading | None = None


class Budget:
    """One for all worker processes. A day is one of UTC."""

    def __init__(self, endpoint: Endpoint, daily: int, now: Callable[[], datetime], store: Store | None = None) -> None:
        self._endpoint = endpoint
        self._daily = daily
        self._now = now
        self._store = store
        self._day: date | None = None
        self._spent = 0
        self._lent = 0
        self._failures = 0
        self._rests_until: datetime | None = None
        self._told: date | None = None

    @property
    def timeout_s(self) -> float:
        return self._endpoint.timeout_s

    @asynccontextmanager
    async def loan(self, article: Article) -> AsyncGenerator[Loan]:
        """Set the article's highest price aside while it is read, and count what it took. A call that dies counts whole."""
        await self._begin_day()
        price = may_cost(article)
        if not self._may_spend(price):
            yield Loan(None)
            return
        self._lent += price
        loan = Loan(self._endpoint)
        try:
            yield loan
        finally:
            self._lent -= price
            await self._settle(article, loan.reading, price)

    def _may_spend(self, price: int) -> bool:
        if self._rests_until is not None and self._now() < self._rests_until:
            return False
        enough = self._spent + self._lent + price <= self._daily
        if not enough and self._told != self._day:
            self._told = self._day
            _log.warning("llm_budget_spent", extra={"tokens": self._spent, "daily": self._daily})
        return enough

    async def _begin_day(self) -> None:
        today = self._now().date()
        if self._day == today:
            return
        self._day, self._spent = today, 0
        if self._store is not None:
            async with self._store.read() as unit:
                known = await unit.facts.get(f"{_FACT}{today}")
            self._spent += int(known) if known and known.isdecimal() else 0

    async def _settle(self, article: Article, reading: Reading | None, price: int) -> None:
        used = price if reading is None else reading.tokens
        reason = "the worker process ended" if reading is None else reading.fallback
        self._spent += used
        if reason is not None:
            self._fail(article, reason)
        elif used:  # what the gate keeps back says nothing about the server
            self._failures = 0
        if used and self._store is not None:
            await self._save(self._store)

    def _fail(self, article: Article, reason: str) -> None:
        self._failures += 1
        _log.warning("llm_failed", extra={"origin": article.origin, "article": article.id, "reason": reason})
        if self._failures >= FAILURES:
            self._failures = 0
            self._rests_until = self._now() + REST
            _log.warning("llm_rests", extra={"minutes": REST.seconds // 60})

    async def _save(self, store: Store) -> None:
        try:
            async with store.write() as unit:
                await unit.facts.set(f"{_FACT}{self._day}", str(self._spent))
                await unit.facts.prune(_FACT, KEPT_DAYS)
        except StorageError as error:  # the reading is worth more than its price
            _log.warning("llm_budget_not_saved", extra={"error": str(error)})
