"""The slash commands, one file a theme. To add one: a module here with `commands(desk)`; nothing else changes.

Each command's `extras["answer"]` is its work, free of Discord (`bot.desk.Answer`): the terminal calls that.
"""

from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Protocol, cast

from discord import app_commands

from bot.desk import Answer, Desk, Topic

Leaf = app_commands.Command[Any, ..., Any]
AnyCommand = Leaf | app_commands.Group


class Theme(Protocol):
    """What a module of this package offers."""

    def commands(self, desk: Desk) -> Sequence[AnyCommand]: ...


def build(desk: Desk) -> tuple[AnyCommand, ...]:
    """Every command of every module here; also tells the desk what /help may list."""
    themes = [cast("Theme", import_module(f"{__name__}.{module.name}")) for module in iter_modules(__path__)]
    built = tuple(command for theme in themes for command in theme.commands(desk))
    desk.topics = [
        Topic(leaf.qualified_name, leaf.description, _is_managed(leaf)) for command in built for leaf in leaves(command)
    ]
    return built


def leaves(command: AnyCommand) -> list[Leaf]:
    """The commands that can be called: itself, or those of a group."""
    if isinstance(command, app_commands.Command):
        return [command]
    return [leaf for leaf in command.walk_commands() if isinstance(leaf, app_commands.Command)]


def answer_of(command: Leaf) -> Answer:
    return cast("Answer", command.extras["answer"])


def _is_managed(command: Leaf) -> bool:
    root = command.root_parent or command
    return root.default_permissions is not None and root.default_permissions.manage_guild
