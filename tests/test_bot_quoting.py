"""Whose words evidence holds; and evidence within the text around it: whole, in its paragraph, whatever the text's size."""

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards import Reply
from bot.layout import draw_reply
from bot.markup import clean
from bot.quoting import quote, surroundings
from bot.wording import evidence_card
from handlers.model import Report, Stance, Statement

WORDS = "We will not negotiate with America."
MARK = "[…]"


def direct(evidence: str) -> Statement:
    return Statement("Ali Khamenei", "United States", Stance.REJECTS, evidence, 0, len(evidence), direct=True)


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        ("“We will not negotiate.”", "We will not negotiate."),
        ('"We will not negotiate,"', "We will not negotiate"),
        ("«We will not negotiate»", "We will not negotiate"),
        ("‘We will not negotiate.’", "We will not negotiate."),
        ("We will not negotiate.", "We will not negotiate."),
        ("“We will not negotiate.", "We will not negotiate."),
        ("“We don't reject the parties’ offer”", "We don't reject the parties’ offer"),
    ],
)
def test_words_that_are_all_the_speakers_stand_alone(evidence: str, words: str) -> None:
    found = quote(direct(evidence))
    assert (found.words, found.is_own) == (words, True)


@pytest.mark.parametrize(
    "evidence",
    [
        "“We will not negotiate,” Khamenei said.",
        "Khamenei said: “We will not negotiate.”",
        "“We will not,” he said, “negotiate with America.”",
        "Khamenei said he would “never” talk",
        'He called talks "poison"',
        "‘We will not negotiate,’ Khamenei said.",
        "Khamenei said 'we will never negotiate'",
        "‘We want no talks’ Khamenei said",
        "We will not negotiate’ he said",
    ],
)
def test_a_sentence_that_holds_more_than_the_speakers_words_is_the_outlets(evidence: str) -> None:
    found = quote(direct(evidence))
    assert (found.words, found.is_own) == (evidence, False)


def around(before: str, after: str, evidence: str = WORDS) -> str:
    return surroundings(before + evidence + after, len(before), len(before) + len(evidence))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", WORDS),
        ("On Wednesday he spoke.\n", " The crowd cheered.", f"On Wednesday he spoke.\n{WORDS} The crowd cheered."),
        ("Before.\n\nHe spoke. ", " They cheered.\n\nAfter.", f"He spoke. {WORDS} They cheered."),
        ("Before.\r\n\r\nHe spoke. ", " They cheered.\n \t\nAfter.", f"He spoke. {WORDS} They cheered."),
        ("Before.\n\n", "\n\nAfter.", WORDS),
    ],
)
def test_a_short_paragraph_is_shown_whole_and_alone(before: str, after: str, expected: str) -> None:
    assert around(before, after) == expected


def test_a_long_text_is_cut_at_words_on_either_side() -> None:
    shown = around("earlier words " * 9_000, " later words" * 9_000)
    before, _, after = shown.partition(WORDS)
    assert before.startswith(f"{MARK} ")
    assert after.endswith(f" {MARK}")
    assert set(shown.replace(WORDS, "").replace(MARK, "").split()) == {"earlier", "later", "words"}
    assert 270 < len(before) <= 300 + len(MARK) + 1
    assert 270 < len(after) <= 300 + len(MARK) + 1


def test_text_without_spaces_is_cut_anywhere() -> None:
    before, _, after = around("字" * 5_000, "字" * 5_000).partition(WORDS)
    assert before.count("字") == after.count("字") == 300


def test_the_longer_the_evidence_the_less_stands_around_it() -> None:
    evidence = "We will not negotiate. " * 26 + "Never."
    shown = around("earlier words " * 9_000, " later words" * 9_000, evidence)
    assert evidence in shown
    assert len(shown) < 900


@pytest.mark.parametrize("filling", ["earlier words ", "字", "\n", "\n\n", " "])
def test_the_size_of_a_text_costs_nothing(filling: str) -> None:
    text = filling * (10_000_000 // len(filling))
    start = len(text) // 2
    began = time.process_time()
    surroundings(text, start, start + 40)
    assert time.process_time() - began < 0.05


@given(st.text(alphabet="ab \n\r\t.", max_size=900), st.text(alphabet="ab \n\r\t.", max_size=900), st.integers(1, 60))
def test_all_but_the_marks_is_the_texts_own(before: str, after: str, room: int) -> None:
    text = before + WORDS + after
    shown = surroundings(text, len(before), len(before) + len(WORDS), room)
    assert shown.removeprefix(f"{MARK} ").removesuffix(f" {MARK}") in text
    assert WORDS in shown
    assert len(shown) <= len(WORDS) + 2 * (room + len(MARK) + 1)


def test_offsets_beyond_a_text_that_was_changed_find_nothing() -> None:
    assert WORDS not in surroundings("Short.", 500, 540)


@pytest.mark.parametrize("length", [40, 200, 400, 600, 700])
@pytest.mark.parametrize("filling", ["earlier words ", "a [b] *c* (d) "])
def test_the_evidence_card_holds_the_evidence_whole(length: int, filling: str) -> None:
    """The drawer cuts a line that is too long in its middle, and there the evidence stands."""
    evidence = ("We will not negotiate. " * 40)[:length].strip()
    before = filling * 1_000
    context = surroundings(before + evidence + " " + before, len(before), len(before) + len(evidence))
    seen_at = datetime(2025, 11, 24, tzinfo=UTC)
    report = Report(1, direct(evidence), 1, "Reuters", "Title " * 10, None, date(2019, 5, 29), seen_at, "a.txt")
    drawn = str(draw_reply(Reply("Evidence", cards=(evidence_card(report, context),))).to_components())
    passage = drawn[drawn.index("In the article:") :]
    assert clean(evidence) in passage
    assert "First seen" in passage
