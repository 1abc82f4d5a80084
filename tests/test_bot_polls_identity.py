"""One article however its feed spells it: GUIDs, links, days and texts that change, lack or lie. None lost, none doubled."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from handlers.model import Article
from storage.sightings import MOST_REVISIONS
from tests.polls import NOW, Item, Round, Unreading, round_of
from tests.site import Page

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = "The ministry said that the talks will not resume before spring. " * 30
"""Long enough to be an article and no teaser."""
ITEM = Item(text=LONG, guid="g-1", link="https://gazette.example/1")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[Unreading]:
    pool = Unreading()
    yield pool
    await pool.close()


@pytest_asyncio.fixture(loop_scope="module")
async def round_(pool: Unreading, tmp_path: Path) -> AsyncIterator[Round]:
    async with round_of(pool, tmp_path) as one:
        yield one


EDITED = LONG + "He added that no date was set."
CASES = {
    "the same again": (ITEM, ITEM, "known"),
    "a GUID that changes, with a link": (ITEM, replace(ITEM, guid="g-2"), "known"),
    "a GUID that changes, without a link": (replace(ITEM, link=None), replace(ITEM, link=None, guid="g-2"), "known"),
    "a GUID that changes and an edit": (replace(ITEM, link=None), replace(ITEM, link=None, guid="g-2", text=EDITED), "revised"),
    "a link that changes, with a GUID": (ITEM, replace(ITEM, link="https://gazette.example/1?session=4"), "known"),
    "a link and a text that change, with a GUID": (
        ITEM,
        replace(ITEM, link="https://gazette.example/one", text=EDITED),
        "revised",
    ),
    "tracking in the link": (replace(ITEM, guid=None), replace(ITEM, guid=None, link=f"{ITEM.link}?utm_source=x#a"), "known"),
    "http that becomes https": (replace(ITEM, guid=None, link="http://gazette.example/1"), replace(ITEM, guid=None), "known"),
    "GUID and link that change together": (
        ITEM,
        replace(ITEM, guid="g-2", link="https://gazette.example/2", text=EDITED),
        "revised",
    ),
    "a day that moves": (ITEM, replace(ITEM, day=NOW + timedelta(days=1)), "known"),
    "a day that moves and an edit": (ITEM, replace(ITEM, day=NOW + timedelta(days=1), text=EDITED), "revised"),
    "no GUID, no link": (replace(ITEM, guid=None, link=None), replace(ITEM, guid=None, link=None), "known"),
    "no GUID, no link, no day, an edit": (
        replace(ITEM, guid=None, link=None, day=None),
        replace(ITEM, guid=None, link=None, day=None, text=f"Update: {EDITED}"),
        "revised",
    ),
    "another headline under one GUID and link": (ITEM, replace(ITEM, title="Ministry rules out spring talks"), "revised"),
    "one headline on two days at two addresses": (
        ITEM,
        replace(ITEM, guid="g-2", link="https://gazette.example/2", text=EDITED, day=NOW - timedelta(days=2)),
        "stored",
    ),
    "a short headline that comes again": (
        replace(ITEM, title="Live updates"),
        replace(ITEM, title="Live updates", guid="g-2", link="https://gazette.example/2", text=EDITED),
        "stored",
    ),
    "a GUID that is given to another article": (
        replace(ITEM, link=None, guid="1"),
        Item("Grain prices fall in the north", "Farmers sold wheat at lower prices. " * 40, "1"),
        "stored",
    ),
}


@pytest.mark.parametrize(("first", "second", "expected"), CASES.values(), ids=CASES)
async def test_an_item_that_comes_again(round_: Round, first: Item, second: Item, expected: str) -> None:
    feed = await round_.feed()
    assert await round_.listing(feed, first) == ["stored"]
    assert await round_.listing(feed, second) == [expected]
    assert len(await round_.articles()) == (2 if expected == "stored" else 1)
    assert await round_.listing(feed, second) == ["known"]


async def test_one_headline_after_a_week_is_another_article(round_: Round) -> None:
    feed = await round_.feed()
    bare = replace(ITEM, guid=None, link=None, day=None)
    await round_.listing(feed, bare)
    round_.at += timedelta(days=8)
    assert await round_.listing(feed, replace(bare, text=f"Again: {LONG}")) == ["stored"]


async def test_one_guid_for_all_items_loses_none(round_: Round) -> None:
    items = [Item(f"Round {n} of the talks ends in Muscat", f"{LONG} Round {n}.", "same", None) for n in range(5)]
    feed = await round_.feed()
    assert await round_.listing(feed, *items) == ["stored"] * 5
    assert await round_.listing(feed, *items[::-1]) == ["known"] * 5


async def test_guids_that_number_the_items_lose_none(round_: Round) -> None:
    """The newest is always number 1, as in feeds that are made by a loop."""
    words = (
        "Grain harvest fails again",
        "Port strike ends at last",
        "Minister visits northern village",
        "Bridge opens after repairs",
    )
    texts = {word: f"{word}, residents said on Monday. " * 40 for word in words}
    feed = await round_.feed()
    for count in range(1, 5):
        listed = [Item(word, texts[word], str(n)) for n, word in enumerate(words[:count][::-1], 1)]
        kinds = await round_.listing(feed, *listed)
        assert kinds[0] == "stored"
        assert set(kinds[1:]) <= {"known"}
    assert [one.article.title for one in await round_.articles()] == list(words)


async def test_guids_that_change_at_every_fetch_are_given_up(round_: Round) -> None:
    feed = await round_.feed()
    for fetch in range(3):
        items = [
            replace(ITEM, guid=f"{fetch}-{n}", link=f"https://gazette.example/{n}", title=f"Story number {n} of the day")
            for n in range(10)
        ]
        kinds = await round_.listing(feed, *items)
        assert kinds == ["stored" if fetch == 0 else "known"] * 10
    assert not (await round_.again(feed)).has_stable_guids
    assert len(await round_.articles()) == 10


@pytest.mark.parametrize("day", ["Thu, 01 Jan 1970 00:00:00 GMT", "Sat, 01 Jan 2099 00:00:00 GMT", "yesterday", "", None])
async def test_an_absurd_day_is_unknown_and_the_item_is_kept(round_: Round, day: str | None) -> None:
    feed = await round_.feed()
    assert await round_.listing(feed, replace(ITEM, day=day)) == ["stored"]
    (one,) = await round_.articles()
    assert (one.article.published, one.seen_at) == (None, NOW)


async def test_an_item_that_changes_at_every_fetch_is_revised_no_more_than_a_day_s_worth(round_: Round) -> None:
    feed = await round_.feed()
    kinds = [(await round_.listing(feed, replace(ITEM, text=f"{LONG} It is {n} o'clock.")))[0] for n in range(40)]
    assert kinds == ["stored", *["revised"] * (MOST_REVISIONS - 1), *["known"] * (40 - MOST_REVISIONS)]


async def test_hundreds_of_items_at_once(round_: Round) -> None:
    """`tests/bench/polling.py` stores 2,000; here as many as need several look-ups."""
    items = [Item(f"Round {n} of the talks", f"{LONG} {n}.", f"g{n}", f"https://gazette.example/{n}") for n in range(250)]
    feed = await round_.feed()
    assert await round_.listing(feed, *items) == ["stored"] * 250
    assert await round_.listing(feed, *items) == ["known"] * 250


async def test_by_feed_by_page_and_by_file_it_is_one_article(round_: Round) -> None:
    url = round_.site.url("/story")
    body = "".join(f"<p>{LONG[:300]} Part {n}.</p>" for n in range(6))
    page = f"<html><head><title>Talks will not resume</title></head><body><article>{body}</article></body></html>"
    round_.site.pages["/story"] = Page(page.encode())
    feed = await round_.feed()
    assert await round_.listing(feed, Item(text=LONG[:100], guid="g-1", link=url)) == ["stored"]
    fetched = await round_.polls.ingest.fetcher.fetch(url)
    assert fetched.document is not None
    (parsed,) = (await round_.polls.ingest.pool.parse(fetched.document)).articles
    assert (await round_.polls.ingest.article(parsed)).kind == "known"
    (one,) = await round_.articles()
    by_file = Article(one.article.text, "story.json", id="a", url=url, outlet=one.article.outlet, published=date(2025, 2, 10))
    assert (await round_.polls.ingest.article(by_file)).kind == "known"
    assert len(await round_.articles()) == 1


async def test_a_stranger_does_not_edit_what_another_outlet_published(round_: Round) -> None:
    feed, other = await round_.feed(), await round_.feed("/other")
    await round_.listing(feed, ITEM)
    assert await round_.listing(other, replace(ITEM, guid="x", text=f"Never said. {LONG}"), title="Elsewhere") == ["known"]
    assert (await round_.articles())[0].article.text.endswith(LONG.strip())
    assert await round_.listing(feed, replace(ITEM, text=EDITED)) == ["revised"]
