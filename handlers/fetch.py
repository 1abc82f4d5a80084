"""A web address in, its Document out: own redirects, one deadline, a cap on what comes out of decompression.

Every failure is a FetchError with one reason for people. Which addresses are allowed, `handlers/guard.py` says.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from handlers.addresses import checked, parsed, shown
from handlers.answers import fresh_s, is_passing, mime, reason, retry_after_s, status_reason, validator
from handlers.errors import FetchError, Refused
from handlers.guard import Guard
from handlers.hosts import Hosts, site_of
from handlers.model import Document

MAX_REDIRECTS = 10
LARGE = 1_000_000
LARGE_AT_ONCE = 4
"""Answers of more than so many bytes that are read at one time; 200 real feeds have 225 kB on average."""
MAX_HEADER = 16_384
"""Bytes of one header field. Real pages send content policies of up to 12 kB."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_BUSY = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str
    is_permanent: bool


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `etag` and `last_modified` go into the next request as they are; `url` is where the redirects ended."""

    document: Document | None
    """None: not modified since the validators that were sent."""
    url: str
    etag: str | None
    last_modified: str | None
    retry_after_s: float | None
    fresh_s: float = 0.0
    """For how long the answer says that nothing new is to be expected."""
    moved_to: str | None = None
    """Where the permanent redirects led that came before any other; None when there were none."""


class Fetcher:
    """Use as a context manager; one for the whole program, so that connections are shared."""

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        contact: str | None = None,
        allow: frozenset[str] = frozenset(),
        total_s: float = 20,
        resolver: AbstractResolver | None = None,
        hosts: Hosts | None = None,
    ) -> None:
        """`allow`: exact "host:port" pairs that may be private. `contact`: an address or a page for the publishers.

        `total_s` counts from when a request starts: waiting for a turn at its site takes none of it.
        """
        self._clock = clock
        self.hosts = hosts or Hosts()
        self.agent = f"Parley/{release()}" + (f" (+{' '.join(contact.split())})" if contact else "")
        self._guard = Guard(allow)
        self._total_s = total_s
        self._resolver = resolver
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=self._guard.open_socket, resolver=self._resolver),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None),
            max_line_size=MAX_HEADER,
            max_field_size=MAX_HEADER,
            headers={
                "User-Agent": self.agent,
                "Accept": "application/rss+xml, application/atom+xml, application/feed+json, text/html, */*;q=0.5",
                "Accept-Encoding": "gzip, deflate, br",
            },
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def fetch(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        validated_url: str | None = None,
        max_bytes: int = 8_000_000,
        is_spaced: bool = True,
    ) -> Fetched:
        """Refused for what must not be fetched, FetchError for what could not be.

        Validators belong to the address that gave them: with `validated_url` they are sent to no other hop.
        """
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in validators.items() if value}
        async with AsyncExitStack() as turn:
            return await self._follow(url, headers, validated_url, max_bytes, turn, is_spaced=is_spaced)

    async def _follow(
        self,
        origin: str,
        headers: dict[str, str],
        validated_url: str | None,
        max_bytes: int,
        turn: AsyncExitStack,
        *,
        is_spaced: bool,
    ) -> Fetched:
        url = checked(origin, parsed(origin, origin)).with_fragment(None)
        moved_to, may_move = None, True
        site, left_s = None, self._total_s
        loop = asyncio.get_running_loop()
        for _ in range(MAX_REDIRECTS + 1):
            if site != (site := site_of(str(url))):
                await turn.aclose()  # first: two chains that cross could else wait for each other for ever
                await turn.enter_async_context(self.hosts.turn(str(url), is_spaced=is_spaced))
            started = loop.time()
            sent = headers if validated_url in (None, str(url)) else {}
            try:
                async with asyncio.timeout(left_s):
                    answer = await self._request(origin, url, sent, max_bytes)
            except TimeoutError as error:
                raise FetchError(shown(origin), f"timed out after {self._total_s:g} s", is_passing=True) from error
            left_s -= loop.time() - started
            if isinstance(answer, Fetched):
                return replace(answer, moved_to=moved_to)
            target = checked(origin, url.join(parsed(origin, answer.location)))
            # A move away from encryption is followed, since it is asked for, but never kept.
            may_move = may_move and answer.is_permanent and (url.scheme, target.scheme) != ("https", "http")
            url, moved_to = target, str(target) if may_move else moved_to
        raise FetchError(shown(origin), f"more than {MAX_REDIRECTS} redirects")

    async def _request(self, origin: str, url: URL, headers: dict[str, str], max_bytes: int) -> "Fetched | _Redirect":
        """One hop: what came back, or where it points to."""
        if self._session is None:
            raise RuntimeError("a Fetcher is used inside `async with`")
        with self._guard.towards(url.raw_host or "", url.port or 0) as hop:
            try:
                async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                    return await self._read(origin, response, headers, max_bytes)
            except aiohttp.InvalidURL as error:
                raise Refused(shown(origin), "is not a web address") from error
            except (aiohttp.ClientError, UnicodeError) as error:
                where = "" if str(url) == str(parsed(origin, origin)) else f"leads to {url}: "
                if hop.blocked is not None:
                    raise Refused(shown(origin), f"{where}{hop.blocked} is not a public address") from error
                raise FetchError(shown(origin), where + reason(error), is_passing=is_passing(error)) from error

    async def _read(
        self, origin: str, response: aiohttp.ClientResponse, sent: dict[str, str], max_bytes: int
    ) -> "Fetched | _Redirect":
        told = response.headers
        if response.status in _REDIRECTS and "Location" in told:
            return _Redirect(told["Location"], response.status in _PERMANENT)
        wait_s = retry_after_s(told, self._clock())
        if response.status == 304 and sent:
            return self._fetched(None, response, wait_s, sent)
        if not 200 <= response.status < 300:
            if wait_s and response.status in _BUSY:
                self.hosts.hold(str(response.url), wait_s)
            raise FetchError(shown(origin), status_reason(response.status, told), retry_after_s=wait_s, status=response.status)
        data = await _body(origin, response, max_bytes, self._large)
        document = Document(data, str(response.url), self._clock(), mime(response), response.charset)
        return self._fetched(document, response, wait_s, {})

    def _fetched(
        self, document: Document | None, response: aiohttp.ClientResponse, wait_s: float | None, sent: dict[str, str]
    ) -> Fetched:
        """A 304 repeats validators only when it wants to; those that it leaves out stand (RFC 9111, 3.2)."""
        return Fetched(
            document,
            str(response.url),
            validator(response.headers.get("ETag")) or sent.get("If-None-Match"),
            validator(response.headers.get("Last-Modified")) or sent.get("If-Modified-Since"),
            wait_s,
            fresh_s(response.headers, self._clock()),
        )


async def _body(origin: str, response: aiohttp.ClientResponse, max_bytes: int, large: asyncio.Semaphore) -> bytes:
    """`large` lets a few large answers in at a time; thirty at once would take half of the memory there is."""
    data = bytearray()
    if (response.content_length or 0) <= max_bytes:
        async with AsyncExitStack() as place:
            is_large = False
            # Chunks come out of a decompressor that is itself bounded; `read()` would unpack a bomb whole.
            async for chunk in response.content.iter_chunked(65_536):
                data += chunk
                if len(data) > LARGE and not is_large:
                    is_large = True
                    await place.enter_async_context(large)
                if len(data) > max_bytes:
                    break
            else:
                return bytes(data)
    response.close()
    raise Refused(shown(origin), f"larger than {max_bytes / 1_000_000:g} MB")


def release() -> str:
    """The version of this program; "dev" where it runs without being installed."""
    try:
        return version("parley-bot")
    except PackageNotFoundError:
        return "dev"
