"""Positions that a notice corrected or withdrew in; cards out that never misquote."""

from dataclasses import replace

from handlers.actors import load_registry
from handlers.model import Stance
from tests.test_bot_cards import a_position, a_report, a_statement, alert_of


def test_relabelled_words_never_stand_under_the_new_stance() -> None:
    wrong = a_report(a_statement(stance=Stance.OPEN, evidence="“We are ready to talk.”", confidence=0.99))
    right = a_report(a_statement(evidence="The leader refused, the agency corrects", direct=False), id=18)
    for position in (
        replace(a_position(wrong), stance=Stance.REJECTS, correction=right),
        a_position(right, wrong),
    ):
        card = alert_of(position, load_registry())
        assert (card.stance, card.quote) == (Stance.REJECTS, "The leader refused, the agency corrects")


def test_an_alert_whose_words_were_taken_back_shows_none() -> None:
    card = alert_of(replace(a_position(), reports=()), load_registry())
    assert (card.stance, card.quote) == (None, None)
    assert "No longer on record" in card.lines[0]
