"""What the documents promise is what the program offers."""

import inspect
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from typer.main import get_command

from bot.__main__ import app
from bot.commands import answer_of, build, leaves
from bot.desk import Desk

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


@pytest.fixture(scope="module")
def commands() -> dict[str, Any]:
    """Every slash command by name, built on a desk that is never asked."""
    nothing = cast("Any", None)
    desk = Desk(nothing, nothing, nothing, nothing, nothing, lambda: datetime.now(UTC), datetime.now(UTC))
    return {leaf.qualified_name: leaf for command in build(desk) for leaf in leaves(command)}


def test_the_table_lists_each_command_once(commands: dict[str, Any]) -> None:
    assert sorted(re.findall(r"^\| `/([a-z ]+)` \|", README, re.MULTILINE)) == sorted(commands)


def test_the_table_says_who_may_use_it(commands: dict[str, Any]) -> None:
    rows = dict(re.findall(r"^\| `/([a-z ]+)` \|.*\| ([^|]+) \|$", README, re.MULTILINE))
    managed = {name for name, leaf in commands.items() if (leaf.root_parent or leaf).default_permissions is not None}
    assert {name for name, who in rows.items() if who == "Manage Server"} == managed


def test_each_command_and_option_is_described(commands: dict[str, Any]) -> None:
    for leaf in commands.values():
        assert 10 <= len(leaf.description) <= 100
        for parameter in leaf.parameters:
            assert 5 <= len(parameter.description) <= 100, (leaf.name, parameter.name)
            assert parameter.description != "…"


def test_each_option_is_one_that_the_answer_takes(commands: dict[str, Any]) -> None:
    for leaf in commands.values():
        taken = inspect.signature(answer_of(leaf)).parameters
        assert {parameter.name for parameter in leaf.parameters} <= set(taken), leaf.qualified_name


def test_the_readme_names_every_subcommand_of_the_command_line() -> None:
    for name in get_command(app).commands:  # pyright: ignore[reportAttributeAccessIssue] # a group
        assert re.search(rf"python -m bot {name}\b|\| {name}\b|{name} \|", README + (ROOT / "CHANGELOG.md").read_text()), name


def test_the_readmes_commands_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
