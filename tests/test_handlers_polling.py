"""What an answer means for a feed: each row of what polite readers do, as old state and answer → new state."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.errors import FetchError, FormatError, ParleyError, Refused
from handlers.model import Feed
from handlers.polling import (
    DAY_S,
    MOVES_TO_KEEP,
    UNCONDITIONAL_EVERY,
    Answer,
    Ask,
    Pace,
    Poll,
    answered,
    asking,
    failed,
    is_unchanged,
    weight,
)

NOW = datetime(2025, 2, 10, 12, 0, tzinfo=UTC)
URL = "https://feeds.example/world.xml"
PACE = Pace(600, 60, 3600)
FEED = Feed(URL, id=1, etag='"1"', last_modified="Monday", final_url=URL, is_baselined=True, body_hash="a", interval_s=600)


def answer(feed: Feed = FEED, chance: float = 0.5, pace: Pace = PACE, **fields: object) -> Poll:
    return answered(feed, replace(Answer(final_url=URL), **fields), pace=pace, now=NOW, chance=chance)  # pyright: ignore[reportArgumentType]


def fail(error: ParleyError, feed: Feed = FEED, chance: float = 0.0) -> Poll:
    return failed(feed, error, pace=PACE, now=NOW, chance=chance)


def http(status: int, wait_s: float | None = None) -> FetchError:
    return FetchError(URL, f"HTTP {status}", status=status, retry_after_s=wait_s)


def wait_s(poll: Poll) -> float:
    assert poll.feed.next_poll_at is not None
    return (poll.feed.next_poll_at - NOW).total_seconds()


# Conditional requests


def test_validators_are_sent_as_they_came_and_to_the_address_that_gave_them():
    feed = replace(FEED, etag='W/"x y"', last_modified="yesterday-ish", final_url="https://cdn.example/w")
    assert asking(feed) == Ask(URL, 'W/"x y"', "yesterday-ish", "https://cdn.example/w")


def test_a_new_body_replaces_both_validators_also_by_none():
    feed = answer(etag='"2"', body_hash="b", listed=3, new=1).feed
    assert (feed.etag, feed.last_modified, feed.body_hash) == ('"2"', None, "b")


def test_a_304_replaces_both_validators_and_keeps_the_body():
    feed = answer(etag='"2"', last_modified="Tuesday").feed
    assert (feed.etag, feed.last_modified, feed.body_hash) == ('"2"', "Tuesday", "a")


def test_the_same_bytes_replace_the_validators_too():
    feed = answer(etag='"2"', body_hash="a").feed
    assert (feed.etag, feed.last_modified) == ('"2"', None)


def test_every_so_many_requests_one_is_unconditional():
    feed = FEED
    sent: list[bool] = []
    for _ in range(2 * (UNCONDITIONAL_EVERY + 1)):
        sent.append(asking(feed).etag is not None)
        feed = answer(feed, etag='"1"').feed
    assert sent == [*([True] * UNCONDITIONAL_EVERY), False] * 2


def test_nothing_is_conditional_before_the_first_answer_that_was_read():
    assert asking(replace(FEED, is_baselined=False)) == Ask(URL)


def test_unchanged_bytes_are_not_parsed_again():
    assert is_unchanged(FEED, "a")
    assert not is_unchanged(FEED, "b")
    assert not is_unchanged(replace(FEED, is_baselined=False), "a")


# The interval


def test_the_first_answer_sets_the_common_pace():
    poll = answer(replace(FEED, is_baselined=False, interval_s=None), listed=30, new=30)
    assert (poll.feed.is_baselined, poll.feed.interval_s, wait_s(poll)) == (True, 600, 600)


@pytest.mark.parametrize(
    ("before", "listed", "new", "after"),
    [
        (600, None, 0, 720),
        (600, 20, 0, 720),
        (600, 20, 1, 600),
        (3000, 20, 1, 600),
        (600, 20, 10, 300),
        (3600, 20, 20, 300),
        (100, 20, 20, 60),
        (3500, None, 0, 3600),
    ],
)
def test_the_interval_follows_what_a_feed_brings_within_the_settings(before: float, listed: int | None, new: int, after: float):
    assert answer(replace(FEED, interval_s=before), listed=listed, new=new).feed.interval_s == after


@pytest.mark.parametrize("name", ["wait_s", "fresh_s", "ttl_s"])
def test_what_a_server_wishes_is_never_undercut_and_a_day_is_the_most(name: str):
    for chance in (0.0, 0.5, 1.0):
        assert 7200 <= wait_s(answer(chance=chance, **{name: 7200.0})) <= 7920
        assert wait_s(answer(chance=chance, **{name: 5.0})) <= 760
        assert wait_s(answer(chance=chance, **{name: 1e9})) <= DAY_S * 1.1


def test_jitter_spreads_what_would_fall_due_together():
    waits = [wait_s(answer(chance=chance, listed=9, new=1)) for chance in (0.0, 0.5, 1.0)]
    assert waits == [570, 600, 630]


def test_no_poll_is_sooner_than_the_least_interval():
    busy = replace(FEED, interval_s=60)
    assert min(wait_s(answer(busy, chance=chance, listed=1, new=1)) for chance in (0.0, 1.0)) == 60


# Failures


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (FormatError(URL, "is a web page, not a feed"), 1),
        (Refused(URL, "10.0.0.1 is not a public address"), 1),
        (http(401), 1),
        (http(403), 1),
        (http(404), 0.5),
        (http(500), 0.5),
        (http(503), 0.5),
        (FetchError(URL, "the name does not resolve"), 0.5),
        (FetchError(URL, "its certificate is not valid"), 0.5),
        (FetchError(URL, "timed out after 20 s", is_passing=True), 0.25),
        (http(429), 0.25),
        (ParleyError("a worker process could not start"), 0.25),
    ],
)
def test_failures_are_graded(error: ParleyError, expected: float):
    assert weight(error) == expected
    assert fail(error).feed.strain == expected


def test_back_off_grows_to_a_day_by_the_weight_and_never_gives_up():
    hard, soft = FEED, FEED
    hard_waits: list[float] = []
    for _ in range(400):
        poll = fail(http(403), hard)
        hard = poll.feed
        hard_waits.append(wait_s(poll))
        soft = fail(http(500), soft).feed
    assert hard_waits[:3] == [1200, 2400, 4800]
    assert hard_waits == sorted(hard_waits)
    assert hard_waits[-1] == DAY_S
    assert (hard.state, hard.failures, soft.state) == ("active", 400, "active")
    assert fail(http(500)).feed.next_poll_at == NOW + timedelta(seconds=600 * 2**0.5)


def test_a_failure_keeps_what_was_learned():
    feed = fail(http(500), replace(FEED, conditional_polls=3)).feed
    assert (feed.etag, feed.last_modified, feed.body_hash, feed.interval_s) == ('"1"', "Monday", "a", 600)
    assert (feed.last_error, feed.failures, feed.conditional_polls) == (f"{URL}: HTTP 500", 1, 3)


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_the_whole_site_and_a_day_is_the_most(status: int):
    poll = fail(http(status, 7200), chance=0.5)
    assert poll.hold_until == NOW + timedelta(hours=2)
    assert 7200 <= wait_s(poll) <= 7920
    assert fail(http(status, 1e9)).hold_until == NOW + timedelta(days=1)


def test_429_holds_the_site_also_without_a_time_and_500_does_not():
    assert fail(http(429)).hold_until == NOW + timedelta(seconds=600)
    assert fail(http(500)).hold_until is None
    assert fail(FormatError(URL, "is empty")).hold_until is None


def test_a_good_answer_forgets_the_failures():
    feed = answer(replace(FEED, failures=4, strain=0.75, last_error="x")).feed
    assert (feed.failures, feed.strain, feed.last_error) == (0, 0.0, None)


def test_an_article_that_failed_for_our_reason_is_asked_for_again():
    poll = answer(etag='"2"', last_modified="Tuesday", body_hash="b", listed=3, new=2, is_whole=False)
    assert (poll.feed.etag, poll.feed.last_modified, poll.feed.body_hash) == (None, None, None)
    first = answer(replace(FEED, is_baselined=False), listed=3, is_whole=False)
    assert not first.feed.is_baselined


# What the channel hears


def test_a_hard_failure_is_told_at_once_and_once_and_so_is_the_recovery():
    first = fail(FormatError(URL, "is a web page, not a feed"))
    assert first.told is not None
    assert (first.told.kind, first.told.reason) == ("failing", "is a web page, not a feed")
    assert first.told.next_poll_at == first.feed.next_poll_at
    second = fail(http(403), first.feed)
    assert second.told is None
    again = answer(second.feed)
    assert again.told is not None
    assert again.told.kind == "recovered"
    assert answer(again.feed).told is None


def test_a_hiccup_is_not_told_nor_is_its_end():
    feed = FEED
    for _ in range(3):
        poll = fail(FetchError(URL, "timed out", is_passing=True), feed)
        assert poll.told is None
        feed = poll.feed
    assert answer(feed).told is None
    assert fail(FetchError(URL, "timed out", is_passing=True), feed).told is not None


def test_410_stops_the_feed_and_is_told_once():
    poll = fail(http(410))
    assert (poll.feed.state, poll.feed.next_poll_at) == ("gone", None)
    assert poll.told is not None
    assert (poll.told.kind, poll.told.reason) == ("gone", "HTTP 410")


# Redirects


def test_a_permanent_redirect_is_kept_after_several_equal_answers():
    feed = FEED
    moves: list[str | None] = []
    for _ in range(MOVES_TO_KEEP):
        poll = answer(feed, moved_to="https://new.example/w", body_hash="b")
        moves.append(poll.move_to)
        feed = poll.feed
    assert moves == [None, None, "https://new.example/w"]


def test_another_target_a_direct_answer_and_a_failure_start_the_count_anew():
    feed = replace(FEED, moved_to="https://new.example/w", moves=2)
    other = answer(feed, moved_to="https://other.example/w")
    assert (other.feed.moves, other.move_to) == (1, None)
    assert answer(feed).feed.moves == 0
    assert fail(FormatError(URL, "is a web page, not a feed"), feed).feed.moves == 0


def test_a_temporary_redirect_keeps_the_address_and_lends_its_validators():
    poll = answer(etag='"2"', final_url="https://cdn.example/w")
    assert (poll.move_to, poll.feed.moves, poll.feed.url) == (None, 0, URL)
    assert asking(poll.feed).validated_url == "https://cdn.example/w"
