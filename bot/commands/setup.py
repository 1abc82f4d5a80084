"""/setup: what a server still needs for its first alert, as a checklist: permissions, feeds, watches, data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from discord import app_commands

from bot.cards import Button, Card, Reply
from bot.commands import AnyCommand
from bot.confirming import offer
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.feeds.transfer import starter
from bot.options import lacks_in, manage_only
from bot.phrases import plural
from bot.respond import asker_of, respond
from handlers.model import Feed, Watch

DONE, OPEN = "✅ Done", "⬜ To do"
"""A word and a shape each."""

Lacks = dict[int, tuple[str, ...]]
"""The permissions that the bot lacks, by channel; none where it may do all that it needs."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the checklist, and what to do about it."""

    name: str
    is_done: bool
    lines: tuple[str, ...]

    def record(self) -> dict[str, object]:
        return {"step": self.name, "done": self.is_done, "lines": list(self.lines)}

    def card(self) -> Card:
        return Card(f"{DONE if self.is_done else OPEN}: {self.name}", lines=self.lines)


async def answer(desk: Desk, asker: Asker, *, lacks: Lacks | None = None) -> Reply:
    """`lacks` None: nobody could look into the channels (a terminal)."""
    manage_only(asker.may_manage)
    async with desk.store.read() as unit:
        feeds = await unit.feeds.list(asker.guild_id)
        watches = [] if asker.guild_id is None else await unit.watches.list(asker.guild_id)
        articles = await unit.articles.count(asker.guild_id)
        reach = await desk.reach(unit, asker)
    own = [feed for feed in feeds if feed.guild_id == asker.guild_id]
    steps = [_feeds(feeds), *([_watches(desk, watches)] if asker.guild_id is not None else []), _data(articles, feeds)]
    if lacks is not None:
        steps.insert(0, _permissions(desk, lacks))
    left = sum(not step.is_done for step in steps)
    head = "Everything is ready." if not left else f"{plural(left, 'step')} left, then alerts come by themselves."
    button = () if own else (await _starter_button(desk, asker),)
    data = tuple(step.record() for step in steps)
    cards = tuple(step.card() for step in steps)
    return Reply("Setup", cards=cards, lines=(head,), footnote=reach, buttons=button, is_private=True, data=data)


async def _starter_button(desk: Desk, asker: Asker) -> Button:
    return await offer(desk, asker, f"Follow the starter set ({plural(len(starter(desk)), 'feed')})", "feed starter", {})


def _permissions(desk: Desk, lacks: Lacks) -> Step:
    lines = [
        f"{desk.channel_name(channel_id)}: missing {', '.join(missing)}." for channel_id, missing in lacks.items() if missing
    ]
    well = [desk.channel_name(channel_id) for channel_id, missing in lacks.items() if not missing]
    if well:
        lines.append(f"I may post in {', '.join(well)}.")
    return Step("permissions where alerts and notices go", not any(lacks.values()), tuple(lines))


def _feeds(feeds: Sequence[Feed]) -> Step:
    own = sum(feed.guild_id is not None for feed in feeds)
    failing = [feed for feed in feeds if feed.last_error and feed.state == "active"]
    if not feeds:
        ways = "/feed add takes the address of a feed or of any news page; the starter set below is world news."
        return Step("a feed to read", False, ("None yet.", ways))
    lines = [f"{plural(len(feeds), 'feed')}: {own} of this server, {len(feeds) - own} of the operator."]
    if failing:
        lines.append(f"{len(failing)} failing now: /feed list says why.")
    return Step("a feed to read", len(failing) < len(feeds), tuple(lines))


def _watches(desk: Desk, watches: Sequence[Watch]) -> Step:
    if not watches:
        way = "In the channel that alerts should go to: /watch add, for instance actor:Iran counterpart:United States."
        return Step("a watch that alerts a channel", False, ("None yet.", way))
    channels = dict.fromkeys(desk.channel_name(watch.channel_id) for watch in watches)
    return Step("a watch that alerts a channel", True, (f"Alerts go to {', '.join(channels)}.",))


def _data(articles: int, feeds: Sequence[Feed]) -> Step:
    if articles:
        return Step("articles on record", True, (f"{plural(articles, 'article')} read. /stance and /statements answer.",))
    way = "A feed is read within minutes of being added." if feeds else "They come with the first feed."
    return Step("articles on record", False, ("None yet.", way))


def commands(desk: Desk) -> Sequence[AnyCommand]:
    @app_commands.command(description="What this server still needs for its first alert", extras={"answer": answer})
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def setup(interaction: Interaction) -> None:
        async def asked() -> Reply:
            asker = asker_of(interaction)
            manage_only(asker.may_manage)
            return await answer(desk, asker, lacks=await _lacks(desk, asker, interaction))

        await respond(interaction, asked(), private=True)

    return (cast("AnyCommand", setup),)


async def _lacks(desk: Desk, asker: Asker, interaction: Interaction) -> Lacks:
    """For every channel that a watch or a feed of this server speaks to; for the one where it is asked if none does."""
    guild_id = asker.guild_id or 0
    async with desk.store.read() as unit:
        watches = await unit.watches.list(guild_id)
        feeds = [feed for feed in await unit.feeds.list(guild_id) if feed.guild_id == guild_id]
    told = [*(watch.channel_id for watch in watches), *(feed.channel_id for feed in feeds if feed.channel_id is not None)]
    return {channel_id: lacks_in(interaction, channel_id) for channel_id in dict.fromkeys(told or [asker.channel_id])}
