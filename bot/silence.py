"""Answers without a statement: what was searched, what is on record beside it, and whom one may have meant."""

from datetime import date

from bot.cards import Reply
from bot.desk import Asker, Desk
from bot.phrases import day_words
from storage import Unit

MOST_NAMES = 5


async def silence(
    desk: Desk, unit: Unit, asker: Asker, name: str, other: str | None, *, title: str, on: date | None = None
) -> Reply:
    """For an actor (toward a counterpart) of whom nothing is on record."""
    toward = f" toward {other}" if other else ""
    until = f" until {day_words(on)}" if on else ""
    lines = [f"No statement by {name}{toward} on negotiating is on record{until}."]
    voices = await unit.actors.voices(name, asker.guild_id)
    elsewhere = await unit.positions.current(voices, None, guild_id=asker.guild_id, as_of=on) if other else []
    if toward_whom := list(dict.fromkeys(p.counterpart for p in elsewhere if p.counterpart)):
        lines.append(f"{name} is on record toward {_listed(toward_whom)}.")
    heard = await unit.statements.find(guild_id=asker.guild_id, counterpart=other, limit=20) if other else []
    spoke = list(dict.fromkeys(report.statement.speaker for report in heard))
    if spoke:
        lines.append(f"Toward {other} spoke {_listed(spoke)}.")
    near = [found for found in desk.suggest(name, asker) if found != name and found not in voices][:3]
    if near and not toward_whom and not spoke:
        lines.append(f"Near: {', '.join(near)}.")
    return Reply(title, lines=tuple(lines), footnote=await desk.reach(unit, asker), is_private=True)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more
