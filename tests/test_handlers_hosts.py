"""Turns at a site: at most two requests at a time, starts apart, none while it asks to be left alone."""

import asyncio
import time
from itertools import pairwise

import pytest

from handlers import hosts as pressing
from handlers.errors import FetchError
from handlers.hosts import Hosts, is_inside, site_of

URL = "https://www.gazette.example/a"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://feeds.bbci.co.uk/news/rss.xml", "bbci.co.uk"),
        ("https://WWW.Example.COM./x", "example.com"),
        ("http://a.b.gazette.example:8080/", "gazette.example"),
        ("https://alice.github.io/feed", "github.io"),
        ("http://127.0.0.1:8000/", "127.0.0.1"),
        ("http://[::1]:8000/", "::1"),
        ("http://intranet/", "intranet"),
        ("http://[broken", ""),
    ],
)
def test_a_site_is_a_registrable_domain(url: str, site: str):
    assert site_of(url) == site


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ("127.0.0.1", True),
        ("10.0.0.7", True),
        ("::1", True),
        ("intranet", True),
        ("1.1.1.1", False),
        ("gazette.example", False),
    ],
)
def test_only_machines_of_the_own_network_are_not_spaced(site: str, expected: bool):
    assert is_inside(site) == expected


async def pressed(hosts: Hosts, urls: list[str], lasts_s: float) -> tuple[list[float], int]:
    """When each request started, and how many there were at once."""
    starts: list[float] = []
    running = most = 0

    async def request(url: str) -> None:
        nonlocal running, most
        async with hosts.turn(url):
            starts.append(time.monotonic())
            running += 1
            most = max(most, running)
            await asyncio.sleep(lasts_s)
            running -= 1

    await asyncio.gather(*map(request, urls))
    return starts, most


async def test_two_at_a_time_and_their_starts_apart():
    starts, most = await pressed(Hosts(0.05), [URL, "http://feeds.gazette.example/b"] * 3, lasts_s=0.2)
    assert most == 2
    assert min(later - earlier for earlier, later in pairwise(starts)) >= 0.049


async def test_sites_do_not_wait_for_each_other():
    started = time.monotonic()
    starts, most = await pressed(Hosts(5), [f"https://site{n}.example/" for n in range(50)], lasts_s=0.05)
    assert (len(starts), most) == (50, 50)
    assert time.monotonic() - started < 3


async def test_the_own_network_is_not_spaced():
    _, most = await pressed(Hosts(5), ["http://127.0.0.1:8000/"] * 20, lasts_s=0.02)
    assert most == 20


async def test_a_site_that_asked_is_left_alone_and_the_others_are_not():
    hosts = Hosts(0)
    hosts.hold("https://feeds.gazette.example/x", 0.2)
    with pytest.raises(FetchError, match="asked to be left alone") as caught:
        async with hosts.turn(URL):
            raise AssertionError
    assert 0 < (caught.value.retry_after_s or 0) <= 0.2
    assert 0 < hosts.wait_s(URL) <= 0.2
    assert hosts.wait_s("https://other.example/") == 0
    await asyncio.sleep(0.21)
    async with hosts.turn(URL):
        assert hosts.wait_s(URL) == 0


async def test_who_would_wait_too_long_is_sent_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pressing, "PATIENCE_S", 0.5)
    hosts = Hosts(0.2)
    results = await asyncio.gather(*(pressed(hosts, [URL], 0) for _ in range(10)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, FetchError)]
    assert refused
    assert all(error.is_passing and "too many requests wait" in error.reason for error in refused)
    assert len(results) - len(refused) >= 2


async def test_a_request_that_fails_or_is_cancelled_gives_its_place_back():
    hosts = Hosts(0)
    for _ in range(5):
        with pytest.raises(ValueError, match="x"):
            async with hosts.turn(URL):
                raise ValueError("x")
    waiting = [asyncio.create_task(pressed(hosts, [URL], 30)) for _ in range(4)]
    await asyncio.sleep(0.05)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    async with hosts.turn(URL), hosts.turn(URL):
        assert hosts.wait_s(URL) == 0


async def test_what_was_asked_once_is_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pressing, "_MOST_SITES", 10)
    hosts = Hosts(0)
    for number in range(100):
        async with hosts.turn(f"https://site{number}.example/"):
            pass
    assert len(hosts._lines) <= 11  # pyright: ignore[reportPrivateUsage]
