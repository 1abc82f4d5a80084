"""/analyze: the statements in a page, a file or a text, with their words; nothing is stored."""

from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from typing import cast

import discord
from discord import app_commands

from bot.cards import Card, Reply
from bot.commands import AnyCommand
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.opening import Unread, articles_of
from bot.phrases import not_analysed, plural
from bot.records import article_record
from bot.respond import asker_of, respond
from bot.wording import statement_card
from handlers.errors import FormatError, QuestionError
from handlers.formats import Parsed
from handlers.model import Article, Document

MOST_BYTES = 5_000_000
MOST_ARTICLES = 10
"""Of one file or feed; a longer one is for `python -m bot analyze`."""


async def answer(
    desk: Desk, asker: Asker, *, url: str | None = None, file: Document | None = None, text: str | None = None
) -> Reply:
    if sum(given is not None for given in (url, file, text)) != 1:
        raise QuestionError("Give one of url, file or text.")
    parsed = await _parsed(desk, url, file, text)
    articles = parsed.articles
    read = articles[:MOST_ARTICLES]
    cards: list[Card] = []
    data: list[dict[str, object]] = []
    languages: Counter[str | None] = Counter()
    for article in read:
        reading = await desk.pool.read(article)
        languages[reading.language] += 1
        cards.extend(statement_card(statement, article, desk.registry) for statement in reading.statements)
        data.append(article_record(article, reading))
    titles = [article.title for article in read if article.title]
    lines = [f"{plural(len(cards), 'statement')} in {plural(len(read), 'article')}."]
    if told := not_analysed(languages):
        lines.append(told)
    if len(articles) > len(read):
        lines.append(f"Only the first {MOST_ARTICLES} of {len(articles)} articles were read.")
    lines.extend(str(problem) for problem in parsed.problems[:5])
    title = f"Analysis: {titles[0]}" if len(read) == 1 and titles else "Analysis"
    return Reply(
        title, cards=tuple(cards), lines=tuple(lines), footnote="Nothing was stored.", is_private=not cards, data=tuple(data)
    )


async def _parsed(desk: Desk, url: str | None, file: Document | None, text: str | None) -> Parsed:
    if text is not None:
        if not text.strip():
            raise QuestionError("The text is empty.")
        return Parsed((Article(text, origin="text"),))
    document = file
    if url is not None:
        fetched = await desk.fetcher.fetch(url if "://" in url else f"https://{url}", max_bytes=MOST_BYTES)
        document = fetched.document
    if document is None:
        raise QuestionError("There is nothing at that address.")
    found = [one async for one in articles_of(desk.pool, _only(document))]
    articles = tuple(one for one in found if isinstance(one, Article))
    problems = tuple(one.error for one in found if isinstance(one, Unread))
    if problems and not articles:
        raise problems[0]
    return Parsed(articles, tuple(problem for problem in problems if isinstance(problem, FormatError)))


async def _only(document: Document) -> AsyncGenerator[Document | Unread]:
    yield document


def commands(desk: Desk) -> Sequence[AnyCommand]:
    @app_commands.command(description="Find the statements in a page, a file or a text", extras={"answer": answer})
    @app_commands.describe(
        url="The address of an article or a feed",
        file="An article or many: .txt .md .html .mhtml .json .jsonl, also .gz or .zip",
        text="The article's text itself",
    )
    @app_commands.checks.cooldown(20, 60)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def analyze(
        interaction: Interaction, url: str | None = None, file: discord.Attachment | None = None, text: str | None = None
    ) -> None:
        asker = asker_of(interaction)

        async def asked() -> Reply:
            document = None if file is None else await _attached(desk, file)
            return await answer(desk, asker, url=url, file=document, text=text)

        await respond(interaction, asked())

    return (cast("AnyCommand", analyze),)


async def _attached(desk: Desk, file: discord.Attachment) -> Document:
    if file.size > MOST_BYTES:
        raise QuestionError(f"{file.filename} is larger than {MOST_BYTES // 1_000_000} MB.")
    return Document(await file.read(), file.filename, desk.now(), mime=file.content_type)
