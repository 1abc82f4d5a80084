"""What a card says: in whose words, who speaks, when, after whom, and how sure."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot import phrases
from bot.buttons import evidence_action, mute_action, timeline_action, wrong_action
from bot.cards import LOOKS, Button, Card, Reply
from bot.layout import draw_reply, plain_alert
from bot.records import position_record
from bot.wording import alert_card, evidence_card, position_card, report_card, statement_card
from handlers.actors import Registry, load_registry
from handlers.model import Alert, Article, Position, Report, Stance, Statement, Watch

SAID = date(2019, 5, 29)
SEEN_AT = datetime(2025, 11, 24, 12, 30, tzinfo=UTC)
WORDS = "We will not negotiate with America."


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry()


def a_statement(**fields: Any) -> Statement:
    fields = {"evidence": f"“{WORDS}”", "direct": True, "said_on": SAID, "confidence": 0.9} | fields
    return Statement(
        **{"speaker": "Ali Khamenei", "counterpart": "United States", "stance": Stance.REJECTS, "start": 10, "end": 47} | fields
    )


def a_report(statement: Statement | None = None, **fields: Any) -> Report:
    standard: dict[str, Any] = {
        "id": 17,
        "article_id": 3,
        "outlet": "Reuters",
        "title": "Leader rules out talks",
        "url": "https://example.org/a",
        "published": SAID,
        "seen_at": SEEN_AT,
        "origin": "articles/a.txt",
    }
    return Report(statement=statement or a_statement(), **(standard | fields))


def a_position(*reports: Report, **fields: Any) -> Position:
    reports = reports or (a_report(),)
    first = reports[0].statement
    standard: dict[str, Any] = {"id": 5, "day": SAID, "first_seen_at": SEEN_AT, "reports": reports}
    return Position(speaker=first.speaker, counterpart=first.counterpart, stance=first.stance, **(standard | fields))


def an_alert(position: Position) -> Alert:
    return Alert(4, Watch(1, 2), position, "n" * 24, "pending", SEEN_AT)


def alert_of(position: Position, registry: Registry, today: date = SAID, before: Position | None = None) -> Card:
    return alert_card(an_alert(position), registry, today=today, before=before)


def test_an_alert_names_speaker_office_words_day_source_and_confidence(registry: Registry) -> None:
    card = alert_of(
        a_position(a_report(), a_report(id=18, outlet="Sputnik"), holds_since=date(2018, 8, 13), restatements=3), registry
    )
    assert card.heading == "Ali Khamenei → United States"
    assert card.role == "Supreme Leader of Iran · has the final word"
    assert (card.quote, card.is_direct, card.source) == (WORDS, True, None)
    assert card.lines == (
        "Said Wednesday 29 May 2019 · Reuters, Sputnik (2 sources) · confidence high",
        "Holds since 13 August 2018, third restatement",
    )
    assert card.buttons == (
        Button("Article", url="https://example.org/a"),
        Button("Timeline", action=timeline_action(5)),
        Button("Evidence", action=evidence_action(17, 4)),
        Button("Wrong?", action=wrong_action(17)),
        Button("Mute pair 24 h", action=mute_action(4)),
    )


def test_reported_words_are_the_outlets(registry: Registry) -> None:
    card = report_card(a_report(a_statement(direct=False, evidence="Khamenei ruled out talks.")), registry, today=SAID)
    assert (card.quote, card.is_direct, card.source) == ("Khamenei ruled out talks.", False, "Reuters")


def test_the_speakers_own_words_are_shown_before_surer_reported_ones(registry: Registry) -> None:
    reported = a_report(a_statement(direct=False, evidence="Khamenei ruled out talks.", confidence=0.99), id=1, outlet="AFP")
    own = a_report(a_statement(confidence=0.6), id=2)
    card = alert_of(a_position(reported, own), registry)
    assert card.quote == WORDS
    assert "Reuters, AFP (2 sources) · confidence high" in card.lines[0]
    assert card.buttons[2].action == "evidence:2:alert:4"


def test_the_quoted_words_are_a_stretch_of_the_evidence(registry: Registry) -> None:
    for evidence in (f"“{WORDS}”", f"“{WORDS}” he said", WORDS):
        card = report_card(a_report(a_statement(evidence=evidence)), registry, today=SAID)
        assert card.quote is not None
        assert card.quote in evidence


@pytest.mark.parametrize(
    ("day", "published", "line"),
    [
        (SAID, SAID, "Said Wednesday 29 May 2019 · Reuters"),
        (SAID, None, "Said Wednesday 29 May 2019 · Reuters"),
        (SAID, date(2019, 5, 30), "Said Wednesday 29 May 2019 · published 30 May 2019 · Reuters"),
        (None, date(2019, 5, 30), "Day unknown · published 30 May 2019 · Reuters"),
        (None, None, "Day unknown · first seen 24 November 2025 · Reuters"),
    ],
)
def test_days_are_facts_or_unknown(day: date | None, published: date | None, line: str, registry: Registry) -> None:
    position = a_position(a_report(a_statement(said_on=day), published=published), day=day)
    assert alert_of(position, registry).lines[0] == f"{line} · confidence high"


def test_an_old_statement_says_how_old_it_is(registry: Registry) -> None:
    assert not any("Older" in line for line in alert_of(a_position(), registry, date(2019, 6, 1)).lines)
    assert "Older news: said 41 days ago" in alert_of(a_position(), registry, date(2019, 7, 9)).lines


def test_a_stance_says_how_long_ago_it_was_taken(registry: Registry) -> None:
    assert "Last said 41 days ago" in position_card(a_position(), registry, today=date(2019, 7, 9)).lines
    undated = position_card(a_position(day=None), registry, today=date(2019, 7, 9))
    assert not any("Last said" in line for line in undated.lines)


def test_a_shift_names_both_stances_and_the_direction(registry: Registry) -> None:
    position = a_position(
        a_report(a_statement(stance=Stance.OPEN)), previous=Stance.REJECTS, previous_day=date(2019, 4, 18), holds_since=SAID
    )
    shift = alert_of(position, registry).lines[0]
    assert shift == "Shift: rejects → open (softening); rejects was last said 18 April 2019 (41 days before)"


def test_a_shift_shows_the_words_before_when_they_are_at_hand(registry: Registry) -> None:
    before = a_position(a_report(a_statement(evidence="“Talks are welcome.”", stance=Stance.OPEN)), day=date(2019, 5, 1))
    position = a_position(previous=Stance.OPEN, previous_day=date(2019, 5, 1), holds_since=SAID)
    card = alert_of(position, registry, before=replace(before, holds_since=date(2019, 4, 18)))
    assert card.lines[:2] == (
        "Shift: open → rejects (hardening); open stood since 18 April 2019 (41 days)",
        "Before: “Talks are welcome.”",
    )


def test_an_equal_stance_is_no_shift(registry: Registry) -> None:
    position = a_position(
        previous=Stance.REJECTS, previous_day=date(2019, 4, 18), holds_since=date(2019, 4, 18), restatements=1
    )
    lines = alert_of(position, registry).lines
    assert not any("Shift" in line for line in lines)
    assert lines[-1] == "Holds since 18 April 2019, first restatement"


def test_a_condition_and_a_topic_have_lines_of_their_own(registry: Registry) -> None:
    statement = a_statement(stance=Stance.CONDITIONAL, condition="once sanctions are lifted", scope="the nuclear file")
    card = alert_of(a_position(a_report(statement)), registry)
    assert card.condition == "once sanctions are lifted"
    assert card.lines[0] == "On one topic only: the nuclear file"


def test_a_refusal_on_one_topic_says_so_right_below_the_words(registry: Registry) -> None:
    """A reader must not take it for a refusal of all talks."""
    position = a_position(a_report(a_statement(scope="its missiles")), previous=Stance.OPEN, previous_day=date(2019, 5, 1))
    for card in (alert_of(position, registry), position_card(position, registry, today=SAID)):
        view = str(draw_reply(Reply("", (card,))).to_components())
        for text in (view.replace("\\n", "\n"), plain_alert(card)):
            assert (
                f"REJECTS · Ali Khamenei → United States\n-# {card.role}\n> “{WORDS}”\nOn one topic only: its missiles\n"
                in text
            )


@pytest.mark.parametrize(("direct", "line"), [(True, f"“{WORDS}”"), (False, f"“{WORDS}” he said.")])
def test_words_before_a_shift_say_that_they_were_on_one_topic(direct: bool, line: str, registry: Registry) -> None:
    before = a_position(a_report(a_statement(scope="its missiles", evidence=line, direct=direct)))
    position = a_position(a_report(a_statement(stance=Stance.OPEN)), previous=Stance.REJECTS, previous_day=SAID)
    source = "" if direct else ", Reuters"
    assert f"Before{source} (on one topic only: its missiles): {line}" in alert_of(position, registry, before=before).lines


def test_a_condition_is_shown_with_a_conditional_stance_only(registry: Registry) -> None:
    card = alert_of(a_position(a_report(a_statement(condition="ever"))), registry)
    assert card.condition is None


def test_without_a_counterpart_the_speaker_stands_alone(registry: Registry) -> None:
    assert alert_of(a_position(a_report(a_statement(counterpart=None))), registry).heading == "Ali Khamenei"


def test_only_a_holder_of_the_highest_office_has_the_final_word(registry: Registry) -> None:
    minister = report_card(a_report(a_statement(speaker="Mohammad Javad Zarif")), registry, today=SAID)
    assert minister.role == "Foreign Minister of Iran"
    unknown = report_card(a_report(a_statement(speaker="Jane Doe Nobody")), registry, today=SAID)
    assert unknown.role is None


@pytest.mark.parametrize(
    ("said_on", "published", "role"),
    [
        (date(2018, 3, 1), date(2024, 9, 1), "Foreign Minister of Iran"),
        (None, date(2018, 3, 1), "Foreign Minister of Iran"),
        (None, date(2024, 9, 1), "Vice President for Strategic Affairs, Iran"),
        (date(2022, 3, 1), None, None),
        (None, date(2022, 3, 1), None),
        (None, None, None),
    ],
)
def test_an_office_is_that_of_the_day(
    said_on: date | None, published: date | None, role: str | None, registry: Registry
) -> None:
    """Zarif was foreign minister until 2021 and a vice president in 2024 and 2025."""
    statement = a_statement(speaker="Mohammad Javad Zarif", said_on=said_on)
    report = a_report(statement, published=published)
    assert report_card(report, registry, today=SAID).role == role
    assert statement_card(statement, Article("…", "a.txt", published=published), registry).role == role
    assert alert_of(a_position(report, day=said_on, party="Iran"), registry).role == (role or "Iran")


@pytest.mark.parametrize(
    ("speaker", "role"),
    [
        ("Abbas Araghchi", "Foreign Minister of Iran"),  # the second of two, still held
        ("Rex Tillerson", "Secretary of State, United States"),  # the only one
        ("Hassan Rouhani", None),
    ],
)
def test_without_any_day_only_an_office_beyond_doubt_is_shown(speaker: str, role: str | None, registry: Registry) -> None:
    undated = a_report(a_statement(speaker=speaker, said_on=None), published=None)
    assert report_card(undated, registry, today=SAID).role == role


def test_a_position_without_a_day_takes_the_office_of_its_newest_report(registry: Registry) -> None:
    statement = a_statement(speaker="Mohammad Javad Zarif", said_on=None)
    days = (date(2018, 3, 1), None, date(2024, 9, 1), date(2022, 1, 1))
    position = a_position(*(a_report(statement, published=day) for day in days), day=None)
    assert alert_of(position, registry).role == "Vice President for Strategic Affairs, Iran"


def test_a_voice_outside_the_registry_is_shown_with_its_party(registry: Registry) -> None:
    nobody = a_statement(speaker="Jane Doe Nobody")
    assert alert_of(a_position(a_report(nobody), party="Iran"), registry).role == "Iran"
    party = a_statement(speaker="Iran")
    assert alert_of(a_position(a_report(party), party="Iran"), registry).role is None


def test_each_outlet_counts_once_and_many_are_counted() -> None:
    names = ("Reuters", "reuters", "AFP", "TASS", "IRNA", "BBC", "CNN")
    assert phrases.sources([a_report(outlet=name) for name in names]) == "Reuters, AFP, TASS, IRNA and 2 more (6 sources)"
    assert phrases.sources([a_report(), a_report()]) == "Reuters"


def test_a_link_to_another_article_says_whose_it_is(registry: Registry) -> None:
    position = a_position(a_report(url="ftp://example.org/a"), a_report(a_statement(confidence=0.5), id=18, outlet="AFP"))
    assert alert_of(position, registry).buttons[0] == Button("Article: AFP", url="https://example.org/a")


def test_a_found_statement_names_its_place_and_offers_nothing_stored(registry: Registry) -> None:
    article = Article("…", "upload.txt", published=date(2019, 5, 30))
    card = statement_card(a_statement(confidence=0.3), article, registry)
    assert card.lines == (
        "Said Wednesday 29 May 2019 · published 30 May 2019 · upload.txt · confidence low",
        "Characters 10 to 47 of the text",
    )
    assert card.buttons == ()


def test_evidence_stands_in_its_paragraph() -> None:
    card = evidence_card(a_report(), f"On Wednesday he spoke.\n“{WORDS}” The crowd cheered.")
    assert card.lines[0] == f"In the article: On Wednesday he spoke. “{WORDS}” The crowd cheered."
    assert card.lines[1] == "Title: Leader rules out talks"
    assert card.lines[-1] == "First seen 24 November 2025, 12:30 UTC"


def test_evidence_that_left_the_text_is_said() -> None:
    card = evidence_card(a_report(), "Something else.")
    assert card.lines[0] == "The stored text of this article does not hold these words any more."


def test_every_stance_differs_in_shape_word_and_colour() -> None:
    assert set(LOOKS) == set(Stance)
    looks = LOOKS.values()
    for values in (
        [look.shape for look in looks],
        [look.ascii_shape for look in looks],
        [look.word for look in looks],
        [look.colour for look in looks],
    ):
        assert len(set(values)) == len(LOOKS)


def test_the_answer_for_machines_holds_the_evidence_as_stored() -> None:
    data = position_record(a_position(restatements=3))
    assert (data["day"], data["stance"], data["restatement"]) == ("2019-05-29", "rejects", 3)
    reports = data["reports"]
    assert isinstance(reports, list)
    assert reports[0]["evidence"] == f"“{WORDS}”"
