"""Asks a site's robots.txt before a page of it is fetched: once a day, through the same guard and caps, judged in a worker."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.pool import Pool
from handlers import robots
from handlers.errors import FetchError, ParleyError
from handlers.fetch import Fetcher

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=1)
"""As long as RFC 9309, 2.4 lets a copy be used."""
AGAIN_AFTER = timedelta(minutes=10)
"""When a file that could not be fetched is asked for again."""
MOST_BYTES = 8_000_000
"""Of all rules that are kept; the oldest go first."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """`data` None: the file could not be reached, and nobody knows what it forbids."""

    data: bytes | None
    until: datetime


class Robots:
    """One for a process."""

    def __init__(self, fetcher: Fetcher, pool: Pool, now: Callable[[], datetime]) -> None:
        self._fetcher = fetcher
        self._pool = pool
        self._now = now
        self._known: dict[str, _Rules] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def allows(self, url: str, *, when_unknown: bool = False) -> bool:
        """Whether the page may be fetched; `when_unknown` is the answer for a site whose file cannot be reached."""
        rules = await self._rules(url)
        if rules.data is None:
            return when_unknown
        if not rules.data.strip():
            return True
        try:
            return await self._pool.allows(rules.data, url)
        except ParleyError as error:
            log.warning("robots_unreadable", extra={"url": url, "error": str(error)})
            return when_unknown

    async def _rules(self, url: str) -> _Rules:
        parts = urlsplit(url)
        address = f"{parts.scheme}://{parts.netloc}/robots.txt"
        async with self._asking.setdefault(address, asyncio.Lock()):
            try:
                found = self._known.get(address)
                if found is None or found.until <= self._now():
                    self._known.pop(address, None)
                    found = self._known[address] = await self._fetch(address)
                    self._forget()
                return found
            finally:
                self._asking.pop(address, None)

    async def _fetch(self, address: str) -> _Rules:
        try:
            fetched = await self._fetcher.fetch(address, max_bytes=robots.MAX_BYTES, is_spaced=False)
        except FetchError as error:
            # A client's error means that there is no such file; a server's, that all may be forbidden (RFC 9309, 2.3.1).
            if error.status is not None and 400 <= error.status < 500 and error.status != 429:
                return _Rules(b"", self._now() + KEPT_FOR)
            log.info("robots_unreachable", extra={"url": address, "error": str(error)})
            return _Rules(None, self._now() + AGAIN_AFTER)
        document = fetched.document
        # Many sites answer with their home page; it holds no rules.
        is_page = document is None or document.data.lstrip()[:1] == b"<"
        return _Rules(b"" if document is None or is_page else document.data, self._now() + KEPT_FOR)

    def _forget(self) -> None:
        total = sum(len(rules.data or b"") + 200 for rules in self._known.values())
        while total > MOST_BYTES:
            oldest = next(iter(self._known))
            total -= len(self._known.pop(oldest).data or b"") + 200
