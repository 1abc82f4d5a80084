"""What the rules find in sentences written for the purpose (`data/stance_sentences.toml`), and in small articles."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from tests.readings import read, rows

SENTENCES = tomllib.loads((Path(__file__).parent / "data" / "stance_sentences.toml").read_text(encoding="utf-8"))
CASES = [pytest.param(case, id=f"{group}-{number}") for group, cases in SENTENCES.items() for number, case in enumerate(cases)]


@pytest.mark.parametrize("case", CASES)
def test_a_sentence_gives_exactly_its_rows(case):
    assert rows(case["text"]) == set(case.get("rows", []))


@pytest.mark.parametrize("case", [case for case in CASES if "condition" in case.values[0]])
def test_a_condition_is_cut_out_verbatim(case):
    assert [found.condition for found in read(case["text"])] == [case["condition"]]


def test_every_group_of_rules_has_sentences():
    assert len(CASES) >= 80
    assert {"refusal", "double_negation", "condition", "impossible_exit", "openness", "engaged", "nested", "nothing"} <= set(
        SENTENCES
    )


def test_a_title_means_its_holder_on_the_articles_day():
    text = "The US president said on Monday that he was ready to meet Iranian leaders without preconditions."
    assert rows(text, date(2019, 6, 4)) == {"Donald Trump > Iran > open"}
    assert rows(text, date(2022, 6, 7)) == {"Joe Biden > Iran > open"}


def test_a_title_without_a_day_names_nobody():
    text = "The US president said on Monday that he was ready to meet Iranian leaders without preconditions."
    assert not any(found.speaker in {"Donald Trump", "Joe Biden"} for found in read(text, None))


def test_a_refused_topic_is_a_scope():
    (found,) = read("“We will not negotiate over our missile programme,” Iranian President Masoud Pezeshkian said.")
    assert (found.stance, found.scope) == ("rejects", "missile programme")


def test_quoted_words_are_direct_and_reported_ones_are_not():
    (quoted,) = read("“We will not talk to the United States,” Ali Khamenei said.")
    (told,) = read("Ali Khamenei said Iran would not talk to the United States.")
    assert (quoted.direct, quoted.evidence) == (True, "We will not talk to the United States,")
    assert told.direct is False


def test_a_stance_said_twice_counts_once_in_the_speakers_own_words():
    text = (
        "Ali Khamenei has ruled out talks with the United States.\n\n"
        "“We will not negotiate with America,” Khamenei said on Wednesday."
    )
    (found,) = read(text)
    assert found.evidence.startswith("We will not negotiate")
    assert found.said_on == date(2025, 5, 14)


def test_openness_with_a_condition_in_one_sentence_is_one_row():
    text = "Iran is ready to negotiate with the United States if sanctions are lifted, Abbas Araghchi said."
    assert rows(text) == {"Abbas Araghchi > United States > conditional"}


def test_no_day_is_made_up_for_undated_words():
    assert read("Ali Khamenei said Iran would not talk to the United States.")[0].said_on is None


def test_the_day_of_the_talks_is_not_the_day_of_the_words():
    (found,) = read("Iran and the United States will resume talks in Muscat on Sunday, Abbas Araghchi said on Tuesday.")
    assert found.said_on == date(2025, 5, 13)


def test_page_furniture_takes_no_stance():
    text = (
        "Oil prices rose on Thursday as traders waited for talks between producers, which are due "
        "to begin in Vienna early in the coming week.\n"
        "READ MORE: Khamenei rules out talks with the United States\n"
        "Khamenei will never negotiate with Trump, aide says\n"
    )
    assert rows(text) == set()


@pytest.mark.parametrize("mark", ["“{}”", '"{}"', "«{}»"])
def test_all_kinds_of_marks_quote(mark):
    words = mark.format("We will never negotiate with Israel,")
    (found,) = read(f"{words} Iranian President Masoud Pezeshkian said.")
    assert (found.speaker, found.direct) == ("Masoud Pezeshkian", True)
