"""The rules' drafts and the encoder's chances together: who is heard, and how surely."""

import pytest

from handlers.model import Article, Stance
from handlers.stance.encoder import Chances
from handlers.stance.scene import Scene
from handlers.stance.votes import Judged, candidates, judge, vote
from tests.readings import rules

REFUSAL = "Iran will not negotiate with the United States, Foreign Ministry spokesman Adrin Velasco said."
IDIOM = "Foreign Ministry spokesman Adrin Velasco of Iran said the tea with the United States had gone cold for good."


def judged(text: str, chances: Chances) -> tuple[Scene, list[Judged]]:
    scene = rules().scene(Article(text, "test"), gated=False)
    assert scene is not None
    return scene, judge(scene, scene.sentences, [chances for _ in scene.sentences])


def voted(text: str, chances: Chances) -> Scene:
    scene, found = judged(text, chances)
    vote(scene, found)
    return scene


def chances(**found: float) -> Chances:
    return {stance: found.get(stance.value, 0.01) for stance in Stance}


def test_what_both_find_is_surer_than_what_the_encoder_doubts():
    agreed = voted(REFUSAL, chances(rejects=0.95)).drafts[0].statement
    doubted = voted(REFUSAL, chances()).drafts[0].statement
    assert agreed.stance is doubted.stance is Stance.REJECTS
    assert 0 < doubted.confidence < agreed.confidence < 1


def test_what_only_the_encoder_finds_is_a_draft_with_its_sentence_for_evidence():
    assert not rules().read(Article(IDIOM, "test")).statements
    scene = voted(IDIOM, chances(rejects=0.95))
    (draft,) = scene.drafts
    assert (draft.statement.speaker, draft.statement.stance, draft.guess) == ("Adrin Velasco", Stance.REJECTS, "United States")
    assert draft.statement.evidence == IDIOM
    assert "Adrin Velasco" in scene.actors


def test_nothing_is_drafted_where_neither_finds_anything():
    assert voted(IDIOM, chances()).drafts == []


def test_a_speaker_has_one_stance_in_a_sentence():
    scene, found = judged(IDIOM, chances(rejects=0.9, open=0.3))
    assert {each.draft.statement.stance for each in candidates(scene, found)} == {Stance.REJECTS, Stance.OPEN}
    vote(scene, found)
    assert [draft.statement.stance for draft in scene.drafts] == [Stance.REJECTS]


def test_a_condition_is_cut_out_of_the_sentence():
    text = "Iran's envoy Adrin Velasco would hear the Americans out once the last soldier had left, he said."
    found = candidates(*judged(text, chances(conditional=0.95)))
    conditions = {each.draft.statement.condition for each in found if each.draft.statement.stance is Stance.CONDITIONAL}
    assert conditions == {"once the last soldier had left"}


@pytest.mark.parametrize("stance", list(Stance))
def test_nobody_is_a_counterpart_of_his_own_side(stance):
    scene = voted("Iran's foreign ministry told Iran's parliament that the window is open.", chances(**{stance.value: 0.9}))
    assert all(draft.statement.counterpart != "Iran" and draft.guess != "Iran" for draft in scene.drafts)
