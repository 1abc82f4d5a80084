"""Feeds: whose they are, and who polls them when; on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.errors import AlreadyExists, NotFound, StorageError
from handlers.model import Article, Feed, Reading, Stance, Statement
from storage import Store
from tests.storage_samples import NOW, OTHER_SERVER, SERVER, add

URL = "https://feeds.test/world.xml"


async def test_a_feed_is_read_back_as_it_was(store: Store) -> None:
    feed = Feed(URL, "World", SERVER, channel_id=9, etag='"x"', next_poll_at=NOW, failures=2, is_baselined=True)
    async with store.write() as unit:
        added = await unit.feeds.add(feed)
        assert added == replace(feed, id=added.id)
        assert await unit.feeds.get(added.id or 0) == added


async def test_an_owner_has_a_url_once(store: Store) -> None:
    async with store.write() as unit:
        await unit.feeds.add(Feed(URL))
        await unit.feeds.add(Feed(URL, guild_id=SERVER))
        for guild_id in (None, SERVER):
            with pytest.raises(AlreadyExists, match=URL):
                await unit.feeds.add(Feed(URL, guild_id=guild_id))


async def test_a_server_lists_the_operators_feeds_and_its_own(store: Store) -> None:
    async with store.write() as unit:
        shared = await unit.feeds.add(Feed(URL))
        own = await unit.feeds.add(Feed(URL, guild_id=SERVER))
        other = await unit.feeds.add(Feed("https://other.test", guild_id=OTHER_SERVER))
        assert await unit.feeds.list(SERVER) == [shared, own]
        assert await unit.feeds.list(None) == [shared]
        assert await unit.feeds.all() == [shared, own, other]


async def test_removing_a_feed_keeps_what_it_brought(store: Store) -> None:
    async with store.write() as unit:
        feed = await unit.feeds.add(Feed(URL))
        added = await add(unit, "1", "Text.")
        assert feed.id is not None
        assert added is not None
        await unit.feeds.remove(feed.id)
        assert await unit.articles.count(None) == 1
        with pytest.raises(NotFound):
            await unit.feeds.get(feed.id)
        with pytest.raises(NotFound):
            await unit.feeds.remove(feed.id)


async def test_a_server_that_put_the_bot_out_leaves_no_feed(store: Store) -> None:
    async with store.write() as unit:
        kept = [await unit.feeds.add(Feed(URL)), await unit.feeds.add(Feed(URL, guild_id=OTHER_SERVER))]
        for url in (URL, "https://other.test"):
            await unit.feeds.add(Feed(url, guild_id=SERVER))
        assert await unit.feeds.remove_all(SERVER) == 2
        assert await unit.feeds.list(OTHER_SERVER) == kept
        assert await unit.feeds.list(SERVER) == kept[:1]
        assert await unit.feeds.remove_all(SERVER) == 0


async def test_due_feeds_are_claimed_longest_due_first_and_once(store: Store) -> None:
    async with store.write() as unit:
        for name, due_at in (("later", NOW + timedelta(seconds=1)), ("new", None), ("due", NOW), ("late", NOW - timedelta(1))):
            await unit.feeds.add(Feed(f"https://{name}.test", name, next_poll_at=due_at))
    async with store.write() as unit:
        first = await unit.feeds.claim_due(NOW, 60, 2)
        assert {feed.name for feed in first} == {"new", "late"}
        assert {feed.next_poll_at for feed in first} == {NOW + timedelta(seconds=60)}
        assert [feed.name for feed in await unit.feeds.claim_due(NOW, 60, 2)] == ["due"]
        assert await unit.feeds.claim_due(NOW, 60, 2) == []
    async with store.write() as unit:
        again = await unit.feeds.claim_due(NOW + timedelta(seconds=60), 60, 9)
        assert len(again) == 4, "a claim that was not followed up runs out"


async def test_concurrent_claimers_never_get_the_same_feed(store: Store) -> None:
    async with store.write() as unit:
        for number in range(20):
            await unit.feeds.add(Feed(f"https://{number}.test"))

    async def claim() -> list[int | None]:
        async with store.write() as unit:
            return [feed.id for feed in await unit.feeds.claim_due(NOW, 60, 4)]

    claimed = [number for found in await asyncio.gather(*(claim() for _ in range(8))) for number in found]
    assert len(claimed) == len(set(claimed))
    async with store.write() as unit:
        rest = await unit.feeds.claim_due(NOW, 60, 20)
    assert len(claimed) + len(rest) == 20


async def test_polling_saves_what_was_learned_and_nothing_else(store: Store) -> None:
    async with store.write() as unit:
        feed = await unit.feeds.add(Feed(URL, guild_id=SERVER, channel_id=9))
        told = replace(
            feed, name="World", etag="e", last_modified="m", next_poll_at=NOW, last_polled_at=NOW, last_error="x", failures=3
        )
        await unit.feeds.polled(replace(told, is_baselined=True, url="https://moved.test", guild_id=None, channel_id=None))
        assert await unit.feeds.get(feed.id or 0) == replace(told, is_baselined=True)


async def test_polling_a_feed_that_was_removed_brings_it_not_back(store: Store) -> None:
    async with store.write() as unit:
        feed = await unit.feeds.add(Feed(URL))
        await unit.feeds.remove(feed.id or 0)
        await unit.feeds.polled(feed)
        assert await unit.feeds.all() == []


async def test_an_endless_address_is_refused_in_words(store: Store) -> None:
    async with store.write() as unit:
        with pytest.raises(StorageError, match="may have 600 characters, this one has 9014"):
            await unit.feeds.add(Feed("https://x.test" + "/" * 9000))


async def test_a_paused_feed_is_not_due_and_a_poll_that_ran_meanwhile_does_not_wake_it(store: Store) -> None:
    async with store.write() as unit:
        feed = await unit.feeds.add(Feed(URL, next_poll_at=NOW, failures=3, strain=2.5, last_error="x", is_reported=True))
        assert feed.id is not None
        assert (await unit.feeds.pause(feed.id)).state == "paused"
        await unit.feeds.polled(feed)
        assert await unit.feeds.claim_due(NOW, 60, 9) == []
        resumed = await unit.feeds.resume(feed.id, NOW)
        assert (resumed.state, resumed.failures, resumed.strain, resumed.last_error) == ("active", 0, 0.0, None)
        assert not resumed.is_reported
        assert [one.id for one in await unit.feeds.claim_due(NOW, 60, 9)] == [feed.id]
        with pytest.raises(NotFound):
            await unit.feeds.pause(feed.id + 1)


async def test_a_feed_that_is_gone_stays_and_is_not_polled(store: Store) -> None:
    async with store.write() as unit:
        feed = await unit.feeds.add(Feed(URL, next_poll_at=NOW))
        await unit.feeds.polled(replace(feed, state="gone", last_error="HTTP 410"))
        assert await unit.feeds.claim_due(NOW, 60, 9) == []
        (kept,) = await unit.feeds.all()
        assert (kept.state, kept.last_error) == ("gone", "HTTP 410")


async def test_a_feed_moves_unless_its_owner_is_there_already(store: Store) -> None:
    async with store.write() as unit:
        feed = await unit.feeds.add(Feed(URL))
        await unit.feeds.add(Feed("https://taken.test"))
        await unit.feeds.add(Feed("https://free.test", guild_id=SERVER))
        assert feed.id is not None
        assert not await unit.feeds.move(feed.id, "https://taken.test")
        assert not await unit.feeds.move(feed.id, "https://long.test/" + "x" * 600)
        assert await unit.feeds.move(feed.id, "https://free.test")
        assert (await unit.feeds.get(feed.id)).url == "https://free.test"


async def test_a_whole_site_waits_and_nothing_is_called_earlier(store: Store) -> None:
    later, latest = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    async with store.write() as unit:
        for number, (site, due_at) in enumerate((("a.test", NOW), ("a.test", latest), ("a.test", None), ("b.test", NOW))):
            await unit.feeds.add(Feed(f"https://{number}.test", site=site, next_poll_at=due_at))
        assert await unit.feeds.hold("a.test", later) == 2
        assert [feed.next_poll_at for feed in await unit.feeds.all()] == [later, latest, later, NOW]
        feed = (await unit.feeds.all())[-1]
        await unit.feeds.postpone(feed.id or 0, latest)
        assert (await unit.feeds.get(feed.id or 0)).next_poll_at == latest


async def test_what_a_feed_brought_is_counted(store: Store) -> None:
    async with store.write() as unit:
        feed = await unit.feeds.add(Feed(URL))
        other = await unit.feeds.add(Feed(f"{URL}?2"))
        text = "Iran will not negotiate."
        article = Article(text, origin=URL)
        added = await unit.articles.add(article, "a", "hash", guild_id=None, feed_id=feed.id, language="en", seen_at=NOW)
        assert added is not None
        told = Statement("Iran", None, Stance.REJECTS, text, 0, len(text))
        await unit.positions.record(added, Reading((told,)))
        assert await unit.feeds.brought(feed.id or 0) == (1, 1)
        assert await unit.feeds.brought(other.id or 0) == (0, 0)
