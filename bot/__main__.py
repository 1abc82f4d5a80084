"""The command line: `python -m bot` and `parley`. Reads the settings, builds the parts, runs one thing.

Exit status: 0 done, 1 failed with one clear line on standard error, 2 wrong usage.
"""

import asyncio
import sys
from collections.abc import Coroutine
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer

from bot import log
from bot.settings import Settings
from bot.terminal import Screen
from handlers.errors import ParleyError

T = TypeVar("T")

app = typer.Typer(
    help="Who will negotiate with whom, in their own words.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
feeds = typer.Typer(help="The operator's feeds.", no_args_is_help=True)
app.add_typer(feeds, name="feed")

What = Literal["positions", "shifts", "contradictions", "conditions", "statements"]
Format = Literal["json", "csv"]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Outlet = Annotated[str | None, typer.Option(help="The outlet of all the articles of this call.")]
FeedName = Annotated[str, typer.Argument(help="Its name, address or number.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]
Save = Annotated[Path | None, typer.Option(help="A folder that keeps the answer's chart and file.")]
Published = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day on which they were published.")]


def main() -> None:
    """Run the command line; a ParleyError becomes one line and status 1."""
    try:
        app()
    except ParleyError as error:
        sys.stderr.write(f"parley: {error}\n")
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _settings(*, quiet: bool = True) -> Settings:
    settings = Settings.from_env()
    log.set_up(settings, quiet=quiet)
    return settings


def _run(work: Coroutine[None, None, T]) -> T:
    return asyncio.run(work)


def _day(published: datetime | None) -> date | None:
    return published.date() if published else None


@app.callback(invoke_without_command=True)
def start(context: typer.Context) -> None:
    """Without a command: `run`."""
    if context.invoked_subcommand is None:
        run()


@app.command()
def run(
    role: Annotated[Literal["all"], typer.Option(help="What this process does; SQLite takes `all` only.")] = "all",
) -> None:
    """Start the bot; without DISCORD_TOKEN, show the sample articles' alerts and take slash commands here."""
    from bot.demo import demonstrate
    from bot.serve import serve

    del role
    token = Settings.from_env().token
    settings = _settings(quiet=token is None)
    _run(demonstrate(settings, Screen()) if token is None else serve(settings, token))


@app.command()
def analyze(
    sources: list[str],
    as_json: Json = False,
    outlet: Outlet = None,
    published: Published = None,
    explain: Annotated[bool, typer.Option("--explain", help="Follow each sentence through the pipeline.")] = False,
) -> None:
    """Show the statements of articles: files, folders, addresses, or - for standard input. Nothing is stored."""
    from bot.console import analyze_sources

    given = {"as_json": as_json, "explain": explain}
    sys.exit(_run(analyze_sources(_settings(), Screen(), sources, outlet=outlet, published=_day(published), **given)))


@app.command()
def ingest(sources: list[str], as_json: Json = False, outlet: Outlet = None, published: Published = None) -> None:
    """Store articles and their statements. Safe to repeat: what is known stays as it is."""
    from bot.console import ingest_sources

    sys.exit(_run(ingest_sources(_settings(), Screen(), sources, as_json=as_json, outlet=outlet, published=_day(published))))


@app.command()
def ask(question: list[str], as_json: Json = False, save: Save = None) -> None:
    """Answer a slash command: ask "stance actor:Khamenei counterpart:United States"."""
    from bot.console import ask_question

    _run(ask_question(_settings(), Screen(), " ".join(question), as_json=as_json, save=save))


@app.command()
def score(gold: Path, as_json: Json = False, errors: Annotated[int, typer.Option(help="List that many of each.")] = 0) -> None:
    """Precision, recall and F1 on a gold file, by the annotation guide's rules."""
    from bot.gold import score_gold

    _run(score_gold(_settings(), Screen(), gold, as_json=as_json, errors=errors))


@app.command()
def export(
    what: Annotated[What, typer.Option(help="Which part of the record.")] = "positions",
    form: Annotated[Format, typer.Option("--format", help="One object a line, or a table.")] = "json",
) -> None:
    """Print the record with its provenance."""
    from bot.upkeep import export_record

    _run(export_record(_settings(), what, form))


@app.command()
def rebuild() -> None:
    """Make positions, shifts and contradictions anew from the stored statements. No alert is sent for what comes out."""
    from bot.upkeep import rebuild_record

    _run(rebuild_record(_settings(), Screen()))


@app.command()
def migrate() -> None:
    """Bring the database to this version's tables."""
    from bot.console import migrate_store

    _run(migrate_store(_settings(), Screen()))


@app.command()
def copy(source: str, target: str) -> None:
    """Copy a SQLite database, by URL, into an empty PostgreSQL one; all of it or nothing."""
    from bot.operations import copy_store

    _settings()
    _run(copy_store(Screen(), source, target))


@app.command()
def backup(path: Path) -> None:
    """Save the SQLite database, also while the bot runs: to a new file, or into a folder under a name with the time."""
    from bot.operations import back_up_store

    _run(back_up_store(_settings(), Screen(), path))


@app.command()
def doctor() -> None:
    """Look for what is wrong: settings, database, model, Discord, feeds; each with what to do about it."""
    from bot.operations import examine

    sys.exit(_run(examine(_settings(), Screen())))


@feeds.command("add")
def feed_add(url: str, name: Annotated[str | None, typer.Option(help="What to call it.")] = None, yes: Yes = False) -> None:
    """Follow a feed, or the one behind a page, after a look at it; it serves every server."""
    _feed("add", {"url": url, "name": name}, yes=yes)


@feeds.command("list")
def feed_list(as_json: Json = False) -> None:
    """The operator's feeds and how they do."""
    _feed("list", {}, as_json=as_json)


@feeds.command("show")
def feed_show(feed: FeedName) -> None:
    """How a feed does and what it brought."""
    _feed("show", {"feed": feed})


@feeds.command("pause")
def feed_pause(feed: FeedName) -> None:
    """Poll a feed no more until it is resumed."""
    _feed("pause", {"feed": feed})


@feeds.command("resume")
def feed_resume(feed: FeedName) -> None:
    """Poll a paused or stopped feed again, at once."""
    _feed("resume", {"feed": feed})


@feeds.command("remove")
def feed_remove(feed: FeedName, yes: Yes = False) -> None:
    """Stop following a feed, after a question. What it brought stays."""
    _feed("remove", {"feed": feed}, yes=yes)


@feeds.command("test")
def feed_test(url: str) -> None:
    """Show what a feed would bring, without keeping it."""
    _feed("test", {"url": url})


@feeds.command("import")
def feed_import(
    file: Annotated[Path | None, typer.Argument(help="An OPML file.")] = None,
    starter: Annotated[bool, typer.Option("--starter", help="The starter set: public world news.")] = False,
) -> None:
    """Follow the feeds of an OPML file, or of the starter set; each line has its own outcome."""
    from bot.console import import_feed_list

    if (file is None) is not starter:
        raise typer.BadParameter("give a file or --starter")
    _run(import_feed_list(_settings(), Screen(), file))


@feeds.command("export")
def feed_export(file: Annotated[Path | None, typer.Argument(help="Where to; standard output without it.")] = None) -> None:
    """Write the operator's feeds as OPML."""
    from bot.console import export_feed_list

    _run(export_feed_list(_settings(), Screen(), file))


def _feed(verb: str, options: dict[str, object], *, yes: bool = False, as_json: bool = False) -> None:
    from bot.console import feed_command

    sys.exit(_run(feed_command(_settings(), Screen(), verb, options, yes=yes, as_json=as_json)))


if __name__ == "__main__":
    main()
