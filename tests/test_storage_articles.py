"""Each text once: what is new, what is a revision, what is known already; on both databases."""

from datetime import date, timedelta
from hashlib import sha256

import pytest

from handlers.errors import NotFound
from handlers.model import Article
from storage import Store
from tests.storage_samples import NOW, OTHER_SERVER, SERVER, add

LONG = "Talks will not resume, the ministry said. " * 10
SHORT = "No talks."


async def test_an_article_is_read_back_as_it_was(store: Store) -> None:
    article = Article(LONG, "feed", "guid-1", "https://x.test/1", "Reuters", "No talks", date(2025, 2, 7), "en")
    async with store.write() as unit:
        added = await unit.articles.add(article, "1", "hash", guild_id=None, feed_id=None, language=None, seen_at=NOW)
        assert added is not None
        assert not added.is_revision
    async with store.read() as unit:
        stored = await unit.articles.get(added.article_id)
    assert (stored.article, stored.revision, stored.seen_at, stored.guild_id) == (article, 1, NOW, None)


async def test_the_same_text_again_is_known(store: Store) -> None:
    async with store.write() as unit:
        assert await add(unit, "1", LONG)
        assert await add(unit, "1", LONG) is None
        assert await unit.articles.count(None) == 1


async def test_another_text_is_a_revision_that_keeps_what_it_does_not_tell(store: Store) -> None:
    async with store.write() as unit:
        first = await add(unit, "1", LONG, title="First", published=date(2025, 2, 7))
        second = await add(unit, "1", LONG + "More.", title="Second", seen_at=NOW + timedelta(hours=1))
        assert first is not None
        assert second is not None
        assert (second.article_id, second.is_revision) == (first.article_id, True)
        stored = await unit.articles.get(first.article_id)
        assert (stored.article.title, stored.article.published) == ("Second", date(2025, 2, 7))
        assert (stored.article.text, stored.revision, stored.seen_at) == (LONG + "More.", 2, NOW + timedelta(hours=1))
        assert await unit.articles.count(None) == 1
        assert await unit.articles.newest_seen_at(None) == NOW + timedelta(hours=1)


async def test_a_text_that_the_article_had_before_is_known(store: Store) -> None:
    async with store.write() as unit:
        await add(unit, "1", "teaser " + LONG)
        await add(unit, "1", LONG)
        assert await add(unit, "1", "teaser " + LONG) is None
        assert (await unit.articles.get(1)).article.text == LONG


async def test_one_long_text_by_file_and_by_feed_is_one_article(store: Store) -> None:
    async with store.write() as unit:
        assert await add(unit, "file", LONG)
        assert await add(unit, "feed", LONG) is None


@pytest.mark.parametrize(("outlet", "is_known"), [("Reuters", True), (None, True), ("Irish Times", False)])
async def test_a_reprint_by_another_outlet_is_an_article_of_its_own(store: Store, outlet: str | None, is_known: bool) -> None:
    async with store.write() as unit:
        await add(unit, "1", LONG, outlet="Reuters")
        assert (await add(unit, "2", LONG, outlet=outlet) is None) == is_known
        assert await unit.articles.count(None) == 2 - is_known


async def test_a_server_keeps_its_reprint_beside_the_operators_article(store: Store) -> None:
    async with store.write() as unit:
        await add(unit, "1", LONG, outlet="Irish Times", guild_id=SERVER)
        await add(unit, "2", LONG, outlet="Reuters")
        assert await unit.articles.count(SERVER) == 2


async def test_an_old_copy_does_not_bring_back_what_was_corrected(store: Store) -> None:
    async with store.write() as unit:
        await add(unit, "feed", LONG)
        await add(unit, "feed", LONG + "Corrected.")
        assert await add(unit, "file", LONG) is None


async def test_short_texts_may_be_equal_by_chance(store: Store) -> None:
    async with store.write() as unit:
        assert await add(unit, "1", SHORT)
        assert await add(unit, "2", SHORT)


