"""The address guard: nothing that is not public is connected to, whatever names it; a canary port counts connections."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from handlers.errors import FetchError, Refused
from handlers.fetch import Fetcher
from handlers.guard import BlockedError, Guard
from tests.site import Page, Site

NOW = datetime(2025, 11, 22, 14, 3, tzinfo=UTC)


def open_towards(guard: Guard, address: str, host: str = "e.example", port: int = 80) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with guard.towards(host, port):
        guard.open_socket((family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))).close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::", "2002:a9fe:a9fe::1", "fe80::1", "fe80::1%1", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1",
        "100::1", "2001:db8::1", "3fff::1", "5f00::1",
    ],
)  # fmt: skip
def test_no_socket_is_opened_towards(address: str):
    with pytest.raises(BlockedError, match="is not a public address"):
        open_towards(Guard(), address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:831::200e"])
def test_public_addresses_get_a_socket(address: str):
    open_towards(Guard(), address)


def test_only_the_very_pair_is_allowed():
    guard = Guard(frozenset({"intranet.example:8080", "[::1]:80", "Feeds.Example:80"}))
    open_towards(guard, "10.0.0.1", "intranet.example", 8080)
    open_towards(guard, "::1", "::1", 80)
    open_towards(guard, "10.0.0.1", "feeds.example", 80)
    for host, port in (("intranet.example", 80), ("10.0.0.1", 8080), ("a.intranet.example", 8080)):
        with pytest.raises(BlockedError):
            open_towards(guard, "10.0.0.1", host, port)


@pytest.mark.parametrize("entry", ["intranet.example", "10.0.0.0/8", ":80", "host:", "host:http", ""])
def test_what_is_no_pair_is_not_accepted(entry: str):
    with pytest.raises(ValueError, match="is not host:port"):
        Guard(frozenset({entry}))


class Canary:
    """A port on every address of this machine that must stay untouched."""

    def __init__(self) -> None:
        self.connections = 0

    async def start(self) -> None:
        self.server = await asyncio.start_server(self._touched, "127.0.0.1", 0)
        self.port = self.server.sockets[0].getsockname()[1]

    async def _touched(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    canary = Canary()
    await canary.start()
    yield canary
    canary.server.close()
    assert canary.connections == 0


class Names(AbstractResolver):
    """Answers each name with the next of its addresses, as a hostile name server does."""

    def __init__(self, **names: list[str]) -> None:
        self._names = names

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        addresses = self._names[host.partition(".")[0]]
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)]

    async def close(self) -> None:
        return


SPELLINGS = (
    "127.0.0.1 127.1 127.0.1 0 0.0.0.0 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.0.0.1. localhost LocalHost. "
    "①②⑦.0.0.1 127。0。0。1 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::]"
)


@pytest.mark.parametrize("host", SPELLINGS.split())
async def test_no_spelling_of_this_machine_is_connected_to(canary: Canary, host: str):
    async with Fetcher(clock=lambda: NOW, total_s=5) as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch(f"http://{host}:{canary.port}/")


async def test_the_refusal_names_the_address(canary: Canary):
    async with Fetcher(clock=lambda: NOW, resolver=Names(inside=["127.0.0.1"])) as fetcher:
        with pytest.raises(Refused) as caught:
            await fetcher.fetch(f"http://inside.example:{canary.port}/a")
    assert str(caught.value) == f"http://inside.example:{canary.port}/a: 127.0.0.1 is not a public address"


@pytest.mark.parametrize("host", ["127.0.0.1", "inside.example", "[::ffff:127.0.0.1]"])
async def test_a_redirect_to_a_private_address_is_refused(canary: Canary, host: str):
    async with (
        Site() as site,
        Fetcher(clock=lambda: NOW, allow=frozenset({site.host}), resolver=Names(inside=["127.0.0.1"])) as fetcher,
    ):
        target = f"http://{host}:{canary.port}/latest/meta-data"
        site.pages["/a"] = Page(status=302, headers={"Location": target})
        with pytest.raises(Refused, match=r"leads to http://.*: [0-9a-f.:]+ is not a public address"):
            await fetcher.fetch(site.url("/a"))


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://a:b@127.0.0.1/", "http://["])
async def test_a_redirect_elsewhere_than_the_web_is_refused(location: str):
    async with Site() as site, Fetcher(clock=lambda: NOW, allow=frozenset({site.host})) as fetcher:
        site.pages["/a"] = Page(status=302, headers={"Location": location})
        with pytest.raises(Refused):
            await fetcher.fetch(site.url("/a"))


async def test_a_name_that_changes_its_address_between_requests_is_refused(canary: Canary):
    """The name is allowed on the site's port only; on the canary's it is checked anew, at the socket."""
    async with Site() as site:
        port = site.host.rpartition(":")[2]
        names = Names(turning=["127.0.0.1", "127.0.0.2"])
        async with Fetcher(clock=lambda: NOW, allow=frozenset({f"turning.example:{port}"}), resolver=names) as fetcher:
            target = f"http://turning.example:{canary.port}/"
            site.pages["/a"] = Page(status=302, headers={"Location": target})
            with pytest.raises(Refused, match=r"127\.0\.0\.[12] is not a public address"):
                await fetcher.fetch(f"http://turning.example:{port}/a")
            assert [request.path for request in site.requests] == ["/a"]


async def test_an_allowed_literal_is_not_allowed_by_another_name():
    async with Site() as site:
        site.pages["/a"] = Page(b"x")
        port = site.host.rpartition(":")[2]
        async with Fetcher(clock=lambda: NOW, allow=frozenset({site.host}), resolver=Names(inside=["127.0.0.1"])) as fetcher:
            assert (await fetcher.fetch(site.url("/a"))).document is not None
            with pytest.raises(Refused):
                await fetcher.fetch(f"http://inside.example:{port}/a")
    assert len(site.requests) == 1


async def test_a_name_without_an_address_says_so():
    class Nowhere(Names):
        async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
            raise OSError(None, "no such name")

    async with Fetcher(clock=lambda: NOW, resolver=Nowhere()) as fetcher:
        with pytest.raises(FetchError, match="the name does not resolve"):
            await fetcher.fetch("http://nowhere.example/")
