"""Whatever stands in an article, a name or a question: it is stored, found again, and no driver objects."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.model import Actor, Article, Feed, Reading, Stance, Statement, Watch
from storage import Store
from storage.text import clean, clean_key, clean_name, fold
from tests.storage_samples import NOW, SERVER, add, reading, report, said

HOSTILE = [
    pytest.param("\x00", id="NUL"),
    pytest.param("\udfff\ud800", id="lone surrogates"),
    pytest.param("a\x00b\ud83dc", id="both amid words"),
    pytest.param("‮'; DROP TABLE article; --%_\\", id="bidi, quotes and wildcards"),
    pytest.param("😀" * 50, id="characters beyond 16 bits"),
    pytest.param("x" * 1_000_000, id="a megabyte"),
    pytest.param("\U0001f600é" * 200_000, id="a megabyte of wide characters"),
]


@pytest.mark.parametrize("odd", HOSTILE)
async def test_odd_text_is_stored_and_its_offsets_stay_true(store: Store, odd: str) -> None:
    told = said(Stance.OPEN, evidence=f"Talks {odd} yes.", scope=odd, condition=odd)
    async with store.write() as unit:
        (position,) = await report(unit, "1", told, outlet=odd, title=odd, url=odd, padding=f"Lead {odd}.")
        (found,) = position.reports
        text = (await unit.articles.get(found.article_id)).article.text
        assert text[found.statement.start : found.statement.end] == found.statement.evidence == clean(told.evidence)
        assert (found.title, found.statement.condition) == (clean(odd), clean(odd))


@pytest.mark.parametrize("odd", HOSTILE)
async def test_odd_names_are_stored_and_found(store: Store, odd: str) -> None:
    told = said(Stance.OPEN, speaker=odd, to=odd + "!", evidence="Yes.")
    actor = Actor(odd, party=odd, aliases=(odd,), description=odd)
    async with store.write() as unit:
        (position,) = await report(unit, "1", told, actors=(actor,))
        assert await unit.positions.current([odd], odd + "!", guild_id=None) == [position]
        known = await unit.actors.get(odd)
        assert known is not None
        assert known.name == position.speaker == clean(odd)[:200]
        assert await unit.actors.voices(odd) == [known.name]
        assert await unit.statements.count(guild_id=None, actor=odd, counterpart=odd + "!") == 1
        (again,) = await report(unit, "1", told, actors=(actor,), padding="Edited.")
        assert (again.id, again.reports[0].id) == (position.id, position.reports[0].id)


@pytest.mark.parametrize("odd", HOSTILE)
async def test_odd_questions_find_nothing(store: Store, odd: str) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(Stance.OPEN))
        for name in ("actor", "counterpart", "outlet", "text"):
            filters: dict[str, Any] = {name: odd}
            assert await unit.statements.find(guild_id=None, **filters) == [], name
        assert await unit.facts.get(odd) is None
        assert not await unit.articles.knows(odd, odd, SERVER)


@pytest.mark.parametrize("odd", HOSTILE)
async def test_odd_keys_are_known_again(store: Store, odd: str) -> None:
    article = Article("Text. " * 100, origin=odd, id=odd)
    async with store.write() as unit:
        keys: dict[str, Any] = {"guild_id": None, "feed_id": None, "language": odd, "seen_at": NOW}
        assert await unit.articles.add(article, odd, odd, **keys)
        assert await unit.articles.add(article, odd, odd, **keys) is None
        await unit.facts.set(odd, odd)
        assert await unit.facts.get(odd) == clean(odd)
        assert await unit.jobs.enqueue("odd", odd, {"odd": odd}, run_at=NOW, lock=odd)
        assert not await unit.jobs.enqueue("odd", odd, {"odd": odd}, run_at=NOW, lock=odd)
        (job,) = await unit.jobs.claim(NOW, 60, 1, odd)
        assert await unit.jobs.retry(job, odd, NOW, odd)


async def test_odd_feeds_and_watches_are_stored(store: Store) -> None:
    async with store.write() as unit:
        feed = await unit.feeds.add(Feed("https://x.test/\x00", name="\ud800", etag="\x00", last_error="\udc00"))
        assert (feed.url, feed.name, feed.etag, feed.last_error) == ("https://x.test/\ufffd", "\ufffd", "\ufffd", "\ufffd")
        watch = await unit.watches.add(Watch(SERVER, 7, actor="\x00", counterpart="\ud800"), NOW)
        stored = await unit.watches.get(watch.id or 0, SERVER)
        assert (stored.actor, stored.counterpart) == ("\ufffd", "\ufffd")


async def test_two_endless_names_with_one_beginning_may_meet_but_nothing_fails(store: Store) -> None:
    first, second = (said(Stance.OPEN, speaker="x" * 5000 + end, evidence=f"Yes {end}.") for end in "ab")
    async with store.write() as unit:
        positions = await report(unit, "1", first, second)
    assert len(positions) == 1
    assert len(positions[0].reports) == 2


async def test_an_article_with_a_thousand_statements_is_recorded(store: Store) -> None:
    lines = [f"Speaker {number} is ready to talk." for number in range(1000)]
    text = "\n".join(lines)
    told = [said(Stance.OPEN, speaker=f"Speaker {number}", evidence=line) for number, line in enumerate(lines)]
    async with store.write() as unit:
        added = await add(unit, "1", text)
        assert added is not None
        assert len((await unit.positions.record(added, reading(text, *told, actors=()))).positions) == 1000
        assert await unit.statements.count(guild_id=None) == 1000


async def test_a_statement_that_names_no_speaker_is_stored(store: Store) -> None:
    async with store.write() as unit:
        added = await add(unit, "1", "Talks.")
        assert added is not None
        nameless = Statement("", None, Stance.OPEN, "Talks.", 0, 6)
        (position,) = (await unit.positions.record(added, Reading((nameless,)))).positions
        assert (position.speaker, position.counterpart) == ("", None)


@given(st.text(st.characters(exclude_categories=[])))
def test_cleaning_keeps_every_place_and_can_be_encoded(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned) == len(text)
    assert "\x00" not in cleaned
    cleaned.encode()
    assert clean(cleaned) == cleaned
    assert all(new in {old, "\ufffd"} for old, new in zip(text, cleaned, strict=True))


@given(st.text(), st.text())
def test_keys_meet_only_where_the_texts_do(first: str, second: str) -> None:
    assert (clean_key(first) == clean_key(second)) == (clean(first) == clean(second))


def test_long_keys_are_short_and_differ() -> None:
    assert clean_key("x" * 501) != clean_key("x" * 502)
    assert len(clean_key("x" * 501)) < 100
    assert len(clean_name("x" * 501)) == 200


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Erdoğan  said\n“No”", 'erdogan said "no"'),
        ("it’s — over", "it's - over"),
        ("STRASSE straße", "strasse strasse"),
        ("Ⅷ ﬁnal", "viii final"),
    ],
)
def test_folding_forgives_case_accents_quotes_and_spaces(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)
