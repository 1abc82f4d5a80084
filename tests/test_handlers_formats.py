"""Formats: each sample beside its expected JSON, then what cannot be read, text files and article objects."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from handlers.errors import FormatError
from handlers.formats import FORMATS, SUFFIXES, Parsed, parse
from handlers.model import Article
from tests.documents import document

SAMPLES = Path(__file__).parent / "data" / "formats"


def as_expected(parsed: Parsed) -> dict[str, object]:
    def plain(article: Article) -> dict[str, object]:
        values = {name: value for name, value in asdict(article).items() if value is not None and name != "origin"}
        return {name: str(value) if isinstance(value, date) else value for name, value in values.items()}

    return {
        "articles": [plain(article) for article in parsed.articles],
        "problems": [problem.reason for problem in parsed.problems],
    }


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir() if path.name.count(".") == 1))
def test_sample_gives_the_expected_articles(sample: str):
    expected = json.loads((SAMPLES / f"{sample}.json").read_text(encoding="utf-8"))
    assert as_expected(parse(document((SAMPLES / sample).read_bytes(), sample))) == expected


def test_every_format_has_a_sample():
    for format_ in FORMATS:
        assert any(path.suffix in format_.SUFFIXES for path in SAMPLES.iterdir() if path.name.count(".") == 1)


def test_the_seeds_are_kept_character_by_character():
    seeds = Path(__file__).parents[2] / "shared" / "seeds"
    if not seeds.is_dir():
        pytest.skip("the seeds are not here")
    for path in seeds.glob("*.txt"):
        data = path.read_bytes()
        (article,) = parse(document(data, str(path))).articles
        assert article.text == data.decode()
        assert (article.id, article.published, article.outlet) == (path.name, None, None)


@pytest.mark.parametrize(
    ("data", "origin", "mime", "reason"),
    [
        (b"", "a.txt", None, "is empty"),
        (b" \r\n\t", "a.txt", None, "is empty"),
        (b"\xef\xbb\xbf \n", "a.txt", None, "holds no text"),
        (b"---\ntitle: x\n---\n", "a.md", None, "holds no text"),
        (b"---\ntitle: [x\n---\nText.", "a.md", None, "its front matter is not YAML (line 2)"),
        (b"\x00\x01\x02\x00\x00\x07" * 50, "a.txt", None, "is binary, not text"),
        (
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n",
            "a.mhtml",
            None,
            "is a saved page without a page",
        ),
        (b"From: me\n\nNo page at all.", "a.mht", None, "is a saved page without a page"),
        (b"MIME-Version: 1.0\nContent-Type: text/html\n\n<p>", "a.txt.mhtml", None, "is a page without an article's text"),
        (b"%PDF-1.7 ...", "https://e.example/a", "text/html", "is a PDF file, not text"),
        (b"PK\x03\x04abc", "a.md", None, "is a ZIP archive or office document, not text"),
        (b"pixels", "https://e.example/a", "image/webp", "is image/webp, not text"),
        (b"x" * 20_000_001, "a.txt", None, "is larger than 20 MB"),
        (b"{", "a.json", None, "is not JSON"),
        (b'["text"]', "a.json", None, "is not an article object; write one object a line and name the file .jsonl"),
        (b'{"text": 5}', "a.json", None, "has no text"),
        (b'{"text": "caf\xe9"}', "a.json", None, "is JSON, but not in UTF-8"),
        (b"[" * 100_000, "a.json", None, "is not JSON"),
        (b"<html><body><script>x()</script></body></html>", "a.html", None, "is a page without an article's text"),
        (b'<?xml version="1.0"?><urlset><url/></urlset>', "a.xml", None, "is XML, but not a feed"),
        (b"<rss version='2.0'><channel><title>T</title></channel></rss>", "a.xml", None, "is a feed that lists nothing"),
        (b"\x81\x8d " * 3 + b"few words of any kind of text here " * 4, "a.txt", None, "is neither UTF-8 nor in an"),
    ],
)
def test_what_cannot_be_read_says_why_in_one_line(data: bytes, origin: str, mime: str | None, reason: str):
    with pytest.raises(FormatError) as caught:
        parse(document(data, origin, mime))
    assert str(caught.value).startswith(f"{origin}: {reason}")
    assert "\n" not in str(caught.value)


def test_a_named_text_file_is_text_whatever_it_holds():
    feed = "<rss version='2.0'><channel><title>T</title></channel></rss>"
    (article,) = parse(document(feed, "notes/saved.txt")).articles
    assert (article.text, article.id) == (feed, "saved.txt")


def test_a_cyrillic_file_without_a_mark_is_guessed():
    text = "Переговоров не будет, заявил министр иностранных дел на встрече с журналистами в столице. " * 5
    assert parse(document(text.encode("windows-1251"), "a.txt")).articles[0].text == text


def test_what_decodes_as_utf_8_is_utf_8_whatever_a_server_says():
    page = document("« Jamais »", "https://e.example/a", "text/plain", "iso-8859-1")
    assert parse(page).articles[0].text == "« Jamais »"
    old = document("« Jamais » \x96".encode("latin-1"), "https://e.example/a", "application/octet-stream", "iso-8859-1")
    assert parse(old).articles[0].text == "« Jamais » –"


def test_an_option_speaks_for_all_articles_of_a_document():
    lines = '{"text": "a", "outlet": "Own", "published": "2020-01-01"}\n{"text": "b"}\n'
    parsed = parse(document(lines, "a.jsonl"), outlet="Given", published=date(2025, 2, 7))
    assert {(article.outlet, article.published) for article in parsed.articles} == {("Given", date(2025, 2, 7))}


@pytest.mark.parametrize(
    ("day", "known"), [("2025-11-24", True), ("2025-11-25", False), ("2099-01-01T12:00:00Z", False), ("1979-11-04", True)]
)
@pytest.mark.parametrize(
    ("template", "origin", "where"),
    [
        ("---\npublished: {}\n---\nText.\n", "a.md", ""),
        ('{{"text": "a", "published": "{}"}}', "a.json", ""),
        ('{{"text": "a"}}\n{{"text": "b", "published": "{}"}}\n', "a.jsonl", "line 2: "),
    ],
)
def test_a_day_in_the_future_is_no_fact(template: str, origin: str, where: str, day: str, known: bool):
    parsed = parse(document(template.format(day), origin))
    remark = f"{where}published {day[:10]} lies in the future; taken as unknown"
    assert parsed.articles[-1].published == (date.fromisoformat(day[:10]) if known else None)
    assert [problem.reason for problem in parsed.problems] == ([] if known else [remark])


def test_a_page_within_an_object_knows_its_day_better_than_a_future_one():
    page = '<html><head><meta property="article:published_time" content="2025-02-07"></head><body><p>Words.</p></body></html>'
    (article,) = parse(document(json.dumps({"html": page, "published": "2099-01-01"}), "a.json")).articles
    assert article.published == date(2025, 2, 7)


def test_the_operators_own_day_stands_wherever_it_lies():
    (article,) = parse(document("Text.", "a.txt"), published=date(2099, 1, 1)).articles
    assert article.published == date(2099, 1, 1)


def test_json_lines_are_recognised_under_any_name():
    lines = '{"text": "a\u2028b", "id": 5}\r\n\r\n{"text": "b"}\r\n'
    assert [(a.id, a.text) for a in parse(document(lines, "a.json")).articles] == [("5", "a\u2028b"), ("a.json:3", "b")]
    assert len(parse(document(lines, "-")).articles) == 2


def test_a_file_of_bad_lines_only_is_an_error():
    with pytest.raises(FormatError, match=r"a\.jsonl: no line holds an article; line 1: is not JSON"):
        parse(document("x\ny\n", "a.jsonl"))


def test_characters_that_no_database_takes_are_replaced_one_by_one():
    (article,) = parse(document(r'{"text": "a\u0000b\ud800c", "title": "t\udfff"}', "a.json")).articles
    assert (article.text, article.title) == ("a\ufffdb\ufffdc", "t\ufffd")


def test_a_rule_at_the_top_is_not_front_matter():
    text = "---\nNo mapping here\n---\nText.\n"
    assert parse(document(text, "a.md")).articles[0].text == text
    assert parse(document("---\nnever closed", "a.md")).articles[0].text == "---\nnever closed"


def test_suffixes_are_those_of_the_design():
    assert {".txt", ".md", ".html", ".json", ".jsonl"} <= SUFFIXES
