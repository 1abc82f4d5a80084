"""Backend "rules": an article comes in, its statements go out, by grammar and the words of `data/*.toml`.

page → prose → sentences and quotations → (gate) → trees → cues and voices → claims → statements.
"""

from bisect import bisect_left, bisect_right
from itertools import groupby

from handlers.actors import load_registry
from handlers.dates import dateline_day
from handlers.furniture import clean
from handlers.model import Article, Reading, Stance
from handlers.people import Names, find_people
from handlers.quotations import find_quotations, mend
from handlers.sentences import Sentence, overlapping, split
from handlers.stance.antecedents import Looking, Recent
from handlers.stance.attribution import before_colon, find_cues, find_voices
from handlers.stance.claims import Claim, find_claims
from handlers.stance.conditions import find_condition
from handlers.stance.cues import is_relevant, passes_gate
from handlers.stance.days import note_days
from handlers.stance.drafts import draft, settle
from handlers.stance.parsing import Parser
from handlers.stance.places import find_places
from handlers.stance.recalling import is_correction
from handlers.stance.reference import Resolver
from handlers.stance.repairing import repaired
from handlers.stance.scene import Draft, Scene
from handlers.stance.sides import main_parties

MOST_PARSED = 36_000
"""Characters: about 6,000 words, which the parser reads in 2 s. No news article has so many sentences about talks."""
LONGEST_READ = 400_000
"""Characters. What an article says after a book's length is not read."""
FLOOR = 0.45
"""Below this the rules' guesses are more often wrong than right (measured on the development articles): silence is better."""


def load(model: str) -> "Rules":
    return Rules(Parser(model), load_registry())


class Rules:
    """The backend: a parser and a registry, no state between articles."""

    def __init__(self, parser: Parser, names: Names) -> None:
        self._parser = parser
        self._names = names

    def read(self, article: Article) -> Reading:
        scene = self.scene(article)
        if scene is None:
            return Reading(language="en")
        found = tuple(statement for statement in settle(scene) if statement.confidence >= FLOOR)
        return Reading(found, tuple(scene.actors.values()), "en")

    def scene(self, article: Article, *, gated: bool = True) -> Scene | None:
        """Read all that grammar gives; None for an article with no word on negotiating, unless it is asked for ungated."""
        text = article.text[:LONGEST_READ]
        if gated and not is_relevant(text):
            return None
        scene = self._open(article, text, gated=gated)
        read = (sentence for sentence in scene.sentences if sentence.start in scene.trees)
        for paragraph, sentences in groupby(read, key=lambda sentence: sentence.paragraph):
            _read_paragraph(scene, paragraph, list(sentences))
        return scene

    def _open(self, article: Article, text: str, *, gated: bool) -> Scene:
        page = clean(text)
        published = article.published or page.published or dateline_day(text)
        sentences = list(split(text, page.spans))
        quotes = list(find_quotations(text, page.spans))
        cast = find_people(text, page.spans, self._names, published)
        wanted = _wanted(text, sentences) if gated else sentences
        trees = {start: repaired(tree) for start, tree in self._parser.parse(text, wanted).items()}
        mended = mend(text, wanted, quotes)
        joined = {start: repaired(tree) for start, tree in self._parser.parse(mended.text, mended.sentences).items()}
        recent = Recent()
        back = Looking(cast, recent, tuple(sentence.start for sentence in sentences))
        resolver = Resolver(text, cast, self._names, published, recent, back)
        return Scene(
            text,
            published,
            resolver,
            main_parties(text, cast),
            sentences,
            quotes,
            trees,
            {**trees, **joined},
        )


def _wanted(text: str, sentences: list[Sentence]) -> list[Sentence]:
    """Pick the sentences that pass the gate, and for each the neighbours that may name its speaker."""
    wanted: set[int] = set()
    for index, sentence in enumerate(sentences):
        if passes_gate(text[sentence.start : sentence.end]):
            wanted.update(range(max(0, index - 2), min(len(sentences), index + 2)))
    chosen: list[Sentence] = []
    size = 0
    for index in sorted(wanted):
        size += sentences[index].end - sentences[index].start
        if size > MOST_PARSED:
            break
        chosen.append(sentences[index])
    return chosen


def _read_paragraph(scene: Scene, paragraph: int, sentences: list[Sentence]) -> None:
    first = bisect_left(scene.quotes, paragraph, key=lambda quote: quote.paragraph)
    quotes = scene.quotes[first : bisect_right(scene.quotes, paragraph, key=lambda quote: quote.paragraph)]
    inside = {s.start: list(overlapping(quotes, s.start, s.end)) for s in sentences}
    cues = {s.start: find_cues(scene.trees[s.start], scene.resolver, inside[s.start]) for s in sentences}
    scene.cues = cues
    if is_correction(scene.text[sentences[0].start : sentences[-1].end]):
        return
    scene.heard |= cues
    for sentence in sentences:
        note_days(scene, scene.trees[sentence.start])
    voices = find_voices(scene.text, quotes, sentences, cues, scene.resolver, scene.voice)
    scene.voices |= voices
    for sentence in sentences:
        tree = scene.trees[sentence.start]
        scene.places[sentence.start] = find_places(tree, scene.resolver, inside[sentence.start], voices)
    first = len(scene.drafts)
    for sentence in sentences:
        tree = scene.joined[sentence.start]
        heading = before_colon(scene.text, sentence, scene.resolver) if not cues[sentence.start] else (0, ())
        claims = list(find_claims(tree, inside[sentence.start], voices, cues[sentence.start], heading, scene.resolver))
        found = [pair for claim in _outside_conditions(claims) for pair in draft(scene, claim)]
        bound = {each.statement.speaker for each, _ in found if each.statement.stance is Stance.CONDITIONAL}
        for each, actor in found:
            if each.statement.stance in {Stance.OPEN, Stance.ENGAGED} and each.statement.speaker in bound:
                continue  # openness and its condition in one sentence are one row (guide rule 15)
            scene.drafts.append(each)
            scene.actors.setdefault(actor.name, actor)
    scene.drafts[first:] = _without_lead_ins(scene.drafts[first:])
    scene.voice = voices[quotes[-1].start] if quotes and quotes[-1].start in voices else None


def _without_lead_ins(drafts: list[Draft]) -> list[Draft]:
    """Leave out "X left the door ajar" before the words that state X's condition."""
    bound = {each.statement.speaker for each in drafts if each.statement.stance is Stance.CONDITIONAL}
    return [
        each
        for each in drafts
        if each.statement.stance is not Stance.OPEN or each.statement.direct or each.statement.speaker not in bound
    ]


def _outside_conditions(claims: list[Claim]) -> list[Claim]:
    """Leave out what stands inside another claim's condition ("if Kyiv gives up its plan")."""
    spans = [(claim, find_condition(claim.tree, claim.chain, claim.region)) for claim in claims]
    return [
        claim
        for claim in claims
        if not any(span is not None and other is not claim and span.holds(claim.chain.term.start) for other, span in spans)
    ]
