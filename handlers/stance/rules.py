"""Backend "rules": an article comes in, its statements go out, by grammar and the words of `data/*.toml`.

page → prose → sentences and quotations → (gate) → trees → cues and voices → claims → statements.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from handlers.actors import load_registry
from handlers.dates import find_days
from handlers.furniture import clean
from handlers.model import Actor, Article, Reading, Stance, Statement
from handlers.people import Names, find_people
from handlers.quotations import Quotation, find_quotations, mend
from handlers.sentences import Sentence, split
from handlers.stance.attribution import Cue, Voice, before_colon, find_cues, find_voices
from handlers.stance.claims import Claim, find_claims
from handlers.stance.conditions import find_condition, find_scope, has_impossible_exit, is_unconditional, span_of
from handlers.stance.counterpart import find_counterparts, main_parties
from handlers.stance.cues import is_relevant, passes_gate
from handlers.stance.parsing import Parser, Tree, Word
from handlers.stance.reference import Recent, Resolver

MOST_PARSED = 36_000
"""Characters: about 6,000 words, which the parser reads in 2 s. No news article has so many sentences about talks."""
LONGEST_READ = 400_000
"""Characters. What an article says after a book's length is not read."""


def load(model: str) -> "Rules":
    return Rules(Parser(model), load_registry())


@dataclass(slots=True)
class _Scene:
    """One article while it is read."""

    text: str
    published: date | None
    resolver: Resolver
    sides: list[str]
    sentences: list[Sentence]
    quotes: list[Quotation]
    trees: dict[int, Tree]
    joined: dict[int, Tree]
    """The same, but a quotation broken by "he said" is one sentence."""
    cues: dict[int, list[Cue]] = field(default_factory=dict[int, "list[Cue]"])
    days: list[tuple[str, date]] = field(default_factory=list[tuple[str, date]])
    """Who is said to have spoken on which day."""
    voice: Voice | None = None
    statements: list[Statement] = field(default_factory=list[Statement])
    actors: dict[str, Actor] = field(default_factory=dict[str, Actor])


class Rules:
    """The backend: a parser and a registry, no state between articles."""

    def __init__(self, parser: Parser, names: Names) -> None:
        self._parser = parser
        self._names = names

    def read(self, article: Article) -> Reading:
        text = article.text[:LONGEST_READ]
        if not is_relevant(text):
            return Reading(language="en")
        scene = self._scene(article, text)
        for paragraph in sorted({sentence.paragraph for sentence in scene.sentences if sentence.start in scene.trees}):
            _read_paragraph(scene, paragraph)
        return Reading(tuple(_with_day(scene, s) for s in scene.statements), tuple(scene.actors.values()), "en")

    def _scene(self, article: Article, text: str) -> _Scene:
        page = clean(text)
        published = article.published or page.published
        sentences = list(split(text, page.spans))
        quotes = list(find_quotations(text, page.spans))
        cast = find_people(text, page.spans, self._names, published)
        wanted = _wanted(text, sentences)
        trees = self._parser.parse(text, wanted)
        mended = mend(text, wanted, quotes)
        joined = self._parser.parse(mended.text, mended.sentences)
        resolver = Resolver(text, cast, self._names, published, Recent(), tuple(sentence.start for sentence in sentences))
        return _Scene(text, published, resolver, main_parties(text, cast), sentences, quotes, trees, {**trees, **joined})


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


def _read_paragraph(scene: _Scene, paragraph: int) -> None:
    sentences = [sentence for sentence in scene.sentences if sentence.paragraph == paragraph and sentence.start in scene.trees]
    quotes = [quote for quote in scene.quotes if quote.paragraph == paragraph]
    cues = {s.start: find_cues(scene.trees[s.start], scene.resolver, quotes) for s in sentences}
    scene.cues = cues
    for sentence in sentences:
        _note_days(scene, scene.trees[sentence.start])
    voices = find_voices(scene.text, quotes, sentences, cues, scene.resolver, scene.voice)
    for sentence in sentences:
        tree = scene.joined[sentence.start]
        heading = before_colon(scene.text, sentence, scene.resolver) if not cues[sentence.start] else (0, ())
        claims = _outside_conditions(list(find_claims(tree, quotes, voices, cues[sentence.start], heading, scene.resolver)))
        found = [pair for claim in claims for pair in _statements(scene, claim)]
        bound = {statement.speaker for statement, _ in found if statement.stance is Stance.CONDITIONAL}
        for statement, actor in found:
            if statement.stance in {Stance.OPEN, Stance.ENGAGED} and statement.speaker in bound:
                continue  # openness and its condition in one sentence are one row (guide rule 15)
            scene.statements.append(statement)
            scene.actors.setdefault(actor.name, actor)
    scene.voice = voices[quotes[-1].start] if quotes and quotes[-1].start in voices else None


