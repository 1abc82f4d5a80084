"""/watch add, list, remove: what a channel is alerted of. Management: Manage Server, in servers only."""

from collections.abc import Sequence
from dataclasses import replace

import discord
from discord import app_commands

from bot import phrases
from bot.cards import Card, Reply
from bot.commands import AnyCommand
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.options import STANCES, check_channel, manage_only, names_for
from bot.respond import asker_of, respond
from handlers.errors import NotFound, QuestionError
from handlers.model import AlertOn, Stance, Watch

MOST_WATCHES = 200
"""For one server: each new position is compared with every watch."""

ALERT_ON: dict[AlertOn, str] = {
    "position": "every position",
    "shift": "only shifts",
}
CONFIDENCE: dict[str, float] = {"any": 0.0, "medium": phrases.CONFIDENCE["medium"], "high": phrases.CONFIDENCE["high"]}


def describe(watch: Watch) -> str:
    """The watch in words: "Iran → anyone · rejects, open · only a change of stance"."""
    parts = [f"{watch.actor or 'anyone'} → {watch.counterpart or 'anyone'}"]
    if watch.stances:
        parts.append(", ".join(watch.stances))
    parts.append(ALERT_ON[watch.alert_on])
    if watch.min_confidence:
        parts.append(
            f"confidence {next(name for name, value in CONFIDENCE.items() if value == watch.min_confidence)} or better"
        )
    if watch.min_outlets > 1:
        parts.append(f"once {watch.min_outlets} outlets report it")
    return " · ".join(parts)


async def add(
    desk: Desk,
    asker: Asker,
    *,
    channel: int | None = None,
    actor: str | None = None,
    counterpart: str | None = None,
    stance: str | None = None,
    alert_on: AlertOn = "position",
    min_confidence: str = "high",
    min_outlets: int = 1,
    role: int | None = None,
) -> Reply:
    """`channel` and `role` are ids; without a channel the one where it is asked."""
    manage_only(asker.may_manage)
    guild_id = _server(asker)
    watch = Watch(
        guild_id,
        channel or asker.channel_id,
        actor=await desk.maybe_actor(actor, asker),
        counterpart=await desk.maybe_actor(counterpart, asker),
        stances=(Stance(stance),) if stance else (),
        alert_on=alert_on,
        min_confidence=CONFIDENCE[min_confidence],
        min_outlets=min_outlets,
        role_id=role,
        created_by=asker.user_id,
    )
    if watch.actor is not None and watch.actor == watch.counterpart:
        raise QuestionError(f"actor and counterpart are both {watch.actor}: nobody negotiates with themselves.")
    async with desk.store.write() as unit:
        known = await unit.watches.list(guild_id)
        same = next((other for other in known if _follows_same(watch, other)), None)
        if same is not None:
            raise QuestionError(f"That channel has this watch already, number {same.id}: {describe(same)}.")
        if len(known) >= MOST_WATCHES:
            raise QuestionError(f"This server has {len(known)} watches, the most it may have. Remove one with /watch remove.")
        stored = await unit.watches.add(watch, desk.now())
        reach = await desk.reach(unit, asker)
    lines = (describe(stored), f"Number {stored.id}. Alerts start with the next article; /stance shows what is on record.")
    return Reply("Watch added", lines=lines, footnote=reach, is_private=True)


async def list_watches(desk: Desk, asker: Asker) -> Reply:
    manage_only(asker.may_manage)
    async with desk.store.read() as unit:
        watches = await unit.watches.list(_server(asker))
    if not watches:
        return Reply("Watches", lines=("None in this server. Add one with /watch add.",), is_private=True)
    cards = tuple(Card(f"{watch.id} · {describe(watch)}", lines=(_where(desk, watch),)) for watch in watches)
    return Reply(f"Watches ({len(watches)})", cards=cards, is_private=True)


async def remove(desk: Desk, asker: Asker, *, watch: int) -> Reply:
    manage_only(asker.may_manage)
    guild_id = _server(asker)
    async with desk.store.write() as unit:
        try:
            known = await unit.watches.get(watch, guild_id)
        except NotFound as error:
            numbers = ", ".join(str(w.id) for w in await unit.watches.list(guild_id)) or "none"
            raise QuestionError(f"This server has no watch number {watch}. It has: {numbers}.") from error
        await unit.watches.remove(watch, guild_id)
    return Reply("Watch removed", lines=(describe(known),), is_private=True)


