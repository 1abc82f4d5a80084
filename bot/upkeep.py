"""The whole record at once, in the terminal: printed (`export`), or made anew from the stored statements (`rebuild`)."""

import sys

from bot.exporting import FIELDS, Format, What, line_of, rows
from bot.parts import opened
from bot.phrases import plural
from bot.settings import Settings
from bot.terminal import Screen


async def export_record(settings: Settings, what: What, form: Format) -> None:
    """One part of the record on standard output."""
    async with opened(settings) as parts, parts.store.read() as unit:
        if form == "csv":
            sys.stdout.write(",".join(FIELDS[what]) + "\n")
        written = line_of(what, form)
        async for row in rows(unit, what, guild_id=None):
            sys.stdout.write(written(row) + "\n")


async def rebuild_record(settings: Settings, screen: Screen) -> None:
    """Every position, shift and family again, some speakers a transaction, so that a running bot goes on meanwhile."""
    count, last = 0, -1
    async with opened(settings) as parts:
        with screen.progress("Rebuilding the record", None) as bar:
            while True:
                async with parts.store.write() as unit:
                    speakers = await unit.positions.speakers(last)
                    count += await unit.positions.rebuild(speakers) if speakers else 0
                if not speakers:
                    break
                last = speakers[-1]
                bar.advance()
    screen.say(f"The record follows from {plural(count, 'statement')}.")