def _outside_conditions(claims: list[Claim]) -> list[Claim]:
    """Leave out what stands inside another claim's condition ("if Kyiv gives up its plan")."""
    spans = [(claim, find_condition(claim.tree, claim.chain, claim.region)) for claim in claims]
    return [
        claim
        for claim in claims
        if not any(span is not None and other is not claim and span.holds(claim.chain.term.start) for other, span in spans)
    ]


def _statements(scene: _Scene, claim: Claim) -> Iterator[tuple[Statement, Actor]]:
    """Turn a claim into a statement for each holder and counterpart."""
    region = claim.region
    words = scene.text[region.start : region.end]
    condition = find_condition(claim.tree, claim.chain, region, quoted=claim.quote is not None)
    stance = claim.stance
    if condition is None and claim.chain.demand is not None and stance is Stance.CONDITIONAL:
        condition = span_of(claim.tree, claim.chain.demand)
    if condition is not None and not (stance is Stance.REJECTS and has_impossible_exit(words)):
        stance = Stance.CONDITIONAL
    if stance is not Stance.CONDITIONAL or (is_unconditional(words) and claim.stance is Stance.OPEN and condition is None):
        condition = None
    scope = find_scope(claim.tree, claim.chain) if stance is Stance.REJECTS else None
    start, end = _evidence(scene, claim)
    direct = any(q.start < end and q.end > start for q in scene.quotes) and (
        claim.quote is not None or _quotes_inside(scene, start, end)
    )
    for holder in claim.holders:
        names, certainty = find_counterparts(claim.tree, claim.chain, holder, scene.resolver, scene.sides)
        for name in names or [None]:
            yield (
                Statement(
                    holder.name,
                    name,
                    stance,
                    scene.text[start:end],
                    start,
                    end,
                    scope=scene.text[scope.start : scope.end] if scope else None,
                    condition=scene.text[condition.start : condition.end] if condition else None,
                    direct=direct,
                    said_on=_said_on(scene, claim, holder),
                    confidence=round(claim.certainty * certainty * (0.9 if claim.chain.kind == "weak" else 1.0), 3),
                ),
                holder,
            )


def _quotes_inside(scene: _Scene, start: int, end: int) -> bool:
    return any(start <= q.start and q.end <= end for q in scene.quotes)


def _evidence(scene: _Scene, claim: Claim) -> tuple[int, int]:
    """Give the shortest whole clause or sentence that carries the stance: within its quotation, or the sentence."""
    start, end = claim.region.start, claim.region.end
    while start < end and scene.text[start] in ' \xa0\n“”"«»':
        start += 1
    while end > start and scene.text[end - 1].isspace():
        end -= 1
    return start, end


def _said_on(scene: _Scene, claim: Claim, holder: Actor) -> date | None:
    """Find the day of the words at the cue (or the predicate) of the sentence, and remember it for the speaker."""
    day = _dated(scene, claim)
    if day is not None:
        scene.days.append((holder.name, day))
    return day


def _with_day(scene: _Scene, statement: Statement) -> Statement:
    """Take the day on which the same speaker is said to have spoken, where the article knows only one."""
    known = {day for name, day in scene.days if name == statement.speaker}
    return replace(statement, said_on=known.pop()) if statement.said_on is None and len(known) == 1 else statement


def _dated(scene: _Scene, claim: Claim) -> date | None:
    """Take a day that belongs to the saying, not to what is said ("said on Monday that talks resume on Friday")."""
    verbs = [cue.verb for cue in scene.cues.get(claim.tree.sentence.start, [])]
    if claim.cue is None and claim.quote is None:
        verbs += [word for word in claim.chain.path if word.pos in {"VERB", "AUX"}]
    return next((day for verb in verbs for day in _days_of(scene, claim.tree, verb)), None)


def _days_of(scene: _Scene, tree: Tree, verb: Word) -> Iterator[date]:
    """Give the days that stand right beside a verb, then those that hang on it, the nearest first."""
    found: list[tuple[bool, int, date]] = []
    quoted = [quote for quote in scene.quotes if quote.start < tree.sentence.end and quote.end > tree.sentence.start]
    for at, day in find_days(scene.text[tree.sentence.start : tree.sentence.end], scene.published):
        start = tree.sentence.start + at
        word = next((each for each in tree.words if each.end > start), None)
        if word is None or any(quote.start <= start < quote.end for quote in quoted):
            continue
        governor = next((each for each in tree.ancestors(word) if each.pos in {"VERB", "AUX"}), None)
        beside = scene.text[verb.end : start].strip() in {"", "on", "last", "late on", "early on"}
        before = word.start < verb.start and scene.text[word.end : verb.start].strip() == ""
        if beside or before or (governor is not None and governor.i == verb.i):
            found.append((not (beside or before), abs(start - verb.start), day))
    return (day for *_, day in sorted(found))


def _note_days(scene: _Scene, tree: Tree) -> None:
    """Remember on which day somebody is said to have spoken."""
    for cue in scene.cues.get(tree.sentence.start, []):
        for day in _days_of(scene, tree, cue.verb):
            scene.days += [(actor.name, day) for actor in cue.speakers]
