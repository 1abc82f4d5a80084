"""The one-shot commands of the command line: what each does with the parts, and what it prints.

Data goes to standard output, complaints to standard error. The status is 1 when nothing could be done at all.
"""

import json
import sys
from collections.abc import AsyncIterator, Iterable
from datetime import date, timedelta
from pathlib import Path

from bot.commands import build
from bot.demo import ask
from bot.desk import Asker
from bot.ingest import Outcome, Source
from bot.parts import fetcher_of, now, opened, worker_pool
from bot.phrases import plural
from bot.pool import Pool
from bot.prompt import parse_line
from bot.records import article_record
from bot.settings import Settings
from bot.terminal import Screen
from bot.wording import statement_card
from handlers import files
from handlers.actors import load_registry
from handlers.errors import FormatError, ParleyError
from handlers.fetch import Fetcher
from handlers.model import Article, Document
from storage import Store

OPERATOR = Asker(user_id=0, channel_id=0, guild_id=None, may_manage=True, is_operator=True)


def write_line(record: object) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


async def analyze_sources(
    settings: Settings, screen: Screen, sources: list[str], *, as_json: bool, outlet: str | None, published: date | None
) -> int:
    """Statements of each article; a source that cannot be read is a line on standard error and the others go on."""
    read = failed = 0
    async with worker_pool(settings) as pool, fetcher_of(settings) as fetcher:
        await pool.start()
        with screen.progress("Reading articles", None) as bar:
            async for document in _documents(sources, fetcher, screen):
                if document is None:
                    failed += 1
                    continue
                try:
                    parsed = await pool.parse(document, outlet=outlet, published=published)
                except ParleyError as error:
                    screen.fail(str(error))
                    failed += 1
                    continue
                for problem in parsed.problems:
                    screen.fail(str(problem))
                for article in parsed.articles:
                    try:
                        await _show(pool, screen, article, as_json=as_json)
                        read += 1
                    except ParleyError as error:
                        screen.fail(str(error))
                        failed += 1
                bar.advance()
    if not as_json:
        screen.say(f"{plural(read, 'article')} read, {failed} could not be.")
    return 0 if read or not failed else 1


async def _show(pool: Pool, screen: Screen, article: Article, *, as_json: bool) -> None:
    reading = await pool.read(article)
    if as_json:
        write_line(article_record(article, reading))
        return
    screen.say(" · ".join(filter(None, (article.title or article.id or article.origin, article.outlet))))
    for statement in reading.statements:
        screen.show_card(statement_card(statement, article, load_registry()))
    if not reading.statements:
        foreign = reading.language not in {None, "en"}
        screen.say("Not in English, so not read." if foreign else "No statement on negotiating.")


async def ingest_sources(
    settings: Settings, screen: Screen, sources: list[str], *, as_json: bool, outlet: str | None, published: date | None
) -> int:
    """Store everything; no alert is sent from here, but a running bot delivers what its watches meet."""
    counts = dict.fromkeys(("stored", "revised", "known", "failed"), 0)
    statements = 0
    source = Source(outlet=outlet, published=published)
    async with opened(settings, max_age=timedelta(days=settings.alert_max_age_days)) as parts:
        with screen.progress("Storing articles", None) as bar:
            async for document in _documents(sources, parts.fetcher, screen):
                outcomes = parts.ingest.document(document, source) if document else _unreadable()
                async for outcome in outcomes:
                    counts[outcome.kind] += 1
                    statements += outcome.statements
                    if outcome.error:
                        screen.fail(outcome.error)
                    elif as_json:
                        write_line({"id": outcome.id, "outcome": outcome.kind, "statements": outcome.statements})
                bar.advance()
    if not as_json:
        screen.say(
            f"{counts['stored']} stored, {counts['revised']} revised, {counts['known']} known already, "
            f"{counts['failed']} failed; {plural(statements, 'statement')}."
        )
    return 0 if sum(counts.values()) > counts["failed"] or not counts["failed"] else 1


async def _unreadable() -> AsyncIterator[Outcome]:
    yield Outcome("", "failed")


async def _documents(sources: Iterable[str], fetcher: Fetcher, screen: Screen) -> AsyncIterator[Document | None]:
    """Each document; None for one that could not be had, after saying why."""
    for source in sources:
        try:
            if not source.strip():
                raise FormatError('""', "is no file, folder or address")
            if "://" in source:
                fetched = await fetcher.fetch(source)
                yield fetched.document
            elif source == "-":
                yield Document(sys.stdin.buffer.read(), "-", now())
            else:
                async for document in _files(Path(source), screen):
                    yield document
        except ParleyError as error:
            screen.fail(str(error))
            yield None


async def _files(path: Path, screen: Screen) -> AsyncIterator[Document | None]:
    for found in files.find([path]):
        try:
            yield files.read(found, now())
        except ParleyError as error:
            screen.fail(str(error))
            yield None


async def ask_question(settings: Settings, screen: Screen, question: str, *, as_json: bool) -> None:
    """One slash command on the stored record."""
    async with opened(settings) as parts:
        await parts.desk.refresh_names(None)
        name, options = parse_line(question, build(parts.desk))
        reply = await ask(parts.desk, name, options, OPERATOR)
    if as_json:
        for record in reply.data:
            write_line(record)
    else:
        screen.show(reply)


async def feed_command(settings: Settings, screen: Screen, verb: str, options: dict[str, object]) -> None:
    """/feed without Discord, for the operator."""
    async with opened(settings) as parts:
        screen.show(await ask(parts.desk, f"feed {verb}", options, OPERATOR))


async def migrate_store(settings: Settings, screen: Screen) -> None:
    store = await Store.open(settings.database_url)
    try:
        await store.migrate()
    finally:
        await store.close()
    screen.say("The database is up to date.")
