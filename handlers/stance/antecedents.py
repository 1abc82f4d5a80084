"""A pronoun or an epithet comes in; whom it means in this article goes out, by looking back from where it stands.

Who opens the same sentence comes first, then the one person of a silent sentence before, then who spoke last.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from handlers.model import Actor
from handlers.people import Cast
from handlers.stance.parsing import Tree, Word
from handlers.wording import load_words

REACH = 1500
"""Characters over which a pronoun or an epithet looks back for a speaker."""


@dataclass(slots=True)
class Recent:
    """Who spoke so far, the latest last."""

    spoken: list[tuple[int, Actor]] = field(default_factory=list[tuple[int, Actor]])

    def add(self, position: int, actors: tuple[Actor, ...]) -> None:
        self.spoken += [(position, actor) for actor in actors]

    def before(self, position: int) -> Iterator[Actor]:
        for at, actor in reversed(self.spoken):
            if at < position and position - at < REACH:
                yield actor


@dataclass(frozen=True, slots=True)
class Looking:
    """Looks back in one article."""

    cast: Cast
    recent: Recent
    starts: tuple[int, ...]
    """Where each sentence of the article begins."""

    def epithet(self, title: str, position: int) -> Actor | None:
        """Find whom "the diplomat", "the veteran" means: who spoke last, unless the title belongs to one of many."""
        if title in load_words().words("lofty_titles"):
            return None
        return next((actor for actor in self.recent.before(position) if actor.kind == "person"), None)

    def group(self, tree: Tree, word: Word) -> Actor | None:
        """Find which group "the movement" or "the union" means."""
        opening = [m.actor for m in self.cast.within(tree.sentence.start, word.start) if m.actor.kind != "person"]
        if opening and word.dep in {"nsubj", "nsubjpass"}:
            return opening[0]
        if opening:  # not the subject of its own sentence: whoever was named before that
            earlier = [m.actor for m in islice(self.cast.before(tree.sentence.start), 8) if m.actor.kind == "party"]
            return next((actor for actor in earlier if actor.name not in {each.name for each in opening}), None)
        last = next(self.recent.before(word.start), None)
        if last is not None and last.kind != "person":
            return last
        wanted = {"country", "nation", "government", "state", "kingdom"}
        for mention in islice(self.cast.before(word.start), 12):
            if word.start - mention.end > REACH // 2:
                break
            if mention.actor.kind != "person" and word.lemma not in wanted:
                return mention.actor
        return None

    def body(self, tree: Tree, position: int) -> Actor | None:
        """Find which party or institution "it" or "they" means."""
        start = tree.sentence.start
        spoke_here = any(start <= at < position for at, _ in self.recent.spoken)
        opening = [m.actor for m in self.cast.within(start, position)[:1] if m.start < start + 40]
        last = next(self.recent.before(position), None)
        found = opening[0] if opening and not spoke_here else last
        return found if found is not None and found.kind != "person" else None

    def person(self, tree: Tree, word: Word) -> Actor | None:
        """Look for whom "he" or "she" means: who opens the sentence, then who spoke last, then who was named last."""
        fitting = {None, "f" if word.lower in {"she", "her", "hers"} else "m"}
        opening = self.cast.within(tree.sentence.start, word.start)
        spoken = self.recent.before(word.start)
        named = (m.actor for m in islice(self.cast.before(word.start), 8) if word.start - m.end < REACH // 2)
        for actor in [*(mention.actor for mention in opening), *self._sentence_before(tree), *spoken, *named]:
            if actor.kind == "person" and actor.gender in fitting:
                return actor
        return None

    def _sentence_before(self, tree: Tree) -> list[Actor]:
        """Give who opens the sentence before, where nobody speaks in it ("Mr X invited Mr Y. “Let us meet,” he said")."""
        # The subject of a news sentence is named first.
        at = bisect_left(self.starts, tree.sentence.start)
        if at == 0:
            return []
        start, end = self.starts[at - 1], tree.sentence.start
        if any(start <= position < end for position, _ in self.recent.spoken):
            return []
        persons = {
            mention.actor.name: mention.actor for mention in self.cast.within(start, end) if mention.actor.kind == "person"
        }
        return list(persons.values())[:1]
