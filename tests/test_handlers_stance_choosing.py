"""Whose a stance is and toward whom: choices over the roles in a sentence."""

import pytest

from handlers.model import Article, Stance
from handlers.stance.choosing import choose, load_weights, score
from handlers.stance.holders import find_holders
from handlers.stance.partners import find_partners
from handlers.stance.rules import Rules
from handlers.stance.scene import Scene
from tests.readings import rules


def scene_of(text: str) -> Scene:
    scene = reader().scene(Article(text, "test"), gated=False)
    assert scene is not None
    return scene


def reader() -> Rules:
    return rules()


def test_chances_add_up_and_follow_the_scores():
    weights = load_weights("holder")
    likely, unlikely = max(weights, key=weights.__getitem__), min(weights, key=weights.__getitem__)
    chances = choose([{likely: 1.0}, {unlikely: 1.0}, {"a feature that nobody fitted": 9.0}], "holder")
    assert sum(chances) == pytest.approx(1)
    assert chances[0] > chances[2] > chances[1]
    assert choose([], "holder") == []
    assert score({"a": 2.0, "b": 5.0}, {"a": 1.5}) == 3.0


@pytest.mark.parametrize(
    ("text", "holder"),
    [
        ("Iran will not sit down with the United States, Foreign Minister Adrin Velasco said.", "Adrin Velasco"),
        ("“We will never sit down with them,” Adrin Velasco told Iranian state television.", "Adrin Velasco"),
        ("Serbia has ruled out any contact with Kosovo.", "Serbia"),
        ("Turkey said that its door stays open to Greece.", "Turkey"),
    ],
)
def test_the_holder_is_who_says_it(text, holder):
    scene = scene_of(text)
    best = find_holders(scene, scene.sentences[0])[0]
    assert best.actor is not None
    assert best.actor.name == holder
    assert sum(each.chance for each in find_holders(scene, scene.sentences[0])) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "partner"),
    [
        ("Iran will not sit down with the United States, Iranian minister Adrin Velasco said.", "United States"),
        ("Serbia has ruled out any contact with Kosovo.", "Kosovo"),
    ],
)
def test_the_partner_is_with_whom(text, partner):
    scene = scene_of(text)
    sentence = scene.sentences[0]
    holder = find_holders(scene, sentence)[0].actor
    assert holder is not None
    best = find_partners(scene, sentence, holder, Stance.REJECTS)[0]
    assert best.name == partner
    assert partner not in {holder.name, holder.party}


def test_a_sentence_without_anybody_has_nobody_for_a_holder():
    scene = scene_of("There will be no talks before spring.")
    assert [each.actor for each in find_holders(scene, scene.sentences[0])] == [None]
