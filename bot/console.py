"""The one-shot commands of the command line: what each does with the parts, and what it prints.

Data goes to standard output, complaints to standard error. The status is 1 when nothing could be done at all.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.ahead import ahead
from bot.cards import Reply
from bot.commands import build
from bot.confirming import confirm, offered
from bot.demo import ask
from bot.desk import Asker
from bot.explained import account_lines, account_record
from bot.feeds.transfer import add_starter, export_feeds
from bot.ingest import READ_AHEAD, Source
from bot.layout import PICTURE
from bot.opening import Unread, articles_of, read_files
from bot.parts import fetcher_of, now, opened, worker_pool
from bot.phrases import not_analysed, plural
from bot.pool import Pool
from bot.prompt import parse_line
from bot.records import article_record
from bot.settings import Settings
from bot.terminal import Bar, Screen
from bot.wording import statement_card
from handlers import files
from handlers.actors import load_registry
from handlers.errors import FormatError, ParleyError, SettingError
from handlers.fetch import Fetcher
from handlers.model import Article, Document, Reading
from storage import Store

if TYPE_CHECKING:
    from handlers.stance.explaining import Account

OPERATOR = Asker(user_id=0, channel_id=0, guild_id=None, may_manage=True, is_operator=True, may_amend=True)


def write_line(record: object) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")


async def analyze_sources(
    settings: Settings,
    screen: Screen,
    sources: list[str],
    *,
    as_json: bool,
    outlet: str | None,
    published: date | None,
    explain: bool = False,
) -> int:
    """Statements of each article; a source that cannot be read is a line on standard error and the others go on."""
    read = failed = 0
    async with worker_pool(settings) as pool, fetcher_of(settings) as fetcher:
        await pool.start()

        async def reading_of(found: Article | Unread) -> tuple[Article, Reading, "Account | None"] | Unread:
            try:
                if isinstance(found, Unread):
                    return found
                return (found, *await pool.explain(found)) if explain else (found, await pool.read(found), None)
            except ParleyError as error:
                return Unread(found.origin, error)

        with screen.progress("Reading articles", _count(sources)) as bar:
            documents = _documents(sources, fetcher, bar)
            found = articles_of(pool, documents, outlet=outlet, published=published)
            async with aclosing(documents), aclosing(found), aclosing(ahead(found, reading_of, READ_AHEAD)) as readings:
                async for one in readings:
                    if isinstance(one, Unread):
                        screen.fail(_complaint(one))
                        failed += 1
                    else:
                        _show(screen, *one, as_json=as_json)
                        read += 1
    if not as_json:
        screen.say(f"{plural(read, 'article')} read, {failed} could not be.")
    return 0 if read or not failed else 1


def _show(screen: Screen, article: Article, reading: Reading, account: "Account | None", *, as_json: bool) -> None:
    if as_json:
        told = {} if account is None else {"explanation": account_record(account)}
        write_line({**article_record(article, reading), **told})
        return
    screen.say(" · ".join(filter(None, (article.title or article.id or article.origin, article.outlet))))
    if account is not None:  # unwrapped, so that the columns stand
        sys.stdout.write("\n".join(account_lines(account)) + "\n")
    for statement in reading.statements:
        screen.show_card(statement_card(statement, article, load_registry()))
    if not reading.statements:
        screen.say(not_analysed({reading.language: 1}) or "No statement on negotiating.")


async def ingest_sources(
    settings: Settings, screen: Screen, sources: list[str], *, as_json: bool, outlet: str | None, published: date | None
) -> int:
    """Store everything; no alert is sent from here, but a running bot delivers what its watches meet."""
    counts = dict.fromkeys(("stored", "revised", "known", "failed"), 0)
    languages: Counter[str | None] = Counter()
    statements = 0
    source = Source(outlet=outlet, published=published)
    async with opened(settings, max_age=timedelta(days=settings.alert_max_age_days)) as parts:
        with screen.progress("Storing articles", _count(sources)) as bar:
            documents = _documents(sources, parts.fetcher, bar)
            async with aclosing(documents), aclosing(parts.ingest.documents(documents, source)) as outcomes:
                async for outcome in outcomes:
                    counts[outcome.kind] += 1
                    languages[outcome.language] += 1
                    statements += outcome.statements
                    if outcome.error:
                        screen.fail(outcome.error)
                    elif as_json:
                        write_line(
                            {
                                "id": outcome.id,
                                "outcome": outcome.kind,
                                "statements": outcome.statements,
                                "language": outcome.language,
                            }
                        )
    if not as_json:
        screen.say(
            f"{counts['stored']} stored, {counts['revised']} revised, {counts['known']} known already, "
            f"{counts['failed']} failed; {plural(statements, 'statement')}."
        )
        if left_out := not_analysed(languages):
            screen.say(left_out)
    return 0 if sum(counts.values()) > counts["failed"] or not counts["failed"] else 1


def _count(sources: Iterable[str]) -> int:
    """How many documents there are to read, for the progress bar."""
    return sum(1 if "://" in source else sum(1 for _ in files.find([Path(source)])) for source in sources)


async def _documents(sources: Iterable[str], fetcher: Fetcher, bar: Bar) -> AsyncGenerator[Document | Unread]:
    """Each document, or why it could not be had."""
    for source in sources:
        if "://" in source or source == "-" or not source.strip():
            yield await _one(source, fetcher)
            bar.advance()
            continue
        async with aclosing(read_files(files.find([Path(source)]), now)) as documents:
            async for document in documents:
                yield document
                bar.advance()


async def _one(source: str, fetcher: Fetcher) -> Document | Unread:
    if not source.strip():
        return Unread(source, FormatError('""', "is no file, folder or address"))
    if source == "-":
        return Document(sys.stdin.buffer.read(), "-", now())
    try:
        document = (await fetcher.fetch(source)).document
    except ParleyError as error:
        return Unread(source, error)
    return document or Unread(source, FormatError(source, "answered without a document"))


def _complaint(unread: Unread) -> str:
    is_ours = isinstance(unread.error, ParleyError)
    return str(unread.error) if is_ours else f"{unread.origin}: failed unexpectedly ({type(unread.error).__name__})"


async def ask_question(settings: Settings, screen: Screen, question: str, *, as_json: bool, save: Path | None = None) -> None:
    """One slash command on the stored record. `save`: a folder for its chart and its file."""
    async with opened(settings) as parts:
        await parts.desk.refresh_names(None)
        name, options = parse_line(question, build(parts.desk))
        reply = await ask(parts.desk, name, options, OPERATOR)
        if save is not None:
            await _save(parts.pool, screen, reply, save)
    _tell(screen, reply, as_json=as_json)
    if offered(reply):
        screen.fail("Nothing was changed yet. Here it is done by python -m bot feed add, remove (--yes) or import --starter.")


def _tell(screen: Screen, reply: Reply, *, as_json: bool) -> None:
    if as_json:
        for record in reply.data:
            write_line(record)
    else:
        screen.show(reply)


async def _save(pool: Pool, screen: Screen, reply: Reply, folder: Path) -> None:
    """ParleyError when there is no such folder."""
    kept: dict[str, bytes] = {}
    if reply.chart is not None and not reply.chart.is_empty:
        kept[PICTURE] = await pool.draw(reply.chart)
    if reply.file is not None:
        kept[reply.file.name] = reply.file.data
    for name, data in kept.items():
        try:
            (folder / name).write_bytes(data)
        except OSError as error:
            raise FormatError(str(folder / name), f"cannot be written ({error.strerror})") from error
        screen.fail(f"Saved {folder / name}.")


async def feed_command(
    settings: Settings, screen: Screen, verb: str, options: dict[str, object], *, yes: bool, as_json: bool
) -> int:
    """/feed without Discord, for the operator. What it offers is done after a yes."""
    async with opened(settings) as parts:
        reply = await ask(parts.desk, f"feed {verb}", options, OPERATOR)
        _tell(screen, reply, as_json=as_json)
        key = offered(reply)
        if key is None:
            return 0
        if not yes and not screen.agrees(f"{reply.title} [y/N] "):
            screen.fail("Nothing was changed: say y, or give --yes.")
            return 1
        screen.show(await confirm(parts.desk, OPERATOR, key))
    return 0


async def import_feed_list(settings: Settings, screen: Screen, file: Path | None) -> None:
    """An OPML file; without one, the starter set."""
    async with opened(settings) as parts:
        with screen.progress("Looking at feeds"):
            listed = await add_starter(parts.desk, OPERATOR) if file is None else None
            reply = listed or await ask(parts.desk, "feed import", {"file": str(file)}, OPERATOR)
        screen.show(reply)


async def export_feed_list(settings: Settings, screen: Screen, path: Path | None) -> None:
    async with opened(settings) as parts:
        reply = await export_feeds(parts.desk, OPERATOR)
    data = reply.file.data if reply.file else b""
    if path is None:
        sys.stdout.write(data.decode())
        return
    try:
        await asyncio.to_thread(path.write_bytes, data)
    except OSError as error:
        raise SettingError(f"{path}: cannot be written ({error.strerror})") from error
    screen.say(f"{reply.title} to {path}.")


async def migrate_store(settings: Settings, screen: Screen) -> None:
    store = await Store.open(settings.database_url)
    try:
        await store.migrate()
    finally:
        await store.close()
    screen.say("The database is up to date.")
