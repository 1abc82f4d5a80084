"""Words become the pieces of a vocabulary, and a sentence becomes what the encoder reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.stance.pieces import Vocabulary
from handlers.stance.strips import LONGEST_BEFORE, LONGEST_SENTENCE, strip

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "talk", "##s", "##ing", "no", "tal", "##k", ",", ".", "'", "t", "khamenei", "a"]


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(PIECES)


def words(vocabulary: Vocabulary, text: str) -> list[str]:
    return [PIECES[number] for number in vocabulary.of(text)]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("No talks.", ["no", "talk", "##s", "."]),
        ("TALKING", ["talk", "##ing"]),
        ("Khāmeneï", ["khamenei"]),  # accents are folded, as the published vocabulary was made
        ("no,no", ["no", ",", "no"]),
        ("talkies", ["[UNK]"]),  # a word whose end has no piece is unknown as a whole
        ("", []),
        (" \n\t", []),
        ("x" * 41, ["[UNK]"]),
    ],
)
def test_words_become_their_longest_pieces(vocabulary, text, pieces):
    assert words(vocabulary, text) == pieces


@given(st.text(max_size=80))
def test_any_text_becomes_known_numbers(text):
    vocabulary = Vocabulary(PIECES)
    assert all(0 <= number < len(vocabulary) for number in vocabulary.of(text))


def test_a_strip_ends_the_sentence_before_and_the_sentence_itself(vocabulary):
    cut = strip(vocabulary, "no talk", "talks .")
    assert [PIECES[number] for number in cut.pieces] == ["[CLS]", "no", "talk", "[SEP]", "talk", "##s", ".", "[SEP]"]
    assert cut.first == 4


def test_a_strip_keeps_the_end_of_what_was_before_and_the_start_of_a_long_sentence(vocabulary):
    cut = strip(vocabulary, "a " * 200 + "no", "talk " + "a " * 200)
    assert cut.first == LONGEST_BEFORE + 2
    assert PIECES[cut.pieces[cut.first - 2]] == "no"
    assert PIECES[cut.pieces[cut.first]] == "talk"
    assert len(cut.pieces) == cut.first + LONGEST_SENTENCE + 1
