"""Hostile articles, small: what is looked up for each word must not be sought in the whole article again and again."""

import sys
from types import FrameType

import pytest

from handlers.extract import Extractor
from handlers.model import Article
from handlers.sentences import Span, overlapping

ENGLISH = "The minister said that it was the will of the people, and that he would not talk to Iran. "
SHAPES = {
    "capitals": "NO TALKS WITH IRAN ",
    "bidi": "\u202etalks\u202c with Iran ",
    "quotations": "“No talks,” he said. ",
}


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor("rules")


def _steps(extractor: Extractor, text: str) -> int:
    """Count the calls of Python functions while an article is read: unlike time, the same on every machine."""
    count = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and "handlers" in frame.f_code.co_filename

    sys.setprofile(note)
    try:
        extractor.read(Article(text, "hostile"))
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_text_costs_about_twice_the_work(extractor: Extractor, shape: str) -> None:
    extractor.read(Article(ENGLISH, "warm"))
    once = _steps(extractor, ENGLISH + SHAPES[shape] * 200)
    twice = _steps(extractor, ENGLISH + SHAPES[shape] * 400)
    assert twice < 2.6 * once, "quadratic work would make it 4"


def test_overlapping_gives_what_shares_a_character() -> None:
    spans = [Span(0, 3), Span(3, 5), Span(8, 9), Span(12, 20)]
    for start in range(22):
        for end in range(start + 1, 22):
            assert overlapping(spans, start, end) == [s for s in spans if s.start < end and s.end > start]
