"""Days, spans, numbers and probabilities in the words that cards use."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot import phrases
from handlers.model import Article


@pytest.mark.parametrize(
    ("value", "word"), [(1.0, "high"), (0.7, "high"), (0.69, "medium"), (0.5, "medium"), (0.49, "low"), (0.0, "low")]
)
def test_confidence_is_a_word(value: float, word: str) -> None:
    assert phrases.confidence(value) == f"confidence {word}"


@pytest.mark.parametrize(
    ("number", "word"), [(1, "first"), (10, "tenth"), (11, "11th"), (21, "21st"), (112, "112th"), (1023, "1023rd")]
)
def test_ordinals(number: int, word: str) -> None:
    assert phrases.ordinal(number) == word


@pytest.mark.parametrize(
    ("on", "age"),
    [
        (date(2025, 1, 2), "today"),
        (date(2025, 1, 1), "today"),
        (date(2024, 12, 31), "yesterday"),
        (date(2024, 11, 21), "41 days ago"),
        (date(2024, 7, 1), "about 6 months ago"),
        (date(2019, 5, 29), "about 6 years ago"),
    ],
)
def test_ages(on: date, age: str) -> None:
    assert phrases.ago(on, date(2025, 1, 1)) == age


@pytest.mark.parametrize(
    ("lapse", "age"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=14, seconds=59), "14 min ago"),
        (timedelta(minutes=60), "1 hour ago"),
        (timedelta(hours=47), "1 day ago"),
        (timedelta(days=1200), "1,200 days ago"),
    ],
)
def test_ages_of_instants(lapse: timedelta, age: str) -> None:
    assert phrases.since(lapse) == age


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"outlet": "Reuters", "origin": "a.txt"}, "Reuters"),
        ({"outlet": None, "url": "https://www.example.org/a", "origin": "a.txt"}, "example.org"),
        ({"outlet": None, "url": None, "origin": "https://feed.example/rss"}, "feed.example"),
        ({"outlet": None, "url": None, "origin": "/tmp/x/a.txt"}, "a.txt"),
        ({"outlet": " ", "url": None, "origin": "C:\\x\\a.txt"}, "a.txt"),
        ({"outlet": None, "url": None, "origin": "-"}, "unnamed source"),
        ({"outlet": None, "url": "https://[bad", "origin": ""}, "unnamed source"),
    ],
)
def test_a_source_without_an_outlet_is_named_by_what_is_known(fields: dict[str, Any], name: str) -> None:
    assert phrases.source(Article("", **fields)) == name


def test_what_is_not_analysed_is_told_by_language() -> None:
    assert phrases.not_analysed({"en": 9, None: 2}) is None
    assert phrases.not_analysed({"en": 9, "fr": 1}) == "1 article in French: not analysed."
    assert phrases.not_analysed({"fr": 1, "ar": 2, None: 1}) == "3 articles in Arabic, French: not analysed."
    assert phrases.not_analysed({"und": 1, "xx": 1}) == "2 articles in another language: not analysed."
    many = dict.fromkeys(("fr", "de", "es", "it", "pl", "tr"), 1)
    assert phrases.not_analysed(many) == "6 articles in French, German, Spanish, Italian, Polish and others: not analysed."
