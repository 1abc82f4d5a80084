"""The face without a token: the sample articles become alert cards, then a prompt answers the same slash commands.

It runs the service's own parts on a database of its own that is gone afterwards; only the last step, the drawing, differs.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable
from functools import partial
from pathlib import Path
from typing import cast

from bot.buttons import PageAction
from bot.cards import Reply
from bot.commands import answer_of, build, leaves
from bot.confirming import confirm
from bot.desk import Asker, Desk
from bot.jobs import JobRunner
from bot.notices import NOTICE, Notice, enqueue_notice
from bot.parts import Parts, now, opened, schedule_of
from bot.prompt import run_prompt
from bot.settings import Settings
from bot.terminal import Screen
from bot.turning import page_of
from bot.wording import alert_card
from handlers import files
from handlers.model import Document, Job, Watch

SAMPLES = Path(__file__).parent / "samples"

TERMINAL = Asker(user_id=1, channel_id=1, guild_id=1, may_manage=True, may_amend=True)
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
    """Print every alert of the samples; then, on a terminal, run as the bot would and take its commands at a prompt."""
    screen.say("No DISCORD_TOKEN: this is what Parley would post of its sample articles (composed, not reporting).")
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        async with opened(settings, url=f"sqlite+aiosqlite:///{folder}/demo.db", tell=enqueue_notice) as parts:
            await parts.pool.start()
            runner = JobRunner(
                parts.store, {"deliver": partial(_show, parts, screen), "update": _leave, NOTICE: partial(_notice, screen)}, now
            )
            count = await _read_samples(parts, runner, screen)
            screen.say(f"{count} alerts. With a token in .env, the same cards go to Discord; see README.md.")
            if sys.stdin.isatty():
                await _converse(parts, runner, settings, screen)


async def _converse(parts: Parts, runner: JobRunner, settings: Settings, screen: Screen) -> None:
    screen.say("Ask as in Discord: /stance actor:Iran · /statements stance:conditional · /help. Tab completes, exit ends.")
    desk = parts.desk
    desk.channel_name = lambda _: "this terminal"
    await desk.refresh_names(TERMINAL.guild_id)
    parts.bell.listener = runner.wake
    background = [asyncio.create_task(work) for work in (runner.run(), schedule_of(parts, settings).run())]
    try:
        await run_prompt(
            partial(ask, desk),
            partial(_turn, desk),
            partial(confirm, desk, TERMINAL),
            partial(_suggest, desk),
            build(desk),
            screen,
        )
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)


def _turn(desk: Desk, page: PageAction) -> Awaitable[Reply]:
    return page_of(desk, TERMINAL, page)


def _suggest(desk: Desk, _name: str, option: str, typed: str) -> list[str]:
    desk.freshen(TERMINAL.guild_id)
    return desk.suggest(typed, TERMINAL) if option in {"actor", "counterpart", "first", "second"} else []


async def _show(parts: Parts, screen: Screen, job: Job) -> None:
    """Deliver an alert to the terminal."""
    async with parts.store.write() as unit:
        before = await unit.alerts.get(int(job.args["alert"]))
        if before.state not in {"pending", "sending"}:
            return
        alert = await unit.alerts.sending(before.id, now())
        earlier = await unit.positions.before(alert.position, alert.watch.guild_id)
        await unit.alerts.sent(alert.id, alert.id, now())
    # The samples are years old; their cards are shown as they would have been then.
    days = [alert.position.day, *(report.published for report in alert.position.reports)]
    then = max((day for day in days if day is not None), default=now().date())
    screen.show_card(alert_card(alert, parts.desk.registry, today=then, before=earlier))


async def _notice(screen: Screen, job: Job) -> None:
    screen.show(Notice.of(job).reply)


async def _leave(_job: Job) -> None:
    """What is printed cannot be drawn again; /stance shows it with every outlet."""


async def _read_samples(parts: Parts, runner: JobRunner, screen: Screen) -> int:
    """Read them as a bot with one watch on everything; the number of alerts that this raised."""
    async with parts.store.write() as unit:
        await unit.watches.add(Watch(guild_id=TERMINAL.guild_id or 0, channel_id=TERMINAL.channel_id), now())
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
