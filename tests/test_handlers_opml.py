"""Lists of feeds: what is taken from them, and what is refused."""

import time

import pytest

from handlers import opml
from handlers.errors import FormatError
from tests.documents import document


def test_feeds_in_nested_outlines_come_in_order_and_once():
    data = """<?xml version="1.0" encoding="ISO-8859-1"?>
    <opml version="2.0"><head><title>Feeds</title></head><body>
      <outline text="World">
        <outline type="rss" text="Caf\xe9" title="Caf\xe9  Politique" xmlUrl=" https://cafe.example/rss?a=1&amp;b=2 "/>
        <outline text="Wire" xmlurl="http://wire.example/atom"/>
      </outline>
      <outline xmlUrl="feed://old.example/rss"/><outline xmlUrl="feed:https://older.example/rss" text=""/>
      <outline text="again" xmlUrl="http://wire.example/atom"/>
      <outline text="no feed" htmlUrl="https://e.example"/>
      <outline text="not the web" xmlUrl="file:///etc/passwd"/>
    </body></opml>"""
    assert opml.read(document(data.encode("latin-1"), "feeds.opml")) == (
        ("https://cafe.example/rss?a=1&b=2", "Café Politique"),
        ("http://wire.example/atom", "Wire"),
        ("http://old.example/rss", None),
        ("https://older.example/rss", None),
    )


def test_an_empty_list_is_a_list():
    assert opml.read(document("<opml><body/></opml>")) == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "is not OPML (no element found"),
        ("no markup", "is not OPML (syntax error"),
        ("<opml><body>", "is not OPML (no element found"),
        ("<rss><channel/></rss>", "is XML, but not OPML"),
        (b"\x00\x01", "is not OPML"),
        ('<?xml version="1.0" encoding="klingon"?><opml/>', "is not OPML (unknown encoding"),
        ('<!DOCTYPE opml [<!ENTITY x "y">]><opml/>', "declares XML entities, which are not read"),
        ('<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml/>', "declares XML entities, which are not read"),
    ],
)
def test_what_is_no_list_says_why(data: str | bytes, reason: str):
    with pytest.raises(FormatError) as caught:
        opml.read(document(data, "feeds.opml"))
    assert caught.value.reason.startswith(reason)


def test_a_billion_laughs_are_refused_at_once():
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    started = time.monotonic()
    with pytest.raises(FormatError, match="declares XML entities"):
        opml.read(document(f'<!DOCTYPE opml [<!ENTITY l0 "lol">{laughs}]><opml><outline text="&l9;"/></opml>'))
    assert time.monotonic() - started < 0.5


def test_deep_nesting_is_no_trouble():
    deep = 50_000
    data = "<opml>" + "<outline>" * deep + '<outline xmlUrl="http://e.example/"/>' + "</outline>" * deep + "</opml>"
    assert opml.read(document(data)) == (("http://e.example/", None),)


def test_what_is_written_is_read_back() -> None:
    feeds = (
        ("https://cafe.example/rss?a=1&b=2", 'Café "Politique" <& co>'),
        ("https://plain.example/feed", None),
        ("https://odd.example/feed", "a\x00b\x0bc \ud800"),
    )
    data = opml.write(feeds, "Feeds & more")
    assert opml.read(document(data)) == (
        feeds[0],
        ("https://plain.example/feed", "https://plain.example/feed"),
        ("https://odd.example/feed", "a\ufffdb c \ufffd"),
    )
