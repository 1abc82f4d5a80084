"""Backend "encoder": the rules read an article, a small network judges the same sentences, and both vote."""

from handlers.model import Article, Reading
from handlers.stance import rules
from handlers.stance.cues import load_cues
from handlers.stance.drafts import settle
from handlers.stance.encoder import Encoder
from handlers.stance.scene import Scene
from handlers.stance.votes import Judged, judge, vote


def load(model: str) -> "Encoded":
    return Encoded(rules.load(model), Encoder())


class Encoded:
    """The backend: rules and a network, no state between articles."""

    def __init__(self, reader: rules.Rules, encoder: Encoder) -> None:
        self._rules = reader
        self._encoder = encoder

    def read(self, article: Article) -> Reading:
        scene = self._rules.scene(article)
        if scene is None:
            return Reading(language="en")
        vote(scene, self.judge(scene))
        return Reading(settle(scene), tuple(scene.actors.values()), "en")

    def judge(self, scene: Scene) -> list[Judged]:
        """Judge each sentence with a word on negotiating or a draft of the rules, seen with the one before it.

        What the encoder finds in other sentences is more often wrong than right on real news, and reading them costs time.
        """
        core, words = load_cues().core, [scene.text[sentence.start : sentence.end] for sentence in scene.sentences]
        drafted = {scene.sentence_at(draft.statement.start) for draft in scene.drafts}
        numbers = [
            number
            for number, sentence in enumerate(scene.sentences)
            if sentence.start in scene.trees and (sentence in drafted or core.search(words[number]))
        ]
        chances = self._encoder.judge([(words[number - 1] if number else "", words[number]) for number in numbers])
        return judge(scene, [scene.sentences[number] for number in numbers], chances)
