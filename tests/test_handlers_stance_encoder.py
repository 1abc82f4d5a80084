"""The network that ships: it loads, it is the same each time, and it tells plain stances apart."""

from functools import cache

import pytest

from handlers.extract import Extractor
from handlers.model import Article, Stance
from handlers.stance.encoder import Encoder


@cache
def encoder() -> Encoder:
    return Encoder()


@cache
def extractor() -> Extractor:
    return Extractor("encoder")


@pytest.mark.parametrize(
    ("sentence", "stance"),
    [
        ("There will be no negotiations with that government, the president said.", Stance.REJECTS),
        ("We will talk to them only if the blockade is lifted first, the minister said.", Stance.CONDITIONAL),
        ("The prime minister said she was ready to meet her counterpart at any time.", Stance.OPEN),
        ("The two delegations will hold a second round of talks in Geneva on Tuesday, the ministry said.", Stance.ENGAGED),
        ("Heavy rain flooded three districts of the capital on Tuesday.", None),
        ("The army said it had shot down two drones near the border.", None),
    ],
)
def test_plain_stances_are_told_apart(sentence, stance):
    (chances,) = encoder().judge([("", sentence)])
    assert 0 <= sum(chances.values()) <= 1 + 1e-6
    best = max(chances, key=chances.__getitem__)
    assert (best if sum(chances.values()) > 0.5 else None) == stance


def test_the_order_and_the_company_of_sentences_change_little():
    sentences = [
        ("", "They will not talk."),
        ("He spoke for an hour.", "The door is open to " + "all " * 60 + "."),
        ("", "Rain."),
    ]
    together = encoder().judge(sentences)
    for chances, sentence in zip(together, sentences, strict=True):
        (alone,) = encoder().judge([sentence])
        assert alone == pytest.approx(chances, abs=0.12)  # int8 scales are those of the whole batch
    assert encoder().judge([]) == []
    assert encoder().judge(sentences) == together


@pytest.mark.parametrize(
    "text", ["", "\x00", "🙂" * 500, "talks " * 20_000, "“" * 3000 + "no talks with Iran", "talks\n" * 3000]
)
def test_odd_text_is_read_without_error(text):
    for statement in extractor().read(Article(text, "test")).statements:
        assert statement.evidence == text[statement.start : statement.end]


def test_the_day_of_a_statement_that_only_the_network_finds_is_the_speakers():
    text = (
        "The tea with Washington has gone cold, Iranian Foreign Ministry spokesman Adrin Velasco said on Monday.\n\n"
        "Analysts had expected talks in the spring."
    )
    for statement in extractor().read(Article(text, "test")).statements:
        assert statement.speaker == "Adrin Velasco"
