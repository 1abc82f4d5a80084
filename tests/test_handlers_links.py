"""The feeds that a page announces, likeliest first."""

from handlers.links import MOST_LINKS, FeedLink, feed_links
from tests.documents import document

PAGE = "https://news.example/world/today.html"


def links(markup: str) -> list[str]:
    return [link.url for link in feed_links(document(markup, PAGE))]


def test_declared_feeds_come_before_linked_ones_and_comments_last() -> None:
    markup = """<html><head>
      <link rel="alternate" type="application/rss+xml" title="Comments on today" href="/comments/feed">
      <LINK REL="Alternate Feed" TYPE="application/atom+xml; charset=utf-8" TITLE="News &amp;
        views" HREF=" world/atom.xml ">
      <link rel="alternate" type="application/feed+json" href="https://other.example/feed.json">
      <link rel="alternate" hreflang="fr" href="/fr"><link rel="stylesheet" type="text/css" href="/feed.css">
      <link rel="alternate" type="application/rss+xml" href=""><link rel="feed" href="/unknown">
    </head><body><a href="/rss.xml">RSS</a><a href="/feedback">Write to us</a><a href="/world/rss">World</a></body></html>"""
    found = feed_links(document(markup, PAGE))
    assert found[0] == FeedLink("https://news.example/world/world/atom.xml", "News & views")
    assert [link.url for link in found[1:]] == [
        "https://other.example/feed.json",
        "https://news.example/rss.xml",
        "https://news.example/world/rss",
        "https://news.example/comments/feed",
    ]


def test_a_base_address_holds_for_all() -> None:
    markup = '<base href="https://cdn.example/x/"><link rel=alternate type=application/rss+xml href=feed>'
    assert links(markup) == ["https://cdn.example/x/feed"]


def test_only_web_addresses_count() -> None:
    hostile = ("javascript:feed()", "file:///feed.xml", "http://[bad/feed", "//[bad/feed", "data:application/rss+xml,feed")
    markup = "".join(f'<link rel=alternate type=application/rss+xml href="{href}"><a href="{href}">x</a>' for href in hostile)
    assert links(markup) == []
    assert links('<base href="http://[bad"><a href="/feed">x</a>') == ["https://news.example/feed"]


def test_a_page_of_links_is_bounded() -> None:
    assert len(links("".join(f'<a href="/feed/{number}">x</a>' for number in range(1000)))) == MOST_LINKS
