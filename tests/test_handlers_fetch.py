"""Fetching, against a web server on loopback: what is sent, what comes back, and each way in which it fails."""

import resource
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from handlers.errors import FetchError, Refused
from handlers.fetch import Fetcher
from tests.site import Page, Site

NOW = datetime(2025, 11, 22, 14, 3, tzinfo=UTC)
DAY = "Fri, 07 Feb 2025 10:00:00 GMT"


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        yield site


@pytest.fixture
async def fetcher(site: Site) -> AsyncIterator[Fetcher]:
    contact = "mailto:desk@newsroom.example"
    async with Fetcher(clock=lambda: NOW, contact=contact, allow=frozenset({site.host}), total_s=5) as one:
        yield one


async def reason(fetcher: Fetcher, url: str, **options: int) -> str:
    with pytest.raises(FetchError) as caught:
        await fetcher.fetch(url, **options)
    assert str(caught.value) == f"{caught.value.origin}: {caught.value.reason}"
    assert "\n" not in caught.value.reason
    return caught.value.reason


async def test_a_page_is_a_document_with_its_type_and_charset(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Page("né".encode("latin-1"), "Text/HTML; charset=ISO-8859-1", etag='W/"x y"', last_modified=DAY)
    fetched = await fetcher.fetch(site.url("/a#part"))
    assert fetched.document is not None
    assert (fetched.document.data, fetched.document.mime, fetched.document.charset) == (b"n\xe9", "text/html", "ISO-8859-1")
    assert (fetched.document.origin, fetched.document.fetched_at, fetched.url) == (site.url("/a"), NOW, site.url("/a"))
    assert (fetched.etag, fetched.last_modified, fetched.retry_after_s) == ('W/"x y"', DAY, None)


async def test_no_type_is_unknown(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Page(b"x", type=None, headers={"Content-Type": ""})
    document = (await fetcher.fetch(site.url("/a"))).document
    assert document is not None
    assert document.mime in (None, "application/octet-stream")


async def test_a_request_names_its_sender_and_carries_nothing_else(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Page(b"x", headers={"Set-Cookie": "id=1"})
    await fetcher.fetch(site.url("/a"))
    await fetcher.fetch(site.url("/a"))
    sent = site.requests[-1].headers
    assert sent["User-Agent"].startswith("Parley/")
    assert sent["User-Agent"].endswith(" (+mailto:desk@newsroom.example)")
    assert set(sent) == {"Host", "User-Agent", "Accept", "Accept-Encoding"}
    assert {"gzip", "br"} <= set(sent["Accept-Encoding"].split(", "))


@pytest.mark.parametrize("etag", ['"abc"', 'W/"abc"', "unquoted", '"with, comma and \\"quote"', "é"])
async def test_validators_go_back_byte_for_byte(site: Site, fetcher: Fetcher, etag: str):
    site.pages["/a"] = Page(b"x", etag=etag, last_modified="yesterday-ish")
    first = await fetcher.fetch(site.url("/a"))
    second = await fetcher.fetch(site.url("/a"), etag=first.etag, last_modified=first.last_modified)
    assert site.requests[-1].headers["If-None-Match"] == etag
    assert site.requests[-1].headers["If-Modified-Since"] == "yesterday-ish"
    assert (second.document, second.etag, second.last_modified) == (None, etag, "yesterday-ish")


async def test_both_validators_are_replaced_by_a_new_body(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Page(b"x", etag='"2"')
    fetched = await fetcher.fetch(site.url("/a"), etag='"1"', last_modified=DAY)
    assert fetched.document is not None
    assert (fetched.etag, fetched.last_modified) == ('"2"', None)


async def test_a_304_replaces_the_validators_that_it_gives(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Page(status=304, etag='"2"', type=None)
    fetched = await fetcher.fetch(site.url("/a"), etag='"1"', last_modified=DAY)
    assert (fetched.document, fetched.etag, fetched.last_modified) == (None, '"2"', DAY)


async def test_a_304_that_nobody_asked_for_is_an_error(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Page(status=304, type=None)
    assert await reason(fetcher, site.url("/a")) == "HTTP 304"


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (403, {}, "HTTP 403: the publisher blocks bots"),
        (403, {"cf-mitigated": "challenge"}, "HTTP 403: the publisher's protection asks for a browser"),
        (404, {}, "HTTP 404: there is no such page"),
        (410, {}, "HTTP 410: it is gone for good"),
        (418, {}, "HTTP 418"),
        (503, {}, "HTTP 503: the publisher's server has a fault"),
        (302, {}, "HTTP 302"),
    ],
)
async def test_a_status_is_explained(site: Site, fetcher: Fetcher, status: int, headers: dict[str, str], expected: str):
    site.pages["/a"] = Page(b"x", status=status, headers=headers)
    assert await reason(fetcher, site.url("/a")) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": "99999999999"}, 86_400),
        ({"Retry-After": "Sat, 22 Nov 2025 14:05:00 GMT", "Date": "Sat, 22 Nov 2025 14:03:00 GMT"}, 120),
        ({"Retry-After": "Sat, 22 Nov 2025 14:05:00 GMT", "Date": "broken"}, 120),
        ({"Retry-After": "Sat, 22 Nov 2025 13:00:00 GMT", "Date": "Sat, 22 Nov 2025 14:03:00 GMT"}, 0),
        ({"Retry-After": "later"}, None),
        ({"Retry-After": "-5"}, None),
        ({}, None),
    ],
)
async def test_retry_after_is_seconds_from_now(site: Site, fetcher: Fetcher, headers: dict[str, str], expected: int | None):
    site.pages["/busy"] = Page(b"x", status=429, headers=headers)
    site.pages["/fine"] = Page(b"x", headers=headers)
    with pytest.raises(FetchError, match="asks for fewer requests") as caught:
        await fetcher.fetch(site.url("/busy"))
    assert caught.value.retry_after_s == expected
    assert (await fetcher.fetch(site.url("/fine"))).retry_after_s == expected


async def test_redirects_are_followed_to_the_final_address(site: Site, fetcher: Fetcher):
    for number, status in enumerate((301, 302, 303, 307, 308)):
        site.pages[f"/{number}"] = Page(status=status, headers={"Location": f"/{number + 1}?q=é"})
    site.pages["/5"] = Page(b"there")
    fetched = await fetcher.fetch(site.url("/0"))
    assert fetched.document is not None
    assert (fetched.document.data, fetched.url) == (b"there", site.url("/5?q=%C3%A9"))


async def test_ten_redirects_are_the_most(site: Site, fetcher: Fetcher):
    for number in range(11):
        site.pages[f"/{number}"] = Page(status=302, headers={"Location": f"/{number + 1}"})
    site.pages["/11"] = Page(b"there")
    assert (await fetcher.fetch(site.url("/1"))).document is not None
    assert await reason(fetcher, site.url("/0")) == "more than 10 redirects"


async def test_a_server_that_never_answers_and_one_that_drips_time_out(site: Site):
    async with Fetcher(clock=lambda: NOW, allow=frozenset({site.host}), total_s=0.3) as fetcher:
        assert await reason(fetcher, site.url("/silent")) == "timed out after 0.3 s"
        assert await reason(fetcher, site.url("/drip")) == "timed out after 0.3 s"


@pytest.mark.parametrize("encoding", ["gzip", "br"])
async def test_a_bomb_is_dropped_before_it_unfolds(site: Site, fetcher: Fetcher, encoding: str):
    # The server runs in this process: let it make its bomb once before anything is measured.
    await reason(fetcher, site.url(f"/bomb/{encoding}"), max_bytes=1000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert await reason(fetcher, site.url(f"/bomb/{encoding}"), max_bytes=1_000_000) == "larger than 1 MB"
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mb < 40  # the whole would be 128


async def test_the_size_cap_holds_with_and_without_a_length(site: Site, fetcher: Fetcher):
    site.pages["/a"] = Page(b"x" * 1000)
    assert (await fetcher.fetch(site.url("/a"), max_bytes=1000)).document is not None
    with pytest.raises(Refused, match=r"larger than 0\.000999 MB"):
        await fetcher.fetch(site.url("/a"), max_bytes=999)
    assert (await reason(fetcher, site.url("/drip"), max_bytes=5)).startswith("larger than")


async def test_answers_that_are_no_http_are_errors(site: Site, fetcher: Fetcher):
    assert await reason(fetcher, site.url("/cut")) == "the answer broke off or is damaged"
    assert (await reason(fetcher, site.url("/garbage"))).startswith("the answer is not HTTP as it should be")
    assert (await reason(fetcher, site.url("/header/20000"))).startswith("the answer is not HTTP as it should be")
    assert (await fetcher.fetch(site.url("/header/12000"))).document is not None


async def test_nobody_listening_is_a_refused_connection(fetcher: Fetcher):
    async with Site() as gone:
        pass
    async with Fetcher(clock=lambda: NOW, allow=frozenset({gone.host})) as other:
        assert await reason(other, gone.url("/")) == "connection refused"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("ftp://e.example/a", "only http and https addresses are fetched"),
        ("file:///etc/passwd", "only http and https addresses are fetched"),
        ("e.example/a", "only http and https addresses are fetched"),
        ("http://", "only http and https addresses are fetched"),
        ("", "only http and https addresses are fetched"),
        ("http://[::1", "is not a web address"),
        ("http://e.example:99999/", "is not a web address"),
        ("http://me:secret@e.example/", "an address with a user name or password in it is not fetched"),
    ],
)
async def test_what_is_no_web_address_is_refused_before_any_request(fetcher: Fetcher, url: str, expected: str):
    with pytest.raises(Refused) as caught:
        await fetcher.fetch(url)
    assert caught.value.reason == expected
    assert "secret" not in str(caught.value)
