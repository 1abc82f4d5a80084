"""What an answer, or the lack of one, means for a feed: old state and answer in, new state and what follows out.

Pure: no request, no store, no clock. Each rule is a row of what the most polite readers do; a new one is a function here
and a line in `answered` or `failed`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from handlers.errors import FetchError, FormatError, ParleyError, Refused
from handlers.model import Feed

DAY_S = 86_400.0
UNCONDITIONAL_EVERY = 24
"""Some servers answer 304 for ever (FreshRSS 1020): at the common pace of ten minutes this asks anew every four hours."""
MOVES_TO_KEEP = 3
"""So many answers in a row must come by the same permanent redirect before the address is replaced (RFC 9110, 15.4.2)."""
REPORTED_STRAIN = 1.0
"""A channel is told of one hard failure, of two that may pass, of four timeouts; a single hiccup is nobody's concern."""
SLOWER = 1.2
FASTER = 0.5
JITTER = 0.1
_FADING = frozenset({404, 408, 425, 429})
"""Statuses of a client's error that do pass: a page that is being rebuilt, a server that is busy."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The settings: seconds between two polls of a feed of which nothing is known, and the bounds of its own pace."""

    interval_s: float = 600
    least_s: float = 60
    most_s: float = 3600


@dataclass(frozen=True, slots=True)
class Ask:
    """The next request. `validated_url`: the only address to which the validators go."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    validated_url: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer. `listed` None: not modified, or the same bytes as before; else how many articles, and how many new."""

    etag: str | None = None
    last_modified: str | None = None
    final_url: str | None = None
    moved_to: str | None = None
    """Where the permanent redirects that came first lead."""
    body_hash: str | None = None
    """None for 304, which leaves the body as it was."""
    wait_s: float = 0.0
    """Retry-After."""
    fresh_s: float = 0.0
    """Cache-Control or Expires."""
    ttl_s: float = 0.0
    """What the feed itself asks for."""
    title: str | None = None
    listed: int | None = None
    new: int = 0
    is_whole: bool = True
    """False: an article could not be stored for a reason of ours, so the feed must be read again."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a feed's channel is to hear, once."""

    kind: Literal["failing", "recovered", "gone"]
    feed: Feed
    reason: str | None = None
    next_poll_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    """What follows: the state to keep, a word for the channel, a new address to keep, a wait for the feed's whole site."""

    feed: Feed
    told: Told | None = None
    move_to: str | None = None
    hold_until: datetime | None = None


def asking(feed: Feed) -> Ask:
    """Conditional, but for every so many requests: a lying 304 must not last for ever."""
    if feed.conditional_polls >= UNCONDITIONAL_EVERY or not feed.is_baselined:
        return Ask(feed.url)
    return Ask(feed.url, feed.etag, feed.last_modified, feed.final_url)


def is_unchanged(feed: Feed, body_hash: str) -> bool:
    """The bytes are those that were read last: nothing to parse."""
    return feed.is_baselined and feed.body_hash == body_hash


def answered(feed: Feed, answer: Answer, *, pace: Pace, now: datetime, chance: float) -> Poll:
    """`chance`, from 0 to 1, spreads what else would fall due together."""
    interval_s = _interval_s(feed, answer, pace)
    # What a server wishes is never undercut, so the jitter only adds to it; one's own pace may vary both ways.
    wished_s = min(max(answer.wait_s, answer.fresh_s, answer.ttl_s), DAY_S) * (1 + JITTER * chance)
    wait_s = max(interval_s * (1 - JITTER / 2 + JITTER * chance), wished_s, pace.least_s)
    moved = _moved(feed, answer)
    was_asked_for = feed.conditional_polls < UNCONDITIONAL_EVERY and feed.is_baselined
    is_conditional = was_asked_for and bool(feed.etag or feed.last_modified)
    after = replace(
        moved,
        name=feed.name or answer.title,
        interval_s=interval_s,
        final_url=answer.final_url,
        conditional_polls=feed.conditional_polls + 1 if is_conditional else 0,
        last_polled_at=now,
        next_poll_at=now + timedelta(seconds=wait_s),
        last_error=None,
        failures=0,
        strain=0.0,
        is_reported=False,
    )
    if answer.is_whole:
        after = replace(
            after,
            etag=answer.etag,
            last_modified=answer.last_modified,
            body_hash=answer.body_hash or feed.body_hash,
            is_baselined=feed.is_baselined or answer.listed is not None,
        )
    else:
        # What failed is offered again only by an unconditional answer, and in silence if it was to be.
        after = replace(after, etag=None, last_modified=None, body_hash=None)
    told = Told("recovered", after, next_poll_at=after.next_poll_at) if feed.is_reported else None
    move_to = after.moved_to if after.moves >= MOVES_TO_KEEP else None
    return Poll(after, told, move_to)


