"""Whose an address is, whose voice an outlet is, and which agency a text credits."""

import json
from pathlib import Path

import pytest

from handlers.outlets import load_outlets

GOLD = Path(__file__).parents[2] / "shared" / "gold" / "record-dev.jsonl"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://feeds.bbci.co.uk/news/world/rss.xml", "BBC News"),
        ("https://www.bbc.co.uk/news/1", "BBC News"),
        ("https://WWW.Reuters.com./world", "Reuters"),
        ("https://timesofindia.indiatimes.com/x", "The Times of India"),
        ("https://news.example/1", None),
        ("https://notreuters.com/", None),
        ("http://[::1", None),
        (None, None),
    ],
)
def test_an_address_names_its_outlet(url: str | None, expected: str | None):
    assert load_outlets().named(url) == expected


@pytest.mark.parametrize(
    ("outlet", "expected"),
    [
        ("The Observer", "The Guardian"),
        ("guardian", "The Guardian"),
        ("Agence France-Presse", "AFP"),
        ("Yonhap News Agency", "Yonhap"),
        ("BBC", "BBC News"),
        ("RIA Novosti", "Sputnik"),
        ("Harbour Gazette", "Harbour Gazette"),
    ],
)
def test_sister_titles_have_one_publisher_and_an_unknown_outlet_its_own(outlet: str, expected: str):
    assert load_outlets().publisher(outlet) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DUBAI (Reuters) - Talks will not resume.", "Reuters"),
        ("DUBAI (REUTERS) - Talks will not resume.", "Reuters"),
        ("Talks ruled out\n\nTehran, June 11, 2019 (AFP) - Iran will not talk.", "AFP"),
        ("JERUSALEM/GAZA, May 3 (Reuters) — Talks.", "Reuters"),
        ("SANAA (Yemen Wire) - The Houthis refused.", "Yemen Wire"),
        ("Iran refused.\n\n(FRANCE 24 with AFP)", "AFP"),
        ("North Korea refused. It gave no reason. (Yonhap)", "Yonhap"),
        ("Iran refused.\n\nSource: Moldpress", "Moldpress"),
        ("Iran refused to talk. – AFP", "AFP"),
        ("Iran refused.\n\n(Reuters/AP)", "Reuters"),
        ("Villagers told Reuters by telephone that they will not talk.", None),
        ("PARIS (June 11) - Iran refused.", None),
        ("Iran refused. (He spoke in Farsi)", None),
        ("Iran refused to talk — Rouhani", None),
        ("YEREVAN, Tuesday, April 6 - The minister refused.", None),
        ("", None),
    ],
)
def test_a_credit_names_the_agency_and_a_mention_does_not(text: str, expected: str | None):
    assert load_outlets().agency_credit(text) == expected


def test_a_publisher_is_a_title_of_its_own():
    """No chains: whoever is named as a publisher stands in the list and has none."""
    outlets = load_outlets()
    for publisher in outlets.publishers.values():
        assert outlets.canonical(publisher) == publisher
        assert publisher in outlets.by_name.values()
        assert publisher not in outlets.publishers


@pytest.mark.skipif(not GOLD.exists(), reason="needs the gold threads beside the repository")
def test_credits_and_publishers_agree_with_the_gold_record():
    """Every family of the gold record is one that a text credits or that an outlet's publisher gives."""
    outlets = load_outlets()
    for line in GOLD.read_text().splitlines():
        thread = json.loads(line)
        families = {
            outlets.publisher(outlets.agency_credit(article["text"]) or article["outlet"]) for article in thread["articles"]
        }
        assert {source for position in thread["positions"] for source in position["sources"]} <= families, thread["id"]
