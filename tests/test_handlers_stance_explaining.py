"""Why a statement is there: each stage's words and what they were taken for, and what stopped the other sentences."""

import pickle
from datetime import date

import pytest

from bot.explained import account_lines, account_record
from handlers.extract import Extractor
from handlers.model import Article
from handlers.stance.explaining import Account, Told
from tests.readings import extractor

TEXT = (
    "READ MORE: Five things to know\n"
    "“We will not negotiate with America under any president,” Ali Khamenei told students on Wednesday. "
    "He added that the door was not closed to Europe. "
    "Minister Mohammad Javad Zarif said Iran would not rule out talks with the United States if the sanctions were lifted. "
    "Analysts discuss the talks.\x1b[31m\n"
)


@pytest.fixture(scope="module")
def told() -> Account:
    return extractor().explain(Article(TEXT, "a.txt", published=date(2019, 5, 30)))[1]


def meaning(sentence: Told, stage: str) -> list[tuple[str, str]]:
    return [(step.words, step.taken_for) for step in sentence.steps if step.stage == stage]


def test_what_is_no_prose_is_named(told: Account):
    assert [step.words for step in told.steps if step.stage == "clean"] == ["READ MORE: Five things to know"]


def test_a_quoted_refusal(told: Account):
    refusal = told.sentences[0]
    assert meaning(refusal, "gate") == [("negotiate", "a word that may carry a stance")]
    assert meaning(refusal, "negation") == [("not", "turns the stance round")]
    assert meaning(refusal, "cue") == [("told", "says that Ali Khamenei says it")]
    assert meaning(refusal, "counterpart") == [("United States", "named in the words, 1.00")]
    assert meaning(refusal, "day") == [("Wednesday", "2019-05-29, beside the saying")]
    assert [found.speaker for found in refusal.statements] == ["Ali Khamenei"]


def test_a_pronoun_says_by_what_it_was_resolved(told: Account):
    assert meaning(told.sentences[1], "speaker") == [("He", "Ali Khamenei, by pronoun, last speaker first")]


def test_a_double_negation_and_a_condition(told: Account):
    offer = told.sentences[2]
    assert [words for words, _ in meaning(offer, "negation")] == ["rule", "not", ""]
    assert meaning(offer, "condition")[0][1] == "opened by 'if'; without it: open"


def test_a_sentence_without_a_statement_says_what_stopped_it(told: Account):
    assert told.sentences[3].statements == ()
    assert all(said.startswith("takes no side") for _, said in meaning(told.sentences[3], "stance"))


def test_offsets_are_those_of_the_article(told: Account):
    for sentence in told.sentences:
        assert sentence.sentence == TEXT[sentence.start : sentence.end]
        assert all(step.words == TEXT[step.start : step.end] for step in sentence.steps if step.start is not None)


@pytest.mark.parametrize(
    ("text", "stage"), [("Rain fell on the coast, and the harvest was late.", "gate"), ("Россия не будет говорить", "language")]
)
def test_articles_that_are_not_analysed_say_so(text: str, stage: str):
    (step,) = extractor().explain(Article(text, "x"))[1].steps
    assert step.stage == stage


def test_it_can_be_sent_printed_and_written_as_an_object(told: Account):
    assert pickle.loads(pickle.dumps(told)) == told
    lines = list(account_lines(told))
    assert "  => Ali Khamenei → United States: rejects, 1.00" in lines
    assert not any("\x1b" in line or "\n" in line for line in lines)
    assert len(account_record(told)["sentences"]) == 4  # pyright: ignore[reportArgumentType]


def test_the_encoders_vote_is_told_beside_the_rules_steps():
    text = "Iran will not negotiate with the United States, Foreign Ministry spokesman Adrin Velasco said."
    _, told = Extractor("encoder").explain(Article(text, "test"))
    steps = {step.stage: step.taken_for for sentence in told.sentences for step in sentence.steps}
    assert steps["encoder"].startswith("rejects ")
    assert steps["holder"].startswith("Adrin Velasco ")
    assert steps["partner"].startswith("United States ")
