"""The face without a token: the sample articles become alert cards, then a prompt answers the same slash commands.

It runs the service's own parts on a database of its own that is gone afterwards; only the last step, the drawing, differs.
"""

import sys
import tempfile
from pathlib import Path
from typing import cast

from bot.cards import Reply
from bot.commands import answer_of, build, leaves
from bot.desk import Asker, Desk
from bot.jobs import JobRunner
from bot.parts import Parts, now, opened
from bot.prompt import run_prompt
from bot.settings import Settings
from bot.terminal import Screen
from bot.wording import alert_card
from handlers import files
from handlers.model import Document, Job, Watch

SAMPLES = Path(__file__).parent / "samples"

TERMINAL = Asker(user_id=1, channel_id=1, guild_id=1, may_manage=True)
"""Whoever sits at the terminal: a server of one, whose only channel is the screen."""


async def ask(desk: Desk, name: str, options: dict[str, object], asker: Asker = TERMINAL) -> Reply:
    """Answer a slash command away from Discord. A path given for `file` is read."""
    answers = {leaf.qualified_name: answer_of(leaf) for command in build(desk) for leaf in leaves(command)}
    if isinstance(options.get("file"), str):
        options = {**options, "file": _document(cast("str", options["file"]))}
    return await answers[name](desk, asker, **options)


def _document(path: str) -> Document:
    return files.read(Path(path).expanduser(), now())


async def demonstrate(settings: Settings, screen: Screen) -> None:
    """Print every alert of the samples, then take commands while the input is a terminal."""
    screen.say("No DISCORD_TOKEN: this is what Parley would post of its sample articles (composed, not reporting).")
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        async with opened(settings, url=f"sqlite+aiosqlite:///{folder}/demo.db") as parts:
            count = await _show_alerts(parts, screen)
            screen.say(f"{count} alerts. With a token in .env, the same cards go to Discord; see README.md.")
            if not sys.stdin.isatty():
                return
            screen.say(
                "Ask as in Discord: /stance actor:Iran · /statements stance:conditional · /help. Tab completes, exit ends."
            )
            desk = parts.desk
            desk.channel_name = lambda _: "this terminal"
            await desk.refresh_names(TERMINAL.guild_id)
            await run_prompt(
                lambda name, options: ask(desk, name, options),
                lambda _name, _option, typed: desk.suggest(typed, TERMINAL),
                build(desk),
                screen,
            )


async def _show_alerts(parts: Parts, screen: Screen) -> int:
    watch = Watch(guild_id=1, channel_id=1)
    async with parts.store.write() as unit:
        await unit.watches.add(watch, now())

    async def show(job: Job) -> None:
        async with parts.store.write() as unit:
            alert = await unit.alerts.sending(int(job.args["alert"]), now())
            await unit.alerts.sent(alert.id, alert.id, now())
            before = await unit.positions.before(alert.position, alert.watch.guild_id)
        # The samples are years old; their cards are shown as they would have been then.
        days = [alert.position.day, *(report.published for report in alert.position.reports)]
        then = max((day for day in days if day is not None), default=now().date())
        screen.show_card(alert_card(alert, parts.desk.registry, today=then, before=before))

    runner = JobRunner(parts.store, {"deliver": show}, now)
    paths = sorted(files.find([SAMPLES]))
    with screen.progress("Reading sample articles", len(paths)) as bar:
        for path in paths:
            async for outcome in parts.ingest.paths([path]):
                if outcome.error:
                    screen.fail(outcome.error)
            await runner.drain()
            bar.advance()
    async with parts.store.read() as unit:
        return (await unit.alerts.counts(TERMINAL.guild_id)).get("sent", 0)
