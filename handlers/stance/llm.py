"""An article and a chat server come in, the article's statements go out; a large model proposes, this module disposes.

Nothing that the model says is believed that the article does not bear out: evidence and condition must stand in it word
for word, speakers and counterparts must be named in it, days stated in it, and whether words are quoted is looked up. So a text
that gives the model orders gains at most what it could have printed itself. Any failure is an `EndpointError`.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import resources

from handlers.actors import load_registry
from handlers.dates import dateline_day, find_days
from handlers.furniture import Page, clean
from handlers.model import Actor, Article, Reading, Stance, Statement
from handlers.names import fold
from handlers.people import Cast, Names, find_people
from handlers.quotations import Quotation, find_quotations
from handlers.sentences import Span
from handlers.stance.chat import Endpoint, Message, ask, tokens_of
from handlers.stance.cues import is_relevant
from handlers.stance.replies import SCHEMA, Told, read_rows
from handlers.stance.sides import party_name
from handlers.stance.verbatim import Verbatim

MOST_SENT = 24_000
"""Characters of an article: about 4,000 words, more than any of the development articles has."""
LONGEST_EVIDENCE = 1_000
"""Characters; a clause or a sentence is shorter, a copied article is not evidence."""
FEWEST_WORDS = 3
"""Of evidence: a word or two stand in any text and carry no stance."""
SPOKEN_WORDS = 3
"""A quotation of fewer words inside the evidence is a borrowed term, not the speaker's own sentence."""
CONFIDENCE = 0.75
"""The model gives no figure that was ever calibrated; this one lies where the rules' reported stances do."""
ANSWERED = 1_500
"""Tokens set aside for an answer: ten statements."""


def may_cost(article: Article) -> int:
    """How many tokens an article may take at most, question and answer."""
    return tokens_of(_instructions()) + tokens_of(article.text[:MOST_SENT]) + ANSWERED


class Llm:
    """Reads articles with whatever server it is given; no state between articles."""

    def __init__(self, names: Names | None = None) -> None:
        self._names = names or load_registry()

    def read(self, article: Article, endpoint: Endpoint) -> Reading:
        """EndpointError where the server gave nothing to use; an article that does not pass the gate is never sent."""
        if not is_relevant(article.text):
            return Reading(language="en")
        page = clean(article.text)
        answer = ask(endpoint, _messages(article, page.spans), SCHEMA)
        rows = read_rows(answer.text)
        proof = _Proof(article, page, self._names)
        found = list(proof.statements(rows))
        actors = {actor.name: actor for _, actor in found}
        return Reading(tuple(each for each, _ in found), tuple(actors.values()), "en", answer.tokens)


def _instructions() -> str:
    return resources.files("handlers").joinpath("data", "llm_prompt.txt").read_text(encoding="utf-8")


def _messages(article: Article, spans: Iterable[Span]) -> list[Message]:
    """Put the prose between two lines that the text cannot hold, since they are made of its own hash."""
    prose = "\n".join(span.text(article.text) for span in spans)[:MOST_SENT]
    told = {"Title": article.title, "Outlet": article.outlet, "Published": str(article.published or "unknown")}
    head = "".join(f"{name}: {' '.join(value.split())[:300]}\n" for name, value in told.items() if value)
    line = "===== " + hashlib.sha256((head + prose).encode("utf-8", "replace")).hexdigest()[:24]
    return [
        {"role": "system", "content": _instructions()},
        {"role": "user", "content": f"{line}\n{head}\n{prose}\n{line}"},
    ]


class _Proof:
    """One article, against which each row that the model proposes is held."""

    def __init__(self, article: Article, page: Page, names: Names) -> None:
        self._text = article.text
        self._published = article.published or page.published or dateline_day(article.text)
        self._verbatim = Verbatim(article.text)
        self._names = names
        self._quotes: tuple[Quotation, ...] = find_quotations(article.text, page.spans)
        self._cast: Cast = find_people(article.text, page.spans, names, self._published)
        self._days = {each.day for each in find_days(article.text, self._published)}

    def statements(self, rows: Iterable[Told]) -> Iterator[tuple[Statement, Actor]]:
        for row in rows:
            span, speaker = self._evidence(row.evidence), self._speaker(row.speaker)
            if span is not None and speaker is not None:
                yield self._statement(row, span, speaker), speaker

    def _statement(self, row: Told, span: Span, speaker: Actor) -> Statement:
        condition = self._words(row.condition) if row.stance is Stance.CONDITIONAL else None
        other = self._counterpart(row.counterpart)
        return Statement(
            speaker.name,
            None if other in {speaker.name, party_name(speaker)} else other,
            row.stance,
            span.text(self._text),
            span.start,
            span.end,
            scope=self._words(row.scope) if row.stance is Stance.REJECTS else None,
            condition=condition,
            direct=any(self._is_spoken(quote, span) for quote in self._quotes),
            said_on=self._day(row.said_on),
            confidence=CONFIDENCE,
        )

    def _evidence(self, words: str) -> Span | None:
        span = self._verbatim.find(words) if len(words) <= LONGEST_EVIDENCE else None
        return span if span is not None and len(span.text(self._text).split()) >= FEWEST_WORDS else None

    def _words(self, words: str | None) -> str | None:
        span = self._verbatim.find(words) if words else None
        return span.text(self._text) if span else None

    def _is_spoken(self, quote: Quotation, span: Span) -> bool:
        inside = quote.start <= span.start and span.end <= quote.end
        holds = span.start <= quote.start and quote.end <= span.end
        return inside or (holds and len(self._text[quote.start : quote.end].split()) >= SPOKEN_WORDS)

    def _speaker(self, name: str) -> Actor | None:
        """Find the actor among those whom the article names; one of the registry also where only the party is named."""
        known = self._names.find(name, self._published)
        named = {mention.actor.name: mention.actor for mention in self._cast.mentions}
        if known is not None:
            parties = {party_name(actor) for actor in named.values()}
            return known if known.name in named or party_name(known) in parties else None
        alike = [actor for actor in named.values() if fold(actor.name) == fold(name)]
        return alike[0] if len(alike) == 1 else None

    def _counterpart(self, name: str | None) -> str | None:
        actor = self._speaker(name) if name else None
        return party_name(actor) if actor is not None else None

    def _day(self, told: str | None) -> date | None:
        try:
            day = date.fromisoformat(told) if told else None
        except ValueError:
            return None
        return day if day in self._days else None