def _server(asker: Asker) -> int:
    if asker.guild_id is None:
        raise QuestionError("Watches belong to a server's channels. Ask in a server that has added me.")
    return asker.guild_id


def _follows_same(one: Watch, other: Watch) -> bool:
    """Alike but for their number and their maker."""
    return replace(one, id=None, created_by=None) == replace(other, id=None, created_by=None)


def _where(desk: Desk, watch: Watch) -> str:
    return f"in {desk.channel_name(watch.channel_id)}" + (", pings a role" if watch.role_id else "")


def commands(desk: Desk) -> Sequence[AnyCommand]:
    group = app_commands.Group(
        name="watch",
        description="What this server's channels are alerted of",
        default_permissions=discord.Permissions(manage_guild=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )
    on_choices = [app_commands.Choice(name=words, value=value) for value, words in ALERT_ON.items()]
    confidence_choices = [app_commands.Choice(name=name, value=name) for name in CONFIDENCE]

    @group.command(name="add", description="Alert a channel when a position is taken", extras={"answer": add})
    @app_commands.describe(
        channel="Where alerts go; this channel if left out",
        actor="Whose positions: a person, or a party with all its voices",
        counterpart="Toward whom",
        stance="Only this stance",
        alert_on="Every position on a new day, or only a change of stance",
        min_confidence="How sure the reading must be; high if left out",
        min_outlets="Wait until this many outlets report it",
        role="A role to ping",
    )
    @app_commands.autocomplete(actor=names_for(desk), counterpart=names_for(desk))
    @app_commands.choices(stance=STANCES, alert_on=on_choices, min_confidence=confidence_choices)
    async def add_command(
        interaction: Interaction,
        channel: discord.TextChannel | discord.Thread | None = None,
        actor: str | None = None,
        counterpart: str | None = None,
        stance: str | None = None,
        alert_on: str = "position",
        min_confidence: str = "high",
        min_outlets: app_commands.Range[int, 1, 10] = 1,
        role: discord.Role | None = None,
    ) -> None:
        asker = asker_of(interaction)
        manage_only(asker.may_manage)
        channel_id = channel.id if channel else asker.channel_id
        check_channel(interaction, channel_id)
        if role is not None and role.is_default():
            raise QuestionError("I never ping everyone. Choose a role that people joined for these alerts.")
        asked = add(
            desk,
            asker,
            channel=channel_id,
            actor=actor,
            counterpart=counterpart,
            stance=stance,
            alert_on="shift" if alert_on == "shift" else "position",
            min_confidence=min_confidence,
            min_outlets=min_outlets,
            role=role.id if role else None,
        )
        await respond(interaction, asked, private=True)

    @group.command(name="list", description="The watches of this server", extras={"answer": list_watches})
    async def list_command(interaction: Interaction) -> None:
        await respond(interaction, list_watches(desk, asker_of(interaction)), private=True)

    @group.command(name="remove", description="Stop a watch", extras={"answer": remove})
    @app_commands.describe(watch="The watch's number, as /watch list shows it")
    async def remove_command(interaction: Interaction, watch: app_commands.Range[int, 1]) -> None:
        await respond(interaction, remove(desk, asker_of(interaction), watch=watch), private=True)

    @remove_command.autocomplete("watch")
    async def watches(interaction: Interaction, typed: str) -> list[app_commands.Choice[int]]:
        async with desk.store.read() as unit:
            known = await unit.watches.list(asker_of(interaction).guild_id or 0)
        labels = [(f"{watch.id} · {describe(watch)}"[:100], watch.id or 0) for watch in known]
        fitting = [(label, number) for label, number in labels if typed.casefold() in label.casefold()]
        return [app_commands.Choice(name=label, value=number) for label, number in fitting[:25]]

    # discord.py registers both by decoration.
    del add_command, list_command, watches
    return (group,)
