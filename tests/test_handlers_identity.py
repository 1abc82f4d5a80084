"""Same article or another, same words or others."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.identity import content_hash, identity
from handlers.model import Article

FEED = "https://wire.example/rss"


@pytest.mark.parametrize(
    "url",
    [
        "https://Wire.Example/a/b?id=7",
        "HTTP://wire.example:80/a/b/?id=7",
        "https://wire.example:443/a/b?id=7#comments",
        "https://wire.example./a/b?utm_source=rss&id=7&utm_medium=feed&fbclid=x&gclid=y",
    ],
)
def test_spellings_of_one_address_are_one_article(url: str):
    assert identity(Article("text", FEED, url=url)) == "url:https://wire.example/a/b?id=7"


@pytest.mark.parametrize(
    "url", ["https://wire.example/A/b?id=7", "https://wire.example/a/b?id=8", "https://wire.example:8443/a/b?id=7"]
)
def test_other_addresses_are_other_articles(url: str):
    assert identity(Article("text", FEED, url=url)) != identity(Article("text", FEED, url="https://wire.example/a/b?id=7"))


def test_an_edited_entry_of_a_feed_keeps_its_identity():
    entry = Article("A title\n\nThe text.", FEED, id="4711", outlet="Wire", title="A title")
    edited = replace(entry, text="Another title\n\nOther text.", title="Another title")
    assert identity(edited) == identity(entry)
    assert content_hash(edited) != content_hash(entry)
    with_url = replace(entry, url="https://wire.example/a")
    assert identity(replace(with_url, text="x", id="4712")) == identity(with_url)


def test_a_short_guid_belongs_to_its_outlet_and_a_unique_one_to_nobody():
    ours, theirs = Article("x", FEED, id="4711", outlet="Wire"), Article("x", FEED, id="4711", outlet="Other")
    assert identity(ours) != identity(theirs)
    for guid in ("tag:wire.example,2025:1", "urn:uuid:1", "https://wire.example/?p=1"):
        assert identity(replace(ours, id=guid)) == identity(replace(theirs, id=guid))


def test_posts_of_a_live_page_are_articles_of_their_own():
    posts = [Article("x", FEED, id=f"https://wire.example/live#{n}", url=f"https://wire.example/live#{n}") for n in (1, 2)]
    assert identity(posts[0]) != identity(posts[1])


def test_a_copy_under_another_name_is_the_same_article():
    text = "Words of an article. " * 200
    first = Article(text, "a.txt", id="a.txt", outlet="Wire", title="T")
    copy = Article(text.replace(" ", "\n"), "copies/b.txt", id="b.txt", outlet="Wire", title="T")
    assert (identity(copy), content_hash(copy)) == (identity(first), content_hash(first))


def test_a_file_that_grows_at_its_end_is_a_revision():
    text = "Words of an article. " * 200
    first = Article(text, "a.txt", id="a.txt")
    grown = replace(first, text=text + "One more paragraph.")
    assert identity(grown) == identity(first)
    assert content_hash(grown) != content_hash(first)


def test_other_words_outlets_or_titles_are_other_articles():
    first = Article("Words", "a.txt", id="a.txt", outlet="Wire", title="T")
    others = [
        replace(first, text="Other"),
        replace(first, outlet="Else"),
        replace(first, title="U"),
        replace(first, title=None),
    ]
    assert len({identity(article) for article in (first, *others)}) == 5


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_white_space_and_composition_do_not_change_the_content(text: str):
    composed = Article(f"é {text}", "a.txt")
    spread = Article(f"\n{unicodedata.normalize('NFD', composed.text).replace(' ', '  ')}\t", "a.txt")
    assert content_hash(spread) == content_hash(composed)


@given(st.text(max_size=60))
def test_any_address_has_a_stable_identity(rest: str):
    article = Article("x", FEED, url=f"https://wire.example/{rest}")
    assert identity(article) == identity(article)
    assert identity(article).startswith("url:")
