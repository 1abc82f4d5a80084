"""What a feed would bring: its size and newest day in words, and the statements in its newest articles as cards."""

from dataclasses import dataclass

from bot.cards import Card
from bot.desk import Desk
from bot.phrases import day_words, plural
from bot.wording import statement_card
from handlers.formats import FeedContent

READ = 10
"""Newest articles that are read for it: a second or two of work."""


@dataclass(frozen=True, slots=True)
class Preview:
    lines: tuple[str, ...]
    cards: tuple[Card, ...]


async def preview(desk: Desk, content: FeedContent) -> Preview:
    """Nothing is stored."""
    newest = content.articles[:READ]
    cards: list[Card] = []
    telling = 0
    for article in newest:
        reading = await desk.pool.read(article)
        telling += bool(reading.statements)
        cards.extend(statement_card(statement, article, desk.registry) for statement in reading.statements)
    found = (
        f"In its newest {plural(len(newest), 'article')}: {telling} with statements, {plural(len(cards), 'statement')} in all."
    )
    return Preview((summary(content), *((found,) if newest else ())), tuple(cards))


def summary(content: FeedContent) -> str:
    days = [article.published for article in content.articles if article.published]
    newest = f"newest {day_words(max(days))}" if days else "none with a day"
    return f"{plural(len(content.articles), 'article')}, {newest}." if content.articles else "It lists no article yet."
