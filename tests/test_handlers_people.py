"""Who an article names."""

from datetime import date

import pytest

from handlers.actors import load_registry
from handlers.model import Actor
from handlers.people import find_people
from handlers.sentences import Span


def people(text: str, on: date | None = None) -> list[tuple[str, Actor]]:
    cast = find_people(text, [Span(0, len(text))], load_registry(), on)
    return [(text[mention.start : mention.end], mention.actor) for mention in cast.mentions]


def names(text: str) -> list[str]:
    return [actor.name for _, actor in people(text)]


def test_a_name_with_its_titles_is_one_mention():
    assert names("Supreme Leader Ayatollah Ali Khamenei spoke.") == ["Ali Khamenei"]


def test_a_surname_means_the_articles_own_person_before_a_famous_one():
    assert names("Lawmaker Dawood Putin spoke. Putin smiled.") == ["Dawood Putin", "Dawood Putin"]


def test_a_stranger_keeps_the_name_of_the_first_mention_with_party_and_description():
    ((_, first), (_, second)) = people("The Iranian lawmaker Bahram Tavakoli, a former judge, spoke. Tavakoli left.")[-2:]
    assert first == second
    assert (first.name, first.kind, first.party) == ("Bahram Tavakoli", "person", "Iran")
    assert "lawmaker" in (first.description or "")


def test_a_description_behind_the_name_counts_too():
    actor = people("Rosa Delgado, a spokeswoman for the dockers, spoke.")[0][1]
    assert (actor.gender, actor.description) == ("f", "a spokeswoman for the dockers")


def test_a_country_beside_a_person_is_a_mention_of_its_own():
    assert names("Hamas negotiator Khalil al-Hayya met Qatar's envoy.") == ["Hamas", "Khalil al-Hayya", "Qatar"]


@pytest.mark.parametrize("text", ["In May The Talks Went On In The Old Town Hall", "Workers Back Strike As Winter Nears"])
def test_a_headline_in_capitals_makes_no_strangers(text):
    assert not any(actor.kind == "person" for _, actor in people(text))


def test_a_headline_in_capitals_still_names_the_famous():
    assert "Vladimir Putin" in names("Putin Presses Kyiv On Talks Before Winter")


@pytest.mark.parametrize("title", ["ayatollah", "leader"])
def test_titles_before_a_name_are_remembered(title):
    text = "Supreme Leader Ayatollah Ali Khamenei spoke on Friday."
    cast = find_people(text, [Span(0, len(text))], load_registry(), date(2020, 1, 1))
    found = cast.titled(title, len(text))
    assert found is not None
    assert found.name == "Ali Khamenei"
    assert cast.titled("pope", len(text)) is None


@pytest.mark.parametrize(
    ("text", "party", "description"),
    [
        (
            "A spokeswoman for the United Nations, Ingrid Aune, urged Russia and Ukraine to talk.",
            "United Nations",
            "A spokeswoman",
        ),
        ("Iran will not hold talks, Deputy Foreign Minister Behnam Farzadi said.", "Iran", "Deputy Foreign Minister"),
        ("Kosovo will return to the dialogue, its chief negotiator, Blerta Hoxhaj, said.", "Kosovo", "its chief negotiator"),
        ("The UN special envoy for Syria, Geir Larsen, spoke.", "United Nations", "The UN special envoy for Syria"),
        ("Special envoy for Yemen Hans Brandt spoke.", None, "Special envoy for Yemen"),
        ("Turkish Foreign Minister Dario Lenz spoke.", "Turkey", "Turkish Foreign Minister"),
        ("North Korean Foreign Minister Dario Lenz spoke.", "North Korea", "North Korean Foreign Minister"),
        ("Nuno Prado, who met Iran's envoys, spoke.", None, None),
        ("Dmitri Orlov, an Iran analyst in Leeds, spoke.", None, "an Iran analyst in Leeds"),
        ("He told Iranian television that Senator Mark Dole was wrong.", None, "Senator"),
        ("Iran is lying, Senator Mark Dole said.", None, "Senator"),
        ("A commander of the Revolutionary Guards, General Gholam Tavakkol, spoke.", "Iran", "General"),
    ],
)
def test_a_stranger_has_the_party_of_its_own_phrase_or_none(text, party, description):
    (actor,) = {actor.name: actor for _, actor in people(text, date(2025, 5, 1)) if actor.kind == "person"}.values()
    assert actor.party == party
    assert (actor.description or "").startswith(description or "")
    assert actor.description is None or actor.description in text
