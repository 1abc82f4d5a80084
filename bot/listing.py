"""The entries of one feed's answer, one by one: known, or completed from its page where it is a teaser, then stored.

A page is fetched once for what a feed says of it, through the same guard and caps and as its robots.txt allows; where it
cannot be had, the teaser is the article. Imports no discord.
"""

import logging
from collections.abc import Sequence

from bot.ingest import Ingest, Outcome, Source, failed, sighting
from bot.robots import Robots
from handlers.errors import FetchError, FormatError, ParleyError
from handlers.identity import guid_key
from handlers.model import Article
from handlers.teasers import completed, is_teaser
from storage.sightings import Found, Sighting

log = logging.getLogger(__name__)

MOST_PAGES = 30
"""Pages fetched for one answer: about what a feed lists. At one a second this takes half a minute of its site's time."""
MOST_COMPLETIONS = 3
"""So often is a page fetched anew because the feed edited its teaser."""
LOOKED_UP = 100
"""Entries that are looked for together."""
MOST_PAGE_BYTES = 5_000_000
MOVED_SHARE = 0.05
"""Of an answer's entries with new GUIDs though they were known, beyond which its GUIDs count for nothing (FreshRSS 4487)."""
MOVED_LEAST = 2


class Listing:
    """Made for one answer of one feed."""

    def __init__(self, ingest: Ingest, robots: Robots, source: Source) -> None:
        self._ingest = ingest
        self._robots = robots
        self._source = source
        self._pages_left = MOST_PAGES
        self._moved = 0

    async def store(self, entries: Sequence[Article]) -> list[Outcome]:
        """What became of each, in their order. Never raises for what an entry holds."""
        outcomes: list[Outcome] = []
        for start in range(0, len(entries), LOOKED_UP):
            part = [sighting(entry, entry) for entry in entries[start : start + LOOKED_UP]]
            try:
                async with self._ingest.store.read() as unit:
                    found = await unit.articles.look(
                        part, self._source.guild_id, feed_id=self._source.feed_id, seen_at=self._ingest.now()
                    )
            except ParleyError as error:
                outcomes += [failed(one.article.origin, error, one.article.id) for one in part]
                continue
            outcomes += [await self._entry(one, what) for one, what in zip(part, found, strict=True)]
        return outcomes

    async def _entry(self, one: Sighting, found: Found) -> Outcome:
        entry = one.article
        known = Outcome(entry.origin, "known", entry.id)
        self._moved += self._has_moved(entry, found)
        if found.is_known:
            return known
        if not is_teaser(entry):
            return await self._ingest.fresh(sighting(entry), self._source)
        if found.article_id is not None and found.completions and not self._may_complete_again(found):
            await self._remember(found.article_id, one.keys)
            return known
        article = await self._completed(entry)
        if article is not None:
            return await self._ingest.article(article, self._source, entry)
        # Where its page is on record, a new announcement says less.
        return known if found.completions else await self._ingest.fresh(sighting(entry), self._source)

    def has_moving_guids(self, listed: int) -> bool:
        """Whether the entries that were known came under other GUIDs than before."""
        return self._moved >= MOVED_LEAST and self._moved > MOVED_SHARE * listed

    def _has_moved(self, entry: Article, found: Found) -> bool:
        guid = guid_key(entry)
        return guid is not None and found.feed_id == self._source.feed_id is not None and guid not in found.keys

    def _may_complete_again(self, found: Found) -> bool:
        return found.feed_id == self._source.feed_id and found.completions < MOST_COMPLETIONS

    async def _remember(self, article_id: int, keys: tuple[str, ...]) -> None:
        async with self._ingest.store.write() as unit:
            await unit.articles.remember(article_id, self._source.guild_id, keys, self._ingest.now())

    async def _completed(self, entry: Article) -> Article | None:
        """None when the page cannot be had, or is not that article: the teaser stands then."""
        if entry.url is None or self._pages_left <= 0:
            return None
        try:
            if not await self._robots.allows(entry.url):
                log.info("page_forbidden", extra={"url": entry.url})
                return None
            self._pages_left -= 1
            fetched = await self._ingest.fetcher.fetch(entry.url, max_bytes=MOST_PAGE_BYTES)
            if fetched.document is None:
                return None
            parsed = await self._ingest.pool.parse(fetched.document)
        except (FetchError, FormatError) as error:
            log.info("page_not_read", extra={"url": entry.url, "error": str(error)})
            return None
        return completed(entry, parsed.articles[0]) if len(parsed.articles) == 1 else None
