"""A scene and its final statements come in; the way each sentence took through the pipeline goes out, step by step.

Nothing is noted while an article is read: a draft keeps the claim it was made of, and the rest is looked up again here. A
sentence that passed the gate without a statement is told too, with what stood in the way. To tell more, add a step.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.dates import find_days
from handlers.model import Actor, Statement
from handlers.sentences import Sentence, Span
from handlers.stance.attribution import Cue
from handlers.stance.chain import Chain, stance_of
from handlers.stance.claims import Claim
from handlers.stance.counterpart import find_counterparts
from handlers.stance.cues import load_cues
from handlers.stance.drafts import NAMED
from handlers.stance.parsing import Tree, Word
from handlers.stance.polarity import find_chains
from handlers.stance.reference import is_first_person
from handlers.stance.scene import Draft, Scene
from handlers.stance.steps import Step
from handlers.stance.tallies import tally
from handlers.stance.votes import Judged

_SIGNS = ("ready", "accept", "engaged", "future", "modal", "only", "opaque", "concluded", "reached", "blocked")
"""What a walk up the sentence may note, by the chain's own words."""


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence that passed the gate, its steps, and the statements that came of it."""

    sentence: str
    start: int
    end: int
    steps: tuple[Step, ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One article: what was read of it, and each sentence that might have said something."""

    steps: tuple[Step, ...]
    sentences: tuple[Told, ...] = ()


def account(scene: Scene | None, statements: Sequence[Statement], judged: Sequence[Judged] = ()) -> Account:
    """Explain a reading; None: the article did not pass the gate. `judged` is what the encoder made of its sentences."""
    if scene is None:
        return Account((Step("gate", "", "the article holds no word on negotiating, or speaks of sport or business"),))
    votes = {each.sentence.start: each for each in judged}
    told = [
        Told(
            scene.text[each.start : each.end],
            each.start,
            each.end,
            tuple(_steps(scene, each, statements, votes.get(each.start))),
            tuple(one for one in statements if each.start <= one.start < each.end),
        )
        for each in scene.sentences
        if load_cues().gate.search(scene.text, each.start, each.end)
    ]
    return Account(tuple(_of_the_page(scene)), tuple(told))


def _of_the_page(scene: Scene) -> Iterator[Step]:
    kept = [Span(each.start, each.end) for each in scene.sentences]
    at = 0
    for line in scene.text.splitlines(keepends=True):
        if line.strip() and not any(span.start < at + len(line) and span.end > at for span in kept):
            yield _step(scene, "clean", at, at + len(line.rstrip()), "left out: no prose")
        at += len(line)
    yield Step(
        "published", str(scene.published or ""), "the day from which weekdays are counted" if scene.published else "unknown"
    )
    yield Step("sides", ", ".join(scene.sides), "the parties most often named" if scene.sides else "no two main parties")


def _steps(scene: Scene, sentence: Sentence, statements: Sequence[Statement], judged: Judged | None) -> Iterator[Step]:
    for match in load_cues().gate.finditer(scene.text, sentence.start, sentence.end):
        yield _step(scene, "gate", match.start(), match.end(), "a word that may carry a stance")
    if sentence.start not in scene.trees:
        yield Step("parse", "", "not parsed: the article has too many sentences on negotiating")
        return
    for mention in scene.resolver.cast.within(sentence.start, sentence.end):
        yield _step(scene, "name", mention.start, mention.end, _described(mention.actor))
    for quote in scene.quotes:
        if quote.start < sentence.end and quote.end > sentence.start:
            voice = scene.voices.get(quote.start)
            who = _names(voice.speakers) if voice and voice.speakers else "nobody"
            yield _step(
                scene, "quotation", quote.start, quote.end, f"words of {who}" + (f", {voice.certainty:.2f}" if voice else "")
            )
    drafts = [each for each in scene.drafts if sentence.start <= each.statement.start < sentence.end]
    if not drafts:
        yield from _without_draft(scene, scene.joined[sentence.start])
    for draft in drafts:
        yield from _of_draft(scene, draft, statements)
    if judged is not None:
        yield from tally(scene, judged, [one for one in statements if sentence.start <= one.start < sentence.end])


def _without_draft(scene: Scene, tree: Tree) -> Iterator[Step]:
    for chain in find_chains(tree):
        stance = stance_of(tree, chain)
        why = f"{stance.value}, but nobody is known to hold it" if stance else "takes no side"
        yield _step(scene, "stance", chain.term.start, chain.term.end, f"{why} ({_walk(chain)})")


