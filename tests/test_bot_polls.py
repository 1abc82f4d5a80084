"""Feeds polled from a loopback site: what is asked, what is spared, which pages are fetched, who is told."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from handlers.hosts import Hosts
from handlers.model import Feed
from handlers.polling import MOVES_TO_KEEP
from tests.polls import NOW, Item, Round, Unreading, round_of, rss
from tests.site import Page
from tests.test_handlers_guard import Names

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = "The ministry said that the talks will not resume before spring. " * 30
ITEM = Item(text=LONG, guid="g-1")
XML = "application/rss+xml"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Unreading]:
    pool = Unreading()
    yield pool
    await pool.close()


@pytest_asyncio.fixture(loop_scope="module")
async def round_(pool: Unreading, tmp_path: Path) -> AsyncIterator[Round]:
    """Names ending in .example lead to the site; requests to them are a fiftieth of a second apart."""
    names = Names(one=["127.0.0.1"], two=["127.0.0.1"])
    async with round_of(pool, tmp_path, resolver=names, hosts=Hosts(0.02)) as one:
        yield one


def page(text: str, head: str = "") -> Page:
    body = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return Page(f"<html><head><title>A page</title>{head}</head><body><article>{body}</article></body></html>".encode())


# What is asked and spared


async def test_the_same_bytes_without_validators_are_not_parsed_again(round_: Round, pool: Unreading) -> None:
    round_.site.pages["/feed"] = Page(rss([ITEM]), XML)
    feed = await round_.feed()
    assert len(await round_.poll(feed)) == 1
    assert await round_.poll(feed) == []
    assert round_.asked("/feed") == 2


async def test_validators_go_back_as_they_came(round_: Round) -> None:
    round_.site.pages["/feed"] = Page(rss([ITEM]), XML, etag='W/"x y"', last_modified="yesterday-ish")
    feed = await round_.feed()
    await round_.poll(feed)
    await round_.poll(feed)
    sent = round_.site.requests[-1].headers
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('W/"x y"', "yesterday-ish")


async def test_validators_of_one_address_are_not_sent_to_another(round_: Round) -> None:
    round_.site.pages["/feed"] = Page(status=302, headers={"Location": "/a"})
    round_.site.pages["/a"] = Page(rss([ITEM]), XML, etag='"a"')
    round_.site.pages["/b"] = Page(rss([ITEM]), XML, etag='"b"')
    feed = await round_.feed()
    await round_.poll(feed)
    await round_.poll(feed)
    assert [(r.path, r.headers.get("If-None-Match")) for r in round_.site.requests[-2:]] == [("/feed", None), ("/a", '"a"')]
    round_.site.pages["/feed"].headers["Location"] = "/b"
    await round_.poll(feed)
    assert [(r.path, r.headers.get("If-None-Match")) for r in round_.site.requests[-2:]] == [("/feed", None), ("/b", None)]


async def test_no_cookie_no_referer_and_a_name_with_every_request(round_: Round) -> None:
    url = round_.site.url("/story")
    round_.site.pages["/feed"] = Page(rss([Item(link=url)]), XML, headers={"Set-Cookie": "id=1"})
    round_.site.pages["/robots.txt"] = Page(b"User-agent: *\nAllow: /\n", "text/plain")
    await round_.poll(await round_.feed())
    assert {request.path for request in round_.site.requests} == {"/robots.txt", "/feed", "/story"}
    for request in round_.site.requests:
        assert {"Cookie", "Referer", "From"}.isdisjoint(request.headers)
        assert request.headers["User-Agent"].startswith("Parley/")


@pytest.mark.parametrize(
    ("headers", "channel", "least_s"),
    [
        ({"Cache-Control": "public, max-age=7200"}, "", 7200),
        ({"Cache-Control": "max-age=7200", "Age": "3600"}, "", 3600),
        ({"Cache-Control": "no-cache, max-age=7200"}, "", 0),
        ({"Expires": "Mon, 10 Feb 2025 14:00:00 GMT", "Date": "Mon, 10 Feb 2025 12:00:00 GMT"}, "", 7200),
        ({"Expires": "0"}, "", 0),
        ({"Retry-After": "7200"}, "", 7200),
        ({}, "<ttl>120</ttl>", 7200),
        ({}, "<ttl>5</ttl>", 0),
    ],
)
async def test_what_a_publisher_wishes_is_waited(round_: Round, headers: dict[str, str], channel: str, least_s: int) -> None:
    round_.site.pages["/feed"] = Page(rss([ITEM], channel=channel), XML, headers=headers)
    feed = await round_.feed()
    await round_.poll(feed)
    due_at = (await round_.again(feed)).next_poll_at
    assert due_at is not None
    waited_s = (due_at - NOW).total_seconds()
    assert least_s <= waited_s <= max(600, least_s * 1.1)


async def test_a_busy_server_holds_all_feeds_of_its_site(round_: Round) -> None:
    port = round_.site.port
    round_.site.pages["/busy"] = Page(status=429, headers={"Retry-After": "3600"})
    urls = [f"http://{name}.example:{port}/{path}" for name, path in (("one", "busy"), ("one", "other"), ("two", "free"))]
    async with round_.store.write() as unit:
        feeds = [await unit.feeds.add(Feed(url, site=url.split("/")[2].partition(":")[0], next_poll_at=NOW)) for url in urls]
    await round_.poll(feeds[0])
    after = [(await round_.again(feed)).next_poll_at for feed in feeds]
    assert after[0] is not None
    assert after[0] >= NOW + timedelta(hours=1)
    assert after[1:] == [NOW + timedelta(hours=1), NOW]
    assert await round_.poll(feeds[1]) == []
    assert round_.asked("/other") == 0, "the site is left alone also by who does not ask the store"
    assert "left alone" in ((await round_.again(feeds[1])).last_error or "")


# Redirects


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_move_is_kept_after_several_answers_that_could_be_read(round_: Round, status: int) -> None:
    round_.site.pages["/feed"] = Page(status=status, headers={"Location": "/new"})
    round_.site.pages["/new"] = Page(rss([ITEM]), XML, etag='"1"')
    feed = await round_.feed()
    for _ in range(MOVES_TO_KEEP - 1):
        await round_.poll(feed)
        assert (await round_.again(feed)).url == feed.url
    await round_.poll(feed)
    assert (await round_.again(feed)).url == round_.site.url("/new")
    await round_.poll(feed)
    assert round_.site.requests[-1].path == "/new"
    assert round_.site.requests[-1].headers["If-None-Match"] == '"1"'


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_temporary_redirect_is_never_kept(round_: Round, status: int) -> None:
    round_.site.pages["/feed"] = Page(status=status, headers={"Location": "/new"})
    round_.site.pages["/new"] = Page(rss([ITEM]), XML)
    feed = await round_.feed()
    for _ in range(MOVES_TO_KEEP + 2):
        await round_.poll(feed)
    assert (await round_.again(feed)).url == feed.url


async def test_only_the_permanent_hops_that_come_first_are_kept(round_: Round) -> None:
    round_.site.pages["/feed"] = Page(status=301, headers={"Location": "/new"})
    round_.site.pages["/new"] = Page(status=302, headers={"Location": "/today"})
    round_.site.pages["/today"] = Page(status=301, headers={"Location": "/cdn"})
    round_.site.pages["/cdn"] = Page(rss([ITEM]), XML)
    feed = await round_.feed()
    for _ in range(MOVES_TO_KEEP):
        await round_.poll(feed)
    assert (await round_.again(feed)).url == round_.site.url("/new")


async def test_a_move_to_what_is_no_feed_is_not_kept(round_: Round) -> None:
    round_.site.pages["/feed"] = Page(status=301, headers={"Location": "/home"})
    round_.site.pages["/home"] = page("Welcome to our new home page.")
    feed = await round_.feed()
    for _ in range(MOVES_TO_KEEP + 2):
        await round_.poll(feed)
    assert (await round_.again(feed)).url == feed.url


# Failing, gone, working again


async def test_a_failure_is_told_once_and_the_recovery_once(round_: Round) -> None:
    feed = await round_.feed()
    round_.site.pages["/feed"] = page("Welcome.")
    for _ in range(3):
        await round_.poll(feed)
    round_.site.pages["/feed"] = Page(rss([ITEM]), XML)
    for _ in range(2):
        await round_.poll(feed)
    assert [told.kind for told in round_.told] == ["failing", "recovered"]
    assert round_.told[0].reason is not None
    assert "is a web page, not a feed" in round_.told[0].reason
    assert round_.told[0].next_poll_at is not None


async def test_410_stops_a_feed_until_it_is_resumed(round_: Round) -> None:
    round_.site.pages["/feed"] = Page(status=410)
    feed = await round_.feed(next_poll_at=NOW)
    await round_.poll(feed)
    assert [(told.kind, told.feed.id) for told in round_.told] == [("gone", feed.id)]
    async with round_.store.write() as unit:
        assert await unit.feeds.claim_due(NOW + timedelta(days=900), 60, 9) == []
        assert feed.id is not None
        await unit.feeds.resume(feed.id, NOW)
        assert [one.id for one in await unit.feeds.claim_due(NOW, 60, 9)] == [feed.id]


# robots.txt and pages


async def test_a_teaser_is_completed_from_its_page_once(round_: Round) -> None:
    head = "<link rel='canonical' href='/story'><meta property='article:published_time' content='2025-02-09T08:00:00Z'>"
    round_.site.pages["/story"] = page(f"{ITEM.title}\n{LONG[:400]}\nIt gave no reason for that at all.", head)
    feed = await round_.feed()
    teaser = Item(
        text="The ministry said that the talks will not resume …", guid="g-1", link=round_.site.url("/story?from=rss")
    )
    assert await round_.listing(feed, teaser) == ["stored"]
    assert await round_.listing(feed, teaser) == ["known"]
    assert round_.asked("/story") == 1
    (one,) = await round_.articles()
    assert "It gave no reason" in one.article.text
    assert (one.article.url, one.article.published) == (round_.site.url("/story"), date(2025, 2, 9))
    other = await round_.feed("/other")
    assert await round_.listing(other, replace(teaser, text="Talks will not resume, says ministry"), title="Elsewhere") == [
        "known"
    ]
    assert round_.asked("/story") == 1, "a page is not fetched again for another feed"


async def test_a_page_of_an_edited_teaser_is_fetched_a_few_times_and_never_loses_its_text(round_: Round) -> None:
    round_.site.pages["/story"] = page(f"{ITEM.title}\n{LONG[:400]}\nAs of noon.")
    feed = await round_.feed()
    teaser = Item(text="The ministry said that the talks will not resume …", guid="g-1", link=round_.site.url("/story"))
    kinds: list[str] = []
    for number in range(8):
        kinds += await round_.listing(feed, replace(teaser, text=f"{teaser.text} It is {number}"))
    assert kinds == ["stored", *["known"] * 7]
    assert round_.asked("/story") == 3
    assert "As of noon." in (await round_.articles())[0].article.text


@pytest.mark.parametrize("forbids", ["User-agent: *\nDisallow: /story", "User-agent: Parley\nDisallow: /\nAllow: /feed"])
async def test_robots_txt_is_obeyed_and_the_teaser_stands(round_: Round, forbids: str) -> None:
    round_.site.pages["/robots.txt"] = Page(forbids.encode(), "text/plain")
    round_.site.pages["/story"] = page(LONG)
    feed = await round_.feed()
    for number in (1, 2):
        link = round_.site.url(f"/story?{number}")
        assert await round_.listing(feed, Item(f"Item number {number} of them", "A summary.", f"g{number}", link)) == ["stored"]
    assert (round_.asked("/story"), round_.asked("/robots.txt")) == (0, 1)
    assert (await round_.articles())[0].article.text.endswith("A summary.")


@pytest.mark.parametrize(
    ("answer", "pages"),
    [(Page(status=404), 1), (Page(status=403), 1), (Page(status=500), 0), (Page(b"x" * 600_000), 0), (page("Home."), 1)],
)
async def test_robots_txt_that_is_missing_allows_and_that_is_broken_forbids_pages(
    round_: Round, answer: Page, pages: int
) -> None:
    round_.site.pages["/robots.txt"] = answer
    round_.site.pages["/story"] = page(LONG)
    feed = await round_.feed()
    assert await round_.listing(feed, Item(text="A summary.", link=round_.site.url("/story"))) == ["stored"]
    assert round_.asked("/story") == pages
    round_.at += timedelta(days=2)
    await round_.poll(feed)
    assert round_.asked("/robots.txt") == 2, "asked anew after a day"


async def test_a_feed_that_robots_txt_forbids_is_not_fetched_and_says_so(round_: Round) -> None:
    round_.site.pages["/robots.txt"] = Page(b"User-agent: *\nDisallow: /feed", "text/plain")
    feed = await round_.feed()
    assert await round_.listing(feed, ITEM) == []
    assert round_.asked("/feed") == 0
    assert "robots.txt forbids" in ((await round_.again(feed)).last_error or "")


@pytest.mark.parametrize(
    "answer",
    [
        Page(status=404),
        Page(status=503),
        Page(b"%PDF-1.7 not a page", "application/pdf"),
        page("We value your privacy. Accept all cookies, or manage your choices and those of our many partners. " * 5),
        Page(b"x" * 5_000_001),
        Page(status=302, headers={"Location": "http://169.254.169.254/latest"}),
        Page(b"<html>" + b"<div>" * 100_000),
    ],
    ids=["404", "503", "pdf", "consent", "large", "private", "nested"],
)
async def test_without_its_page_the_teaser_is_the_article(round_: Round, answer: Page) -> None:
    round_.site.pages["/story"] = answer
    feed = await round_.feed()
    item = Item(text="The ministry said that the talks will not resume …", link=round_.site.url("/story"))
    assert await round_.listing(feed, item) == ["stored"]
    assert await round_.listing(feed, item) == ["known"]
    assert round_.asked("/story") == 1
    assert (await round_.articles())[0].article.text.endswith("will not resume …")
    assert (await round_.again(feed)).last_error is None
