"""What a channel hears of its feeds: the words, and each once, whatever dies when, over the loopback protocol."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.jobs import JobRunner
from bot.notices import NOTICE, Notices, enqueue_notice, feed_in, notice_words
from handlers.model import Feed
from handlers.polling import Told
from storage import Store
from tests.discord_server import Permission
from tests.post import Post
from tests.storage_samples import NOW

AT = datetime(2025, 2, 7, 18, 0, tzinfo=UTC)
FEED = Feed(
    "https://news.example/rss?key=1",
    name="Gazette",
    guild_id=7,
    id=3,
    last_polled_at=AT,
    last_error="https://news.example/rss?key=1: 404 Not Found",
)


@pytest.fixture
async def post(database_url: str) -> AsyncIterator[Post]:
    async with Post.opened(database_url) as opened:
        yield opened


async def tell(post: Post, feed: Feed = FEED, kind: str = "failing") -> None:
    feed = replace(feed, guild_id=post.server.guild.id, channel_id=post.server.channel.id, last_polled_at=post.now())
    told = Told(kind, feed, "404 Not Found", post.now() + timedelta(minutes=20))  # pyright: ignore[reportArgumentType]
    async with post.store.write() as unit:
        await enqueue_notice(unit, told)


async def run(post: Post) -> None:
    await JobRunner(post.store, {NOTICE: Notices(post.client, post.now)}, post.now).drain()


def test_a_failing_feed_is_told_with_cause_and_next_try() -> None:
    reply = notice_words(Told("failing", FEED, "404 Not Found", AT + timedelta(minutes=20)))
    assert reply.title == "Feed failing: Gazette"
    assert reply.lines[0] == "404 Not Found."
    assert "Next try on 7 February 2025 at 18:20 UTC" in reply.lines[1]


def test_a_gone_feed_and_a_recovered_one() -> None:
    gone = notice_words(Told("gone", FEED, "410 Gone"))
    assert gone.title == "Feed stopped: Gazette"
    assert "/feed resume" in gone.lines[-1]
    well = notice_words(Told("recovered", replace(FEED, last_error=None), next_poll_at=AT))
    assert (well.title, "18:00 UTC" in well.lines[0]) == ("Feed works again: Gazette", True)


async def test_a_notice_is_sent_once_with_a_button_to_its_feed(post: Post) -> None:
    await tell(post)
    await run(post)
    await run(post)
    (message,) = post.posted
    assert "Feed failing: Gazette" in message.plain
    assert message.labels == ["Show feed"]
    assert feed_in(message.buttons[0]["custom_id"]) == 3
    assert await post.jobs() == 0


async def test_one_whose_sending_broke_off_is_found_again(post: Post) -> None:
    await tell(post)
    post.server.faults.drop(on="POST /channels/*", is_stored=True)
    await run(post)
    assert (len(post.posted), await post.jobs()) == (1, 1)
    for _ in range(20):
        post.server.world.post(post.server.channel, post.server.owner, "talk")
    post.server.clock.advance(3600)
    await run(post)
    assert (len(post.posted), await post.jobs()) == (1, 0)


async def test_one_that_never_arrived_is_sent_again(post: Post) -> None:
    await tell(post)
    post.server.faults.drop(on="POST /channels/*")
    await run(post)
    assert post.posted == []
    post.server.clock.advance(60)
    await run(post)
    assert len(post.posted) == 1


async def test_a_layout_that_is_refused_becomes_text_that_is_found_again(post: Post) -> None:
    await tell(post)
    post.server.faults.answer(400, on="POST /channels/*")
    post.server.faults.drop(on="POST /channels/*", is_stored=True)
    await run(post)
    post.server.clock.advance(3600)
    await run(post)
    (message,) = post.posted
    assert "Feed failing: Gazette" in message.text
    assert await post.jobs() == 0


async def test_a_channel_that_forbids_it_ends_the_notice(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.server.world.overwrite(post.server.channel, post.server.world.bot, deny=Permission.SEND_MESSAGES)
    await tell(post)
    await run(post)
    assert (post.posted, await post.jobs()) == ([], 0)
    assert "notice_failed" in caplog.messages


async def test_names_and_causes_are_words_only(post: Post) -> None:
    hostile = "@everyone [x](https://evil.example)"
    await tell(post, replace(FEED, name=hostile, last_error=hostile))
    await run(post)
    (message,) = post.posted
    assert not message.pings
    assert "@everyone" not in message.text
    assert "[x](" not in message.text


@pytest.mark.parametrize("missing", [{"guild_id": None}, {"channel_id": None}])
async def test_the_operators_feeds_have_no_channel(store: Store, missing: dict[str, None]) -> None:
    feed = replace(FEED, channel_id=5, last_polled_at=NOW)
    async with store.write() as unit:
        await enqueue_notice(unit, Told("failing", replace(feed, **missing), "x", NOW))
        assert await unit.jobs.depth() == 0
