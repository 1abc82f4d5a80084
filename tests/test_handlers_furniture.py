"""Which lines of a page are prose, and which day its first lines state."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.furniture import clean

BODY = (
    "The foreign minister said on Tuesday that talks with the neighbouring country would go on in the spring, "
    "whatever the newspapers wrote about them."
)


def prose(text: str) -> list[str]:
    return [span.text(text) for span in clean(text).spans]


@pytest.mark.parametrize(
    "line",
    [
        "READ MORE: Minister rules out talks",
        "Read more Iran news ⟶",
        "Also read: Ten things to know",
        "Sign up for our newsletter",
        "Unlock the Editor's Digest for free",
        "Follow us on Twitter",
        "Share this article",
        "LEAVE A REPLY",
        "Tags: Iran, talks, sanctions, United States",
        "negotiations, sanctions, Hassan Rouhani, Tehran, United States, Iran",
        "SOURCE: AL JAZEERA NEWS",
        "(Reporting by Jane Roe; Editing by John Doe)",
        "Additional reporting by Jane Roe in Tehran",
        "by Jane Roe",
        "[Video: What happened in Doha? 01:52]",
        "© 2024 The Daily. All rights reserved",
        "If you notice an error, highlight it and press Ctrl+Enter",
        "• Dow17 56.23 41.89% -2.635%",
        "23:23 GMT08 July 2020",
        "Minister will never negotiate, aide says",
        "OPINION",
    ],
)
def test_a_line_of_furniture_after_the_body_is_left_out(line):
    assert prose(f"{BODY}\n{line}\n") == [BODY]


@pytest.mark.parametrize("headline", ["Minister: no talks before spring", "Minister will never negotiate, aide says"])
def test_a_headline_before_the_body_is_text(headline):
    assert prose(f"{headline}\n\n{BODY}") == [headline, BODY]


def test_a_caption_is_text_without_its_credit():
    caption = "The minister rejected an offer of talks"
    assert prose(f"{BODY}\n{caption} [File: Jane Roe/Agency]") == [BODY, caption]


def test_a_paragraph_printed_twice_is_read_once():
    assert prose(f"{BODY}\n{BODY}\n") == [BODY]


def test_a_page_without_line_breaks_is_prose_whatever_it_opens_with():
    text = f"Sign up for our newsletter on world affairs. {BODY} {BODY}"
    assert prose(text) == [text]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (f" date 2019-05-29 {BODY}", date(2019, 5, 29)),
        (f"May 22, 2018 at 7:30 a.m. EDT\n{BODY}", date(2018, 5, 22)),
        (f"A headline\n21 July 2025, 20:41   War   2 min.\n{BODY}", date(2025, 7, 21)),
        (f"23:23 GMT08 July 2020\nListen Live\n{BODY}", None),
        (BODY, None),
        (f"date 2019-02-31 {BODY}", None),
    ],
)
def test_the_publishing_day_is_that_of_a_dateline_and_never_of_a_clock(text, day):
    assert clean(text).published == day


def test_the_word_date_before_the_first_sentence_is_no_prose():
    assert prose(f" date 2019-05-29 {BODY}") == [BODY]


@given(st.text(max_size=400))
def test_spans_are_in_order_and_inside_the_text(text):
    spans = clean(text).spans
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))
