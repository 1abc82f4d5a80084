"""Quotation marks of all kinds, odd numbers of them, several paragraphs."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.quotations import find_quotations, mend
from handlers.sentences import FILLER, Span, split


def paragraphs(text: str) -> list[Span]:
    spans, at = [], 0
    for line in text.split("\n"):
        if line:
            spans.append(Span(at, at + len(line)))
        at += len(line) + 1
    return spans


def quoted(text: str) -> list[str]:
    return [text[found.start : found.end] for found in find_quotations(text, paragraphs(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“We will talk,” he said.", ["We will talk,"]),
        ('"We will talk," he said.', ["We will talk,"]),
        ("«We will talk,» he said.", ["We will talk,"]),
        ("„We will talk,” he said.", ["We will talk,"]),
        ("‘We will talk,’ he said.", ["We will talk,"]),
        ("“We,” he said, “will talk.”", ["We,", "will talk."]),
        ('"We," he said, "will talk."', ["We,", "will talk."]),
        ("It’s Iran’s turn, isn’t it?", []),
        ("He called it a “so-called ‘deal’ of theirs” today.", ["so-called ‘deal’ of theirs"]),
        ("“We will talk\" he said.", ["We will talk"]),
        ("“We will never talk.", ["We will never talk."]),
        ("\"We will not talk, John Smith said. \"We are patient.\"", ["We will not talk", "We are patient."]),
        ("He has a 12\" ruler.", []),
        ("“” empty", []),
    ],
)  # fmt: skip
def test_marks_are_paired(text, expected):
    assert quoted(text) == expected


def test_a_quotation_over_paragraphs_is_one_chain():
    text = "“We were patient.\n“We are no more.”\nHe left."
    found = find_quotations(text, paragraphs(text))
    assert [(each.continues, each.closed) for each in found] == [(False, False), (True, True)]


def test_a_closed_quotation_does_not_go_on():
    text = "“We were patient.”\n“We are no more.”"
    assert [each.continues for each in find_quotations(text, paragraphs(text))] == [False, False]


def test_a_broken_sentence_is_mended_at_the_same_length():
    text = "“We are ready,” he said, “to talk to them.” He left."
    spans = paragraphs(text)
    mended = mend(text, split(text, spans), find_quotations(text, spans))
    assert len(mended.text) == len(text)
    assert mended.text.replace(FILLER, "") == "“We are ready to talk to them.” He left."
    assert [text[each.start : each.end] for each in mended.sentences] == ["“We are ready,” he said, “to talk to them.”"]


def test_two_whole_sentences_are_not_joined():
    text = "“We are ready,” he said. “They are not.”"
    spans = paragraphs(text)
    assert mend(text, split(text, spans), find_quotations(text, spans)).sentences == ()


@given(st.text(alphabet='“”"«»‘’ab ,.\n', max_size=200))
def test_quotations_never_overlap_and_hold_no_mark_of_their_own(text):
    found = find_quotations(text, paragraphs(text))
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(0 <= each.start < each.end <= len(text) for each in found)
