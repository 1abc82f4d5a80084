"""The entries of one feed's answer, one by one: known, or completed from its page where it is a teaser, then stored.

A page is fetched once for what a feed says of it, through the same guard and caps and as its robots.txt allows; where it
cannot be had, the teaser is the article. Imports no discord.
"""

import logging

from bot.ingest import Ingest, Outcome, Source
from bot.robots import Robots
from handlers.errors import FetchError, FormatError, ParleyError
from handlers.identity import content_hash, further_keys, guid_key, identity
from handlers.model import Article
from handlers.teasers import completed, is_teaser
from storage.articles import Found

log = logging.getLogger(__name__)

MOST_PAGES = 30
"""Pages fetched for one answer: about what a feed lists. At one a second this takes half a minute of its site's time."""
MOST_COMPLETIONS = 3
"""So often is a page fetched anew because the feed edited its teaser."""
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

    async def store(self, entry: Article) -> Outcome:
        """Never raises for what the entry holds."""
        try:
            found, keys = await self._look(entry)
        except ParleyError as error:
            log.warning("entry_not_looked_up", extra={"origin": entry.origin, "error": str(error)})
            return Outcome(entry.origin, "failed", entry.id, error=str(error), may_pass=True)
        self._moved += self._has_moved(entry, found)
        if found.is_known or not is_teaser(entry):
            known = Outcome(entry.origin, "known", entry.id)
            return known if found.is_known else await self._ingest.article(entry, self._source)
        if found.article_id is not None and found.completions and not self._may_complete_again(found):
            await self._remember(found.article_id, keys)
            return Outcome(entry.origin, "known", entry.id)
        article = await self._completed(entry)
        if article is None and found.completions:
            # The page is on record; its new announcement says less.
            return Outcome(entry.origin, "known", entry.id)
        return await self._ingest.article(article or entry, self._source, entry if article else None)

    def has_moving_guids(self, listed: int) -> bool:
        """Whether the entries that were known came under other GUIDs than before."""
        return self._moved >= MOVED_LEAST and self._moved > MOVED_SHARE * listed

    async def _look(self, entry: Article) -> tuple[Found, tuple[str, ...]]:
        keys = further_keys(entry, entry)
        async with self._ingest.store.read() as unit:
            found = await unit.articles.look(
                entry,
                identity(entry),
                content_hash(entry),
                self._source.guild_id,
                feed_id=self._source.feed_id,
                keys=keys,
                seen_at=self._ingest.now(),
            )
        return found, keys

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
