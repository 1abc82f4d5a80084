"""The commands that a typed line may name: each that can be called, however deep its group, by its whole name."""

import discord
from discord import app_commands

from bot.commands import leaves
from bot.typed import named

Interaction = discord.Interaction[discord.Client]


@app_commands.command(description="Where an actor stands")
async def stance(interaction: Interaction) -> None: ...


watch = app_commands.Group(name="watch", description="What a channel follows")
role = app_commands.Group(name="role", description="Whom an alert calls", parent=watch)


@watch.command(name="add", description="Follow somebody")
async def add(interaction: Interaction) -> None: ...


@role.command(name="set", description="Call a role")
async def set_role(interaction: Interaction) -> None: ...


def test_a_command_is_its_own_leaf_and_a_group_is_none() -> None:
    assert leaves(stance) == [stance]
    assert leaves(watch) == [set_role, add]


def test_a_line_finds_the_same_commands_by_their_whole_names() -> None:
    assert named((stance, watch)) == {"stance": stance, "watch role set": set_role, "watch add": add}
