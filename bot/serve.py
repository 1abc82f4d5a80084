"""The bot as a service: feeds, files, delivery and Discord side by side until it is told to stop."""

import asyncio
import logging
import signal
from datetime import timedelta

from bot.client import Parley, point_at
from bot.deliver import Delivery
from bot.ingest import enqueue_delivery
from bot.jobs import JobRunner
from bot.notices import NOTICE, Notices, enqueue_notice
from bot.parts import Parts, now, opened, schedule_of
from bot.settings import Settings
from handlers import opml
from handlers.errors import AlreadyExists
from handlers.files import read
from handlers.model import Feed

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
"""Alerts that a start makes sure of; each has its job already unless that was lost."""

DRAWING_WAITS_S = 5
"""A start reads what came while it was away before it warms the drawing of charts, which takes a core for seconds."""


async def serve(settings: Settings, token: str) -> None:
    """Until SIGINT or SIGTERM. Raises SettingError for what cannot be mended by waiting."""
    point_at(settings)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    max_age = timedelta(days=settings.alert_max_age_days)
    async with opened(settings, max_age=max_age, is_owner=True, tell=enqueue_notice) as parts:
        async with parts.store.write() as unit:
            await unit.jobs.release_all()
            for alert in await unit.alerts.waiting(MOST_WAITING):
                await enqueue_delivery(unit, alert, now())
        await _add_feeds(parts, settings)
        await parts.desk.refresh_names(None)
        await _until_stopped(parts, settings, token, stopped)


async def _until_stopped(parts: Parts, settings: Settings, token: str, stopped: asyncio.Event) -> None:
    logged_in = asyncio.Event()
    client = Parley(parts.desk, settings, on_login=logged_in.set)
    delivery = Delivery(client, parts.store, parts.desk.registry, now)
    handlers = {"deliver": delivery, "update": delivery.update, NOTICE: Notices(client, now)}
    runner = JobRunner(parts.store, handlers, now)
    parts.bell.listener = runner.wake
    schedule = schedule_of(parts, settings)

    async def deliver_once_logged_in() -> None:
        await logged_in.wait()
        await runner.run()

    async def ingest_once_warm() -> None:
        # The language model takes seconds to load; meanwhile the record answers. A missing one ends the start.
        await parts.pool.start()
        await asyncio.gather(schedule.run(), warm_drawing())

    async def warm_drawing() -> None:
        await asyncio.sleep(DRAWING_WAITS_S)
        await parts.pool.start_drawing()

    work: list[asyncio.Task[object]] = [
        asyncio.create_task(client.run_until_closed(token), name="discord"),
        asyncio.create_task(deliver_once_logged_in(), name="delivery"),
        asyncio.create_task(ingest_once_warm(), name="schedule"),
        asyncio.create_task(stopped.wait(), name="stop signal"),
    ]
    try:
        done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        log.info("stopping")
        # Producers first, so that nothing is added while the rest winds down; Discord last.
        for task in reversed(work):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await client.close()


async def _add_feeds(parts: Parts, settings: Settings) -> None:
    """The operator's feeds of FEEDS_FILE; those that are known stay as they are."""
    if settings.feeds_file is None:
        return
    for url, name in opml.read(read(settings.feeds_file, now())):
        try:
            async with parts.store.write() as unit:
                await unit.feeds.add(Feed(url, name=name, next_poll_at=now()))
        except AlreadyExists:
            continue