def failed(feed: Feed, error: ParleyError, *, pace: Pace, now: datetime, chance: float) -> Poll:
    """Back off by how grave it is, up to a day; a feed is never given up, but one that is gone for good is stopped."""
    reason = error.reason if isinstance(error, FetchError | FormatError) else str(error)
    strain = feed.strain + weight(error)
    asked_s = (error.retry_after_s or 0.0) if isinstance(error, FetchError) else 0.0
    waited_s = min((feed.interval_s or pace.interval_s) * 2 ** min(strain, 16), DAY_S) * (1 - JITTER * chance)
    wait_s = max(waited_s, min(asked_s, DAY_S) * (1 + JITTER * chance), pace.least_s)
    after = replace(
        feed,
        last_polled_at=now,
        next_poll_at=now + timedelta(seconds=wait_s),
        last_error=str(error),
        failures=feed.failures + 1,
        strain=strain,
        moved_to=None,
        moves=0,
    )
    if isinstance(error, FetchError) and error.status == 410:
        after = replace(after, state="gone", next_poll_at=None, is_reported=False)
        return Poll(after, Told("gone", after, reason))
    told = None
    if strain >= REPORTED_STRAIN and not feed.is_reported:
        after = replace(after, is_reported=True)
        told = Told("failing", after, reason, after.next_poll_at)
    return Poll(after, told, hold_until=_hold_until(error, now, pace))


def weight(error: ParleyError) -> float:
    """1 for what will not pass by itself, 1/2 for what may, 1/4 for what mostly does (as mediacloud/rss-fetcher counts)."""
    if isinstance(error, Refused | FormatError):
        return 1.0
    if not isinstance(error, FetchError) or error.is_passing:
        return 0.25
    if error.status is not None and 400 <= error.status < 500 and error.status not in _FADING:
        return 1.0
    return 0.25 if error.status == 429 else 0.5


def _interval_s(feed: Feed, answer: Answer, pace: Pace) -> float:
    """Faster while at least half of what it lists is new, at the common pace when something is, else slowly slower."""
    current_s = feed.interval_s or pace.interval_s
    if not feed.is_baselined:
        current_s = pace.interval_s
    elif answer.listed and answer.new * 2 >= answer.listed:
        current_s = min(current_s, pace.interval_s) * FASTER
    elif answer.new:
        current_s = pace.interval_s
    else:
        current_s *= SLOWER
    return min(max(current_s, pace.least_s), max(pace.most_s, pace.interval_s))


def _moved(feed: Feed, answer: Answer) -> Feed:
    """Count equal permanent redirects. A 304 counts too: it vouches for the body that was read at that very address."""
    if answer.moved_to is None or answer.moved_to == feed.url:
        return replace(feed, moved_to=None, moves=0)
    return replace(feed, moved_to=answer.moved_to, moves=feed.moves + 1 if answer.moved_to == feed.moved_to else 1)


def _hold_until(error: ParleyError, now: datetime, pace: Pace) -> datetime | None:
    """A server that asks for time means all requests, not those for one of its feeds."""
    if not isinstance(error, FetchError) or (not error.retry_after_s and error.status != 429):
        return None
    return now + timedelta(seconds=min(error.retry_after_s or pace.interval_s, DAY_S))
