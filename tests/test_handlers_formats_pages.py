"""Pages: the day that a page gives itself, the address that it may claim, its charset."""

from datetime import date

import pytest

from handlers.formats import parse
from tests.documents import document


@pytest.mark.parametrize(
    ("head", "line", "url", "day"),
    [
        ('<meta property="article:modified_time" content="2025-03-07">', "", None, None),
        ('<meta name="copyright" content="2025">', "", None, None),
        ('<meta name="date" content="2027-02-01">', "", None, None),
        ('<meta name="date" content="2025-02-07">', "", None, date(2025, 2, 7)),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "WebSite", "datePublished": "2020-01-01"},'
            ' {"@type": ["NewsArticle"], "datePublished": "2025-02-07T23:30:00-05:00"}]}</script>',
            "",
            None,
            date(2025, 2, 7),
        ),
        ("", "", "https://www.e.example/world/2025/02/07/talks", date(2025, 2, 7)),
        ("", '<time datetime="2025-02-07T23:30:00-05:00">on Friday</time>', None, date(2025, 2, 7)),
        ("", '<span class="date">7 February 2025</span>', None, date(2025, 2, 7)),
        ("", '<span class="date">02/07/2025</span>', None, None),
        ("", '<p class="byline">Updated 7 February 2025</p>', None, None),
        ("", '<time class="updated" datetime="2025-02-07">x</time>', None, None),
        ("", '<aside><time datetime="2025-02-07">x</time></aside>', None, None),
    ],
)
def test_a_page_is_dated_by_what_it_says_of_itself(head: str, line: str, url: str | None, day: date | None):
    text = "<p>They said on 13 August 2018 that there would be no talks, and on 2019-05-29 they said so again.</p>" * 3
    page = (
        f"<html><head>{head}</head><body><header><b class='date'>22 November 2025</b></header><article><h1>T</h1>{line}{text}"
    )
    (article,) = parse(document(f"{page}</article></body></html>", url or "page.html")).articles
    assert article.published == day


PAGE = "<html><head>{}</head><body><article><p>{}</p></article></body></html>"


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://e.example/real?id=1", "https://e.example/real?id=1"),
        ("/real", "https://www.e.example/real"),
        ("https://bank.example/", "https://www.e.example/a"),
        ("javascript:alert(1)", "https://www.e.example/a"),
        ("http://[", "https://www.e.example/a"),
    ],
)
def test_a_fetched_page_cannot_claim_the_address_of_another_site(link: str, url: str):
    page = PAGE.format(f'<link rel="canonical" href="{link}">', "Words enough for an article. " * 9)
    (article,) = parse(document(page, "https://www.e.example/a", "text/html")).articles
    assert (article.url, article.outlet, article.id) == (url, "e.example", None)


def test_a_page_in_the_charset_it_declares():
    page = PAGE.format('<meta charset="windows-1251">', "Переговоров не будет, заявил министр. " * 9).encode("windows-1251")
    assert "Переговоров не будет" in parse(document(page, "a.html")).articles[0].text
    assert "Переговоров" in parse(document(page.replace(b"1251", b"9999"), "a.html", charset="cp1251")).articles[0].text


@pytest.mark.parametrize("charset", ["rot13", "hex", "no-such", "", "utf-8\0"])
def test_a_charset_that_is_none_is_passed_over(charset: str):
    page = PAGE.format("", "Переговоров не будет, заявил министр. " * 9)
    assert "Переговоров не будет" in parse(document(page, "a.html", charset=charset)).articles[0].text
    assert parse(document("Переговоров не будет", "a.txt", charset=charset)).articles[0].text == "Переговоров не будет"
