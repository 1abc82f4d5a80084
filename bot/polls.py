"""One poll of a feed: fetch, parse, store what is new, and save what `handlers.polling` makes of the answer.

Whatever a server does costs its own feed alone. The state is saved last, so a crash in between repeats the poll instead of
skipping articles. Imports no discord.
"""

import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import sha256

from bot.ingest import Ingest, Outcome, Source
from bot.listing import Listing
from bot.robots import Robots
from handlers import polling
from handlers.errors import FetchError, ParleyError
from handlers.fetch import Fetched
from handlers.formats.content import FeedContent
from handlers.hosts import site_of
from handlers.model import Feed
from handlers.polling import Answer, Pace, Poll, Told
from storage import Unit

log = logging.getLogger(__name__)

Tell = Callable[[Unit, Told], Awaitable[None]]
"""Writes down, in the transaction that saves the feed's state, what its channel is to hear."""


async def tell_nobody(_unit: Unit, _told: Told) -> None:
    """For a program without channels."""


@dataclass(frozen=True, slots=True)
class Polls:
    """One for a process."""

    ingest: Ingest
    robots: Robots
    pace: Pace
    tell: Tell = tell_nobody
    chance: Callable[[], float] = random.random

    async def poll(self, feed: Feed) -> list[Outcome]:
        """What became of the articles that it lists; a failure is saved with the feed."""
        outcomes: list[Outcome] = []
        feed = replace(feed, site=site_of(feed.url))
        try:
            fetched = await self._fetch(feed)
            body_hash = sha256(fetched.document.data).hexdigest() if fetched.document else None
            content = None
            if fetched.document is not None and not (body_hash and polling.is_unchanged(feed, body_hash)):
                content = await self.ingest.pool.parse_feed(fetched.document)
                feed, outcomes = await self._store(feed, content)
            answer = _answer(fetched, body_hash, content, outcomes)
            after = polling.answered(feed, answer, pace=self.pace, now=self.ingest.now(), chance=self.chance())
        except ParleyError as error:
            after = polling.failed(feed, error, pace=self.pace, now=self.ingest.now(), chance=self.chance())
            log.warning("feed_failed", extra={"url": feed.url, "error": str(error), "again_at": str(after.feed.next_poll_at)})
        await self._save(after)
        return outcomes

    async def _fetch(self, feed: Feed) -> Fetched:
        if not await self.robots.allows(feed.url, when_unknown=True):
            raise FetchError(feed.url, "its robots.txt forbids bots to fetch it", status=403)
        ask = polling.asking(feed)
        return await self.ingest.fetcher.fetch(
            ask.url, etag=ask.etag, last_modified=ask.last_modified, validated_url=ask.validated_url
        )

    async def _store(self, feed: Feed, content: FeedContent) -> tuple[Feed, list[Outcome]]:
        """Every article that the feed lists, in its order."""
        source = Source(feed.guild_id, feed.id, is_silent=not feed.is_baselined)
        listing = Listing(self.ingest, self.robots, source)
        # A GUID that changes at every fetch makes nothing known again; the other keys do.
        entries = [one if feed.has_stable_guids else replace(one, id=None) for one in content.articles]
        outcomes = await listing.store(entries)
        if feed.is_baselined and listing.has_moving_guids(len(content.articles)):
            log.warning("feed_guids_change", extra={"url": feed.url})
            feed = replace(feed, has_stable_guids=False)
        return feed, outcomes

    async def _save(self, after: Poll) -> None:
        feed = after.feed
        async with self.ingest.store.write() as unit:
            await unit.feeds.polled(feed)
            if after.hold_until is not None and feed.site:
                await unit.feeds.hold(feed.site, after.hold_until)
            if after.move_to is not None and feed.id is not None and await unit.feeds.move(feed.id, after.move_to):
                log.info("feed_moved", extra={"url": feed.url, "to": after.move_to})
            if after.told is not None:
                await self.tell(unit, after.told)


def _answer(fetched: Fetched, body_hash: str | None, content: FeedContent | None, outcomes: list[Outcome]) -> Answer:
    return Answer(
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        final_url=fetched.url,
        moved_to=fetched.moved_to,
        body_hash=body_hash,
        wait_s=fetched.retry_after_s or 0.0,
        fresh_s=fetched.fresh_s,
        ttl_s=content.ttl_s if content else 0.0,
        title=content.title if content else None,
        listed=len(content.articles) if content else None,
        new=sum(outcome.kind == "stored" for outcome in outcomes),
        is_whole=not any(outcome.may_pass for outcome in outcomes),
    )
