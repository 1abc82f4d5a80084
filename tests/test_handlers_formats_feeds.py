"""Feeds: what counts as one, how far a damaged one is read, and which days and addresses its entries get."""

from datetime import date

import pytest

from handlers.errors import FormatError
from handlers.formats import parse_feed
from tests.documents import document

RSS = "<rss version='2.0'><channel><title>T</title><item><title>One</title><guid>g</guid></item></channel></rss>"


@pytest.mark.parametrize(
    ("origin", "mime"),
    [
        ("https://e.example/feed", "text/plain"),
        ("https://e.example/feed.html", "text/html"),
        ("https://e.example/feed", None),
        ("-", None),
        ("saved.html", None),
    ],
)
def test_first_bytes_outweigh_what_a_server_calls_a_feed(origin: str, mime: str | None):
    assert [article.title for article in parse_feed(document(RSS, origin, mime)).articles] == ["One"]


def test_a_feed_after_blanks_and_comments_and_in_utf_16_is_found():
    text = f"\n <!-- it > that --> {RSS}"
    assert parse_feed(document(text)).title == "T"
    assert parse_feed(document(f'<?xml version="1.0" encoding="utf-16"?>{RSS}'.encode("utf-16"))).title == "T"


@pytest.mark.parametrize(
    ("data", "origin", "reason"),
    [
        (
            "<!doctype html><title>x</title>",
            "https://e.example/",
            "is a web page, not a feed (a feed's address is often",
        ),
        ("Just text.", "https://e.example/", "is plain text, not a feed"),
        ('{"text": "x"}', "https://e.example/", "is JSON, but not a JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": 5}', "-", "is JSON, but not a JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [', "-", "is a damaged JSON Feed"),
        ("<opml/>", "feeds.xml", "is XML, but not a feed"),
    ],
)
def test_what_is_no_feed_says_what_it_is(data: str, origin: str, reason: str):
    with pytest.raises(FormatError) as caught:
        parse_feed(document(data, origin))
    assert caught.value.reason.startswith(reason)


def test_an_empty_feed_is_a_feed():
    content = parse_feed(document("<rss version='2.0'><channel><title>T</title></channel></rss>"))
    assert (content.title, content.articles) == ("T", ())


def test_a_feed_that_makes_its_parser_raise_is_a_format_error():
    # feedparser 6.0.14 raises ValueError for a character reference beyond Unicode.
    data = "<rss version='2.0'><channel><title>&#x110000;</title><item><title>a</title></item></channel></rss>"
    with pytest.raises(FormatError, match="is a damaged feed"):
        parse_feed(document(data))


def test_a_feed_cut_off_in_the_middle_gives_what_came_before():
    items = "".join(f"<item><title>Item {number}</title><guid>{number}</guid></item>" for number in range(100))
    whole = f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"
    assert len(parse_feed(document(whole)).articles) == 100
    assert len(parse_feed(document(whole[: len(whole) // 2])).articles) in (49, 50)


@pytest.mark.parametrize(
    ("opening", "item", "closing"),
    [
        ("<rss version='2.0'><channel><title>T</title>", "<item><title>x</title></item>", "</channel></rss>"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><title>T</title>", "<entry><title>x</title></entry>", "</feed>"),
        (
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>"
            "<channel><title>T</title></channel>",
            "<item><title>x</title></item>",
            "</rdf:RDF>",
        ),
    ],
)
def test_a_feed_of_any_length_is_read_up_to_2000_entries(opening: str, item: str, closing: str):
    for count in (2000, 2001, 2100, 20_000):
        content = parse_feed(document(opening + item * count + closing))
        assert (content.title, len(content.articles)) == ("T", 2000)


def test_a_guid_without_a_link_is_an_address_only_where_it_is_one():
    items = "<item><title>a</title><guid>4711</guid></item><item><title>b</title><guid>https://e.example/b</guid></item>"
    content = parse_feed(document(f"<rss version='2.0'><channel>{items}</channel></rss>", "https://e.example/feed"))
    assert [article.url for article in content.articles] == [None, "https://e.example/b"]


def test_a_guid_that_several_entries_share_identifies_none():
    items = "".join(f"<item><title>{n}</title><guid>same</guid></item>" for n in range(3))
    content = parse_feed(document(f"<rss version='2.0'><channel>{items}</channel></rss>", "https://e.example/feed"))
    assert [article.id for article in content.articles] == [None] * 3


@pytest.mark.parametrize(("ttl", "expected"), [("60", 3600), ("", 0), ("soon", 0), ("-5", 0), ("99999999", 59_999_940)])
def test_a_feed_says_for_how_long_it_stays_new(ttl: str, expected: int):
    feed = f"<rss version='2.0'><channel><title>T</title><ttl>{ttl}</ttl><item><title>a</title></item></channel></rss>"
    assert parse_feed(document(feed)).ttl_s == expected


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("Fri, 07 Feb 2025 23:30:00 -0500", date(2025, 2, 7)),
        ("Fri, 07 Feb 2025 23:30:00 EST", date(2025, 2, 7)),
        ("2025-02-07T23:30:00-05:00", date(2025, 2, 7)),
        ("2025-02-07", date(2025, 2, 7)),
        ("Sun, 23 Nov 2025 20:00:00 GMT", date(2025, 11, 23)),
        ("Tue, 25 Nov 2025 20:00:00 GMT", None),
        ("Sun, 31 Dec 1989 00:00:00 GMT", None),
        ("soon", None),
        ("", None),
    ],
)
def test_an_entry_has_the_day_of_its_own_offset_or_none(stamp: str, day: date | None):
    item = f"<item><title>a</title><pubDate>{stamp}</pubDate></item>"
    (article,) = parse_feed(document(f"<rss version='2.0'><channel>{item}</channel></rss>")).articles
    assert article.published == day


def test_the_site_s_own_link_is_no_article_s_address():
    items = "<item><title>a</title><guid isPermaLink='false'>1</guid><link>https://e.example</link></item>"
    feed = f"<rss version='2.0'><channel><title>T</title><link>https://e.example/</link>{items}</channel></rss>"
    assert [article.url for article in parse_feed(document(feed)).articles] == [None]


def test_an_entry_listed_twice_keeps_its_address():
    item = "<item><title>a</title><guid isPermaLink='false'>1</guid><link>https://e.example/a</link></item>"
    feed = f"<rss version='2.0'><channel>{item * 2}</channel></rss>"
    assert {article.url for article in parse_feed(document(feed)).articles} == {"https://e.example/a"}
