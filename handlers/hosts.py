"""How hard one site may be pressed: at most two requests at a time, their starts spaced, none while it asks to be left alone.

A site is a registrable domain, for one publisher's servers are one: feeds.bbci.co.uk counts as bbci.co.uk.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from tld import get_fld  # pyright: ignore[reportUnknownVariableType]  # its keyword arguments are untyped

from handlers.errors import FetchError

AT_ONCE = 2
SPACING_S = 1.0
"""Between two starts. Publishers ask feed readers for no more than one request a second (crawl-delay's common value)."""
PATIENCE_S = 60.0
"""A request that would wait longer for its turn is refused instead: whoever asked can come back."""
_MOST_SITES = 4096


@dataclass(slots=True)
class _Line:
    """Who waits for one site, in event loop time."""

    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    next_start: float = 0.0
    held_until: float = 0.0
    count: int = 0
    """Requests that run or wait."""


class Hosts:
    """One for a process. Machines inside the operator's own network, which only FETCH_ALLOW opens, are not spaced."""

    def __init__(self, spacing_s: float = SPACING_S) -> None:
        self.spacing_s = spacing_s
        site_of("https://publisher.example")  # reads the suffix list here, not under a first request
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def turn(self, url: str, *, is_spaced: bool = True) -> AsyncGenerator[None]:
        """Wait until a request may start, and count it until it is over. FetchError: that would take too long.

        One that is not spaced (a site's robots.txt, once a day) waits for room only, and keeps no other waiting.
        """
        site = site_of(url)
        if is_inside(site):
            yield
            return
        line = self._line(site)
        now = asyncio.get_running_loop().time()
        if line.held_until > now:
            raise FetchError(url, "its server asked to be left alone for a while", retry_after_s=line.held_until - now)
        if is_spaced and line.next_start - now + line.count * self.spacing_s > PATIENCE_S:
            raise FetchError(url, "too many requests wait for its server", is_passing=True)
        line.count += 1
        try:
            async with line.room:
                if is_spaced:
                    now = asyncio.get_running_loop().time()
                    start = max(now, line.next_start)
                    line.next_start = start + self.spacing_s
                    await asyncio.sleep(start - now)
                yield
        finally:
            line.count -= 1

    def wait_s(self, url: str) -> float:
        """How long a request that came now would wait; 0: it may start."""
        line = self._lines.get(site_of(url))
        if line is None:
            return 0.0
        now = asyncio.get_running_loop().time()
        queued_s = self.spacing_s * max(0, line.count - AT_ONCE + 1)
        return max(0.0, max(line.next_start, line.held_until) - now, queued_s)

    def hold(self, url: str, for_s: float) -> None:
        """No request to this site for so long, as its server asked."""
        site = site_of(url)
        if not is_inside(site):
            line = self._line(site)
            line.held_until = max(line.held_until, asyncio.get_running_loop().time() + for_s)

    def _line(self, site: str) -> _Line:
        if site not in self._lines and len(self._lines) >= _MOST_SITES:
            now = asyncio.get_running_loop().time()
            self._lines = {
                name: line for name, line in self._lines.items() if line.count or max(line.next_start, line.held_until) > now
            }
        return self._lines.setdefault(site, _Line())


@lru_cache(10_000)
def site_of(url: str) -> str:
    """The registrable domain by the public suffix list; a host without one, such as an address, stands for itself."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""
    if _address(host) or "." not in host:
        return host
    found = get_fld(host, fail_silently=True, fix_protocol=True, search_private=False)
    return found or ".".join(host.split(".")[-2:])


def is_inside(site: str) -> bool:
    """A literal address that is not public, or a bare name."""
    address = _address(site)
    return not address.is_global if address else "." not in site


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