async def test_a_server_does_not_store_what_the_operator_has(store: Store) -> None:
    async with store.write() as unit:
        await add(unit, "1", LONG)
        assert await add(unit, "1", LONG + "Another reading.", guild_id=SERVER) is None
        assert await add(unit, "2", LONG, guild_id=SERVER) is None
        assert await add(unit, "3", SHORT, guild_id=SERVER)
        assert await unit.articles.count(SERVER) == 2


async def test_two_servers_each_have_their_own_copy(store: Store) -> None:
    async with store.write() as unit:
        assert await add(unit, "1", LONG, guild_id=SERVER)
        assert await add(unit, "1", LONG, guild_id=OTHER_SERVER)
        assert await unit.articles.count(None) == 0
        assert await unit.articles.count(SERVER) == 1


@pytest.mark.parametrize("identity", ["1", "the operator's"])
async def test_a_servers_copy_is_not_counted_beside_the_operators(store: Store, identity: str) -> None:
    async with store.write() as unit:
        await add(unit, "1", LONG, guild_id=SERVER)
        assert await add(unit, identity, LONG)
        assert await unit.articles.count(SERVER) == 1


async def test_a_shadowed_copy_counts_again_when_its_text_becomes_another(store: Store) -> None:
    async with store.write() as unit:
        await add(unit, "1", LONG, guild_id=SERVER)
        await add(unit, "the operator's", LONG)
        assert await add(unit, "1", "Something else. " + LONG, guild_id=SERVER)
        assert await unit.articles.count(SERVER) == 2


@pytest.mark.parametrize("guild_id", [None, SERVER])
@pytest.mark.parametrize("identity", ["1", "2"])
@pytest.mark.parametrize("text", [LONG, SHORT, LONG + "!"])
async def test_knows_foretells_add(store: Store, guild_id: int | None, identity: str, text: str) -> None:
    async with store.write() as unit:
        await add(unit, "1", LONG)
        await add(unit, "2", SHORT, guild_id=SERVER)
        knows = await unit.articles.knows(identity, sha256(text.encode()).hexdigest(), guild_id)
        assert (await add(unit, identity, text, guild_id=guild_id) is None) == knows


async def test_outlets_and_freshness_are_those_a_server_may_see(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.articles.newest_seen_at(SERVER) is None
        await add(unit, "1", LONG, outlet="Reuters")
        await add(unit, "2", SHORT, outlet="Tasnim", guild_id=SERVER, seen_at=NOW + timedelta(days=1))
        await add(unit, "3", SHORT, outlet="Elsewhere", guild_id=OTHER_SERVER, seen_at=NOW + timedelta(days=2))
        await add(unit, "4", SHORT, outlet=None)
        assert await unit.articles.outlets(SERVER) == ["Reuters", "Tasnim"]
        assert await unit.articles.outlets(None) == ["Reuters"]
        assert await unit.articles.newest_seen_at(SERVER) == NOW + timedelta(days=1)
        assert await unit.articles.newest_seen_at(None) == NOW


async def test_an_article_that_is_not_there_is_named(store: Store) -> None:
    async with store.read() as unit:
        with pytest.raises(NotFound, match="no article 5"):
            await unit.articles.get(5)


async def test_articles_are_counted_by_language_for_whoever_sees_them(store: Store) -> None:
    async with store.write() as unit:
        for name, language, guild in (("1", "fr", None), ("2", "fr", SERVER), ("3", "ar", OTHER_SERVER), ("4", None, None)):
            article = Article(f"Text {name}.", name)
            await unit.articles.add(article, name, name, guild_id=guild, feed_id=None, language=language, seen_at=NOW)
    async with store.read() as unit:
        assert await unit.articles.languages(SERVER) == {"fr": 2, None: 1}
        assert await unit.articles.languages(None) == {"fr": 1, None: 1}