def _of_draft(scene: Scene, draft: Draft, statements: Sequence[Statement]) -> Iterator[Step]:
    claim, statement = draft.claim, draft.statement
    if claim is not None:
        yield from _of_stance(scene, claim)
        yield from _of_speaker(scene, claim, statement)
    if statement.condition is not None:
        yield Step(
            "condition",
            statement.condition,
            f"opened by {statement.condition.split()[0]!r}; without it: {claim.stance if claim else '?'}",
        )
    if statement.scope is not None:
        yield Step("scope", statement.scope, "the topic to which the refusal is limited")
    final = next((each for each in statements if _is_same(each, statement)), None)
    if claim is not None:
        yield from _of_counterpart(scene, claim, draft, final)
    yield from _of_day(scene, statement, final)
    told = f"{statement.confidence:.2f} by the rules"
    yield Step(
        "confidence", "", f"{told}, {final.confidence:.2f} in the end" if final else f"{told}: left out, unsure or said twice"
    )


def _of_stance(scene: Scene, claim: Claim) -> Iterator[Step]:
    chain = claim.chain
    yield _step(scene, "stance", chain.term.start, chain.term.end, f"{claim.stance.value} ({_walk(chain)})")
    for word in chain.turned_by:
        yield _step(scene, "negation", word.start, word.end, "turns the stance round")
    if len(chain.turned_by) > 1:
        yield Step("negation", "", "turned twice is not turned" if chain.flips % 2 == 0 else "turned an odd number of times")
    if chain.demand is not None:
        yield _step(scene, "demand", chain.demand.start, chain.demand.end, "terms that come first")


def _walk(chain: Chain) -> str:
    """Give the way up from the negotiating word, and what was met on it."""
    signs = [sign for sign in _SIGNS if getattr(chain, sign)]
    return " < ".join(word.text for word in chain.path) + (f"; {', '.join(signs)}" if signs else "")


def _of_speaker(scene: Scene, claim: Claim, statement: Statement) -> Iterator[Step]:
    cues = [claim.cue] if claim.cue else _cues(scene, claim.tree)
    cue = next((each for each in cues if statement.speaker in {actor.name for actor in each.speakers}), None)
    if cue is not None:
        yield _step(scene, "cue", cue.verb.start, cue.verb.end, f"says that {statement.speaker} says it")
        if cue.subject is not None:
            yield _resolved(scene, claim.tree, cue.subject, statement.speaker)
    elif claim.quote is not None:
        yield Step("speaker", statement.speaker, "the quotation's speaker, from the sentences around it")
    else:
        subject = next((s for word in reversed(claim.chain.path) if (s := claim.tree.subject(word)) is not None), None)
        if subject is not None:
            yield _resolved(scene, claim.tree, subject, statement.speaker)


def _cues(scene: Scene, tree: Tree) -> list[Cue]:
    return scene.heard.get(tree.sentence.start, [])


def _resolved(scene: Scene, tree: Tree, word: Word, name: str) -> Step:
    """Say by what a word came to mean somebody."""
    if is_first_person(word):
        by = "first person"
    elif word.pos == "PRON":
        by = "pronoun, last speaker first"
    else:
        inside = any(mention.actor.name == name for mention in scene.resolver.cast.within(word.start, word.end))
        by = "name" if inside else "office, description or party"
    return _step(scene, "speaker", word.start, word.end, f"{name}, by {by}")


def _of_counterpart(scene: Scene, claim: Claim, draft: Draft, final: Statement | None) -> Iterator[Step]:
    holder = next((actor for actor in claim.holders if actor.name == draft.statement.speaker), None)
    if holder is None:
        return
    names, certainty = find_counterparts(claim.tree, claim.chain, holder, scene.resolver, scene.sides, claim.region)
    by = "nobody is meant" if not names else "named in the words" if certainty >= NAMED else "from the words around it"
    yield Step("counterpart", ", ".join(names), f"{by}, {certainty:.2f}")
    if final is not None and final.counterpart not in {None, *names}:
        yield Step("counterpart", final.counterpart or "", "that of the same speaker elsewhere in the article")


def _of_day(scene: Scene, statement: Statement, final: Statement | None) -> Iterator[Step]:
    day = final.said_on if final else statement.said_on
    if day is None:
        yield Step("day", "", "unknown: no words fix it")
        return
    sentence = next(each for each in scene.sentences if each.start <= statement.start < each.end or each.end >= statement.end)
    near = [each for each in find_days(scene.text[sentence.start : sentence.end], scene.published) if each.day == day]
    if near and statement.said_on == day:
        start, end = sentence.start + near[0].start, sentence.start + near[0].end
        yield _step(scene, "day", start, end, f"{day}, beside the saying")
    else:
        yield Step("day", str(day), "the occasion's, from elsewhere in the article")


def _is_same(final: Statement, draft: Statement) -> bool:
    return (final.speaker, final.stance, final.start, final.end) == (draft.speaker, draft.stance, draft.start, draft.end)


def _step(scene: Scene, stage: str, start: int, end: int, taken_for: str) -> Step:
    return Step(stage, scene.text[start:end], taken_for, start, end)


def _described(actor: Actor) -> str:
    party = f", {actor.party}" if actor.party and actor.party != actor.name else ""
    return f"{actor.name} ({actor.kind}{party})"


def _names(actors: Sequence[Actor]) -> str:
    return ", ".join(actor.name for actor in actors)
