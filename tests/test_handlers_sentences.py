"""Where sentences end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.sentences import LONGEST, Span, split


def sentences(text: str) -> list[str]:
    return [text[found.start : found.end] for found in split(text, [Span(0, len(text))])]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("He came. She left.", 2),
        ("Mr. Smith met Gen. Jones.", 1),
        ("U.S. President Donald Trump spoke.", 1),
        ("They left the U.S. The talks are over.", 2),
        ("He met John F. Kennedy.", 1),
        ("“We will not talk.” He left.", 2),
        ('"We will not talk." He left.', 2),
        ("He wants to meet “directly, with no conditions”. On Thursday he flew home.", 2),
        ("“They want a deal . . . and I think that is possible.”", 1),
        ("“If the US … returned, it could talk.”", 1),
        ("Is he serious? Nobody knows!", 2),
        ("It grew by 3.5 percent. Good.", 2),
        ("He said no. (He meant it.) They left.", 3),
        ("The talks began on Jan. 5 in Vienna.", 1),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, count):
    assert len(sentences(text)) == count


def test_a_sentence_never_crosses_its_paragraph():
    text = "No full stop here\nThe next one."
    found = split(text, [Span(0, 17), Span(18, len(text))])
    assert [(text[each.start : each.end], each.paragraph) for each in found] == [("No full stop here", 0), ("The next one.", 1)]


def test_an_endless_sentence_is_cut():
    assert max(len(piece) for piece in sentences("and so on " * 1000)) <= LONGEST


@given(st.text(max_size=300))
def test_no_word_is_lost_or_changed(text):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
