"""What operators run beside the service: a backup, a copy into PostgreSQL, a look at what is wrong."""

from datetime import datetime
from pathlib import Path

from bot.doctor import findings
from bot.parts import now
from bot.settings import Settings
from bot.terminal import Screen
from storage import back_up, copy_database


async def back_up_store(settings: Settings, screen: Screen, path: Path) -> None:
    """Into a file, or into a folder under a name with the time."""
    target = _file(path, now())
    size = await back_up(settings.database_url, target)
    screen.say(f"Backed up to {target} ({size / 1_000_000:.1f} MB).")


async def copy_store(screen: Screen, source: str, target: str) -> None:
    """Nothing is kept in the target unless every row arrived."""
    with screen.progress("Copying rows") as bar:
        counts = await copy_database(source, target, bar.advance)
    told = ", ".join(f"{name} {count:,}" for name, count in counts.items() if count)
    screen.say(f"Copied {sum(counts.values()):,} rows and counted them again: {told or 'an empty database'}.")
    screen.say("Set DATABASE_URL to the copy before the next start; the SQLite file stays as it is.")


async def examine(settings: Settings, screen: Screen) -> int:
    """1 when anything is at fault."""
    faults = 0
    async for finding in findings(settings):
        faults += finding.fix is not None
        (screen.say if finding.fix is None else screen.warn)(finding.line)
    return 1 if faults else 0


def _file(path: Path, moment: datetime) -> Path:
    return path / f"parley-{moment:%Y%m%d-%H%M%S}.db" if path.is_dir() else path
