"""Builds every part once, hands it over, and takes it down in order. `__main__` and the commands of the terminal share it."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.budget import Budget
from bot.desk import Desk
from bot.folder import Folder
from bot.ingest import Ingest
from bot.polls import Polls, Tell, tell_nobody
from bot.pool import Pool
from bot.robots import Robots
from bot.schedule import Schedule
from bot.settings import Settings
from handlers.actors import load_registry
from handlers.fetch import Fetcher
from handlers.polling import Pace
from handlers.stance import DEFAULT
from handlers.stance.chat import Endpoint
from storage import Store


def now() -> datetime:
    """The clock. Below `bot/` the time is always an argument."""
    return datetime.now(UTC)


class Bell:
    """Tells whoever delivers that an alert was committed; silent until somebody listens."""

    def __init__(self) -> None:
        self.listener: Callable[[], None] | None = None

    def __call__(self) -> None:
        if self.listener is not None:
            self.listener()


@dataclass(frozen=True, slots=True)
class Parts:
    """What runs together in one process."""

    store: Store
    pool: Pool
    fetcher: Fetcher
    ingest: Ingest
    polls: Polls
    desk: Desk
    bell: Bell


def budget_of(settings: Settings, store: Store | None) -> Budget | None:
    """The large model's, if it is to read."""
    if settings.stance_backend != "llm" or settings.llm_url is None or settings.llm_model is None:
        return None
    endpoint = Endpoint(settings.llm_url, settings.llm_model, settings.llm_key, settings.llm_timeout_s)
    return Budget(endpoint, settings.llm_daily_tokens, now, store)


@asynccontextmanager
async def worker_pool(settings: Settings, store: Store | None = None) -> AsyncGenerator[Pool]:
    """The worker processes; each starts with its first call, or all with `start()`. The store remembers what was spent."""
    backend = DEFAULT if settings.stance_backend == "llm" else settings.stance_backend
    budget = budget_of(settings, store)
    pool = Pool(workers=settings.workers, backend=backend, model=settings.spacy_model, budget=budget)
    try:
        yield pool
    finally:
        await pool.close()


def fetcher_of(settings: Settings) -> Fetcher:
    return Fetcher(contact=settings.contact, allow=settings.fetch_allow, clock=now)


def schedule_of(parts: "Parts", settings: Settings) -> Schedule:
    """What polls the feeds and reads the watched folder."""
    folder = Folder(settings.articles_dir) if settings.articles_dir else None
    return Schedule(parts.store, parts.polls, folder, tick_s=settings.tick_s, now=now)


def pace_of(settings: Settings) -> Pace:
    """The least interval wins over the common one, and that over the most."""
    interval_s = max(settings.feed_interval_s, settings.feed_min_interval_s)
    return Pace(interval_s, settings.feed_min_interval_s, max(interval_s, settings.feed_max_interval_s))


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    url: str | None = None,
    max_age: timedelta | None = None,
    is_owner: bool = False,
    tell: Tell = tell_nobody,
) -> AsyncGenerator[Parts]:
    """A migrated store and everything above it. `max_age` None: every article may alert; `is_owner`: one a file."""
    store = await Store.open(url or settings.database_url, exclusive=is_owner)
    try:
        await store.migrate()
        async with worker_pool(settings, store) as pool, fetcher_of(settings) as fetcher:
            bell = Bell()
            ingest = Ingest(store, pool, fetcher, now, max_age, bell)
            polls = Polls(ingest, Robots(fetcher, pool, now), pace_of(settings), tell)
            desk = Desk(store, pool, fetcher, ingest, load_registry(), now, now())
            yield Parts(store, pool, fetcher, ingest, polls, desk, bell)
    finally:
        await store.close()
