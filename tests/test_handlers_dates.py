"""Which day words mean, seen from Thursday 16 May 2024."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.dates import dateline_day, entry_day, find_days, find_steps, leading_day, signed_day

SEEN_FROM = date(2024, 5, 16)


def days(text: str, seen_from: date | None = SEEN_FROM) -> list[str]:
    return [found.day.isoformat() for found in find_days(text, seen_from)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("he said on Wednesday", ["2024-05-15"]),
        ("he said on Thursday", ["2024-05-16"]),
        ("he said on Friday", ["2024-05-10"]),
        ("he said last Thursday", ["2024-05-09"]),
        ("he said last Monday", ["2024-05-13"]),
        ("he said yesterday", ["2024-05-15"]),
        ("he said earlier in the day", ["2024-05-16"]),
        ("he said on May 8", ["2024-05-08"]),
        ("he said on 8 May", ["2024-05-08"]),
        ("he said on the 8th of May", ["2024-05-08"]),
        ("he said on Dec. 30", ["2023-12-30"]),
        ("he said on 30 May 2019", ["2019-05-30"]),
        ("he said on May 30, 2019", ["2019-05-30"]),
        ("dated 2019-05-30", ["2019-05-30"]),
        ("he said last week", []),
        ("he said on Tuesday last week", ["2024-05-07"]),
        ("he said on Tuesday a week ago", ["2024-05-07"]),
        ("he said on Thursday last week", ["2024-05-09"]),
        ("he said on Friday of last week", ["2024-05-10"]),
        ("he said of Tuesday's attack", []),
        ("he said in recent days", []),
        ("he said in May", []),
        ("he said so in 2019", []),
        ("they will meet next Monday", []),
        ("they will meet on May 30", []),
        ("he may 5 times", []),
        ("on February 30, 2020", []),
    ],
)
def test_words_mean_a_day_or_none(text, expected):
    assert days(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("on Wednesday", []), ("on May 8", []), ("on 8 May 2019", ["2019-05-08"])])
def test_without_a_publishing_day_only_a_full_date_is_a_day(text, expected):
    assert days(text, None) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("date 2019-05-29 Iran will", date(2019, 5, 29)),
        ("Wednesday, May 29, 2019", date(2019, 5, 29)),
        ("29 May 2019 14:00", date(2019, 5, 29)),
        ("In May 2019 he", None),
        ("2019-13-45", None),
    ],
)
def test_a_line_opens_with_a_day_or_not(line, expected):
    assert leading_day(line) == expected


@given(st.text(max_size=80), st.dates())
def test_no_day_lies_ahead(text, seen_from):
    assert all(found.day <= seen_from for found in find_days(f"on Monday {text} on 3 June", seen_from))


@pytest.mark.parametrize(
    "text",
    [
        "LUSAKA, 14 January 2026 - Zambia will not",
        "Trade row\n\nLusaka, Jan. 14, 2026 (ZNA) — Zambia will not",
        "Nay Pyi Taw (AP), January 14, 2026 – Talks will not",
    ],
)
def test_a_dateline_tells_the_day(text):
    assert dateline_day(text) == date(2026, 1, 14)


@pytest.mark.parametrize(
    "text", ["They met on 14 January 2026 in Lusaka.", "LUSAKA - Zambia will not", "Lusaka, 14 January - it"]
)
def test_a_day_in_running_text_is_no_dateline(text):
    assert dateline_day(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("he said the same day", ["2024-05-14"]),
        ("he said a day later", ["2024-05-15"]),
        ("he said the following morning", ["2024-05-15"]),
        ("he had said the night before", ["2024-05-13"]),
        ("he had said two days earlier", ["2024-05-12"]),
        ("he left a day before the talks", []),
        ("he said six days later", []),
        ("he said last week", []),
    ],
)
def test_words_count_from_the_day_told_before(text, expected):
    assert [found.day.isoformat() for found in find_steps(text, date(2024, 5, 14), SEEN_FROM)] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Done at Kidal, 31 January 2013", date(2013, 1, 31)),
        ("Updated 31 January 2013", None),
        ("Thursday, 31 January 2013", None),
        ("He said so in a long letter to the council that he wrote in the old capital on 31 January 2013", None),
    ],
)
def test_a_paper_is_signed_with_a_day_or_not(line, expected):
    assert signed_day(line) == expected


def test_an_entry_of_a_chronology_opens_with_its_day():
    assert entry_day("8 May. Iran offers nothing.", SEEN_FROM) == date(2024, 5, 8)
    assert entry_day("Iran offered nothing on 8 May.", SEEN_FROM) is None
