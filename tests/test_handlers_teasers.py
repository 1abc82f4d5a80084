"""Which entries only announce, and what a page makes of them."""

from dataclasses import replace
from datetime import date

import pytest

from handlers.model import Article
from handlers.teasers import WHOLE, completed, is_teaser

ENTRY = Article(
    "Ministry rejects talks\n\nThe foreign ministry rejected the offer of negotiations …",
    "https://gazette.example/rss",
    id="g-1",
    url="https://gazette.example/1?from=rss",
    outlet="Gazette feed",
    title="Ministry rejects talks",
    published=date(2025, 2, 10),
)
PAGE = Article(
    "Ministry rejects talks\n\nThe foreign ministry rejected the offer of negotiations on Monday.\n\nIt gave no reason.",
    "https://gazette.example/1?from=rss",
    url="https://gazette.example/1",
    outlet="The Gazette",
    title="Ministry rejects talks | The Gazette",
    published=date(2025, 2, 9),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A summary.", True),
        ("Words. " * WHOLE, False),
        ("Words. " * WHOLE + "And so on …", True),
        ("Words. " * WHOLE + "And so on [...]", True),
        ("Words. " * WHOLE + "Continue reading Ministry rejects talks", True),
        ("Words. " * WHOLE + "Read more at the site.", True),
        (
            "Words. " * WHOLE
            + "He said that he would read more.\n\nThe end of it all came late in the evening hours of that long day.",
            False,
        ),
    ],
)
def test_what_is_short_or_ends_openly_is_a_teaser(text: str, expected: bool):
    assert is_teaser(replace(ENTRY, text=text)) == expected


def test_without_an_address_there_is_nothing_to_complete():
    assert not is_teaser(replace(ENTRY, url=None))


def test_the_page_gives_text_address_and_outlet_and_the_earlier_day():
    article = completed(ENTRY, PAGE)
    assert article is not None
    assert (article.text, article.url, article.outlet) == (PAGE.text, "https://gazette.example/1", "The Gazette")
    assert (article.title, article.id, article.origin) == (ENTRY.title, "g-1", "https://gazette.example/rss")
    assert article.published == date(2025, 2, 9)


def test_what_the_page_does_not_know_stays_as_the_feed_said():
    article = completed(ENTRY, replace(PAGE, url=None, outlet=None, published=None))
    assert article is not None
    assert (article.url, article.outlet, article.published) == (ENTRY.url, "Gazette feed", date(2025, 2, 10))


@pytest.mark.parametrize(
    "text",
    [
        "Ministry rejects talks",
        "We value your privacy. Our partners store cookies on your device. Accept all, or manage your choices here. " * 3,
        "Subscribe to go on. Sign in with your account, or choose one of our plans, from a euro a month. " * 3,
    ],
)
def test_a_page_that_says_less_or_something_else_is_not_taken(text: str):
    assert completed(ENTRY, replace(PAGE, text=text)) is None
