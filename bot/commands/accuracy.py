"""/accuracy: how often the reading is right, measured on labelled articles and shipped with the code."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, cast

from discord import app_commands

from bot.cards import LOOKS, Reply
from bot.commands import AnyCommand
from bot.desk import Asker, Desk
from bot.errors import Interaction
from bot.phrases import plural
from bot.respond import asker_of, respond
from handlers.model import Stance

FEW = 20
"""Fewer cases make a share that says little; the line says so."""


@cache
def measured() -> dict[str, Any]:
    """What `python -m tests.bench.accuracy` measured last."""
    return cast("dict[str, Any]", json.loads((files("bot") / "data" / "accuracy.json").read_text(encoding="utf-8")))


async def answer(desk: Desk, asker: Asker) -> Reply:
    told = measured()
    stances = [(f"{LOOKS[stance].shape} {stance}", told["stances"][stance.value]) for stance in Stance]
    bands = [(f"confidence {band}", told["confidence"][band]) for band in ("high", "medium", "low")]
    lines = (
        f"Measured on {plural(told['articles'], 'labelled article')}. A statement counts as right only when speaker, "
        "counterpart and stance all are.",
        f"All: {_words(told['all'])}",
        *(f"{name}: {_words(counts)}" for name, counts in stances),
        *(f"{name}: {_right(counts)}" for name, counts in bands),
        "The reading was tuned on part of these articles, so expect less of others.",
        "Read the words, and click Article before you quote. Wrong? Right-click the message: Report this alert.",
    )
    told_of = (("all", told["all"]), *stances, *bands)
    data: tuple[dict[str, object], ...] = tuple({"of": name, **counts} for name, counts in told_of)
    async with desk.store.read() as unit:
        reach = await desk.reach(unit, asker)
        reported = await unit.complaints.count(asker.guild_id, of_all=asker.is_operator)
    lines += (f"Readers reported {plural(reported, 'statement')} as wrong{'' if asker.is_operator else ' here'}.",)
    return Reply("Accuracy", lines=lines, footnote=reach, data=data)


def _words(counts: dict[str, int]) -> str:
    found = f"of 100 that exist {_share(counts['hit'], counts['gold'])} are found"
    return f"{_right(counts)}; {found}"


def _right(counts: dict[str, int]) -> str:
    few = f" (only {counts['found']} cases)" if counts["found"] < FEW else ""
    return f"of 100 found {_share(counts['hit'], counts['found'])} are right{few}"


def _share(part: int, whole: int) -> str:
    return str(round(100 * part / whole)) if whole else "–"


def commands(desk: Desk) -> Sequence[AnyCommand]:
    @app_commands.command(description="How often the reading is right, by stance and confidence", extras={"answer": answer})
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def accuracy(interaction: Interaction) -> None:
        await respond(interaction, answer(desk, asker_of(interaction)))

    return (cast("AnyCommand", accuracy),)
