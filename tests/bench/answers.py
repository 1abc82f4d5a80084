"""How long the questions behind the answers take on a large record, on both databases.

`python -m tests.bench.answers [STATEMENTS [ACTORS]]`, by default 1,000,000 and 50,000; prints p50 and p99 in milliseconds.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot import charts
from bot.commands.timeline import lanes
from bot.directory import Directory
from bot.pool import Pool
from bot.voices import Hall
from handlers.actors import load_registry
from storage import Store, Unit
from tests.bench.crowd import Crowd, fill_postgres, fill_sqlite
from tests.postgres import Cluster, find_binaries

RUNS = 30
SERVER = 81384788765712384
BUSIEST = "Busiest Person"

Question = Callable[[Unit, str], Awaitable[object]]


async def stance(unit: Unit, name: str) -> object:
    voices = await unit.actors.voices(name, SERVER)
    return await unit.positions.current(voices, None, guild_id=SERVER)


async def stance_as_of(unit: Unit, name: str) -> object:
    voices = await unit.actors.voices(name, SERVER)
    return await unit.positions.current(voices, None, guild_id=SERVER, as_of=charts.date(2015, 1, 1))


async def timeline_page(unit: Unit, name: str) -> object:
    voices = await unit.actors.voices(name, SERVER)
    return await unit.positions.history(voices, None, guild_id=SERVER, limit=5)


async def timeline_marks(unit: Unit, name: str) -> object:
    voices = await unit.actors.voices(name, SERVER)
    return await unit.marks.find(voices, None, guild_id=SERVER)


QUESTIONS: dict[str, Question] = {
    "/stance": stance,
    "/stance as_of": stance_as_of,
    "/timeline page": timeline_page,
    "/timeline marks": timeline_marks,
    "/compare marks": lambda unit, name: unit.marks.find([name, BUSIEST], None, guild_id=SERVER),
    "/statements newest": lambda unit, name: unit.statements.find(guild_id=SERVER, limit=6),
    "/statements actor": lambda unit, name: unit.statements.find(guild_id=SERVER, actor=name, limit=6),
    "/statements count": lambda unit, name: unit.statements.count(guild_id=SERVER, actor=name, most=1001),
    "search common": lambda unit, name: unit.statements.find(guild_id=SERVER, text="talks", limit=6),
    "search common count": lambda unit, name: unit.statements.count(guild_id=SERVER, text="talks", most=1001),
    "search rare": lambda unit, name: unit.statements.find(guild_id=SERVER, text="zebra", limit=6),
    "search rare and common": lambda unit, name: unit.statements.find(guild_id=SERVER, text="talks zebra", limit=6),
    "search common of actor": lambda unit, name: unit.statements.find(guild_id=SERVER, text="talks", actor=name, limit=6),
    "search rare of actor": lambda unit, name: unit.statements.find(guild_id=SERVER, text="zebra", actor=name, limit=6),
    "what was searched": lambda unit, name: unit.articles.outlets(SERVER),
}


async def measure(url: str, crowd: Crowd, label: str) -> None:
    store = await Store.open(url)
    chance = random.Random(7)
    for who in ("busiest", "others"):
        for name, question in QUESTIONS.items():
            times: list[float] = []
            spent: list[float] = []
            for _ in range(RUNS):
                asked = BUSIEST if who == "busiest" else chance.choice(crowd.names)
                async with store.read() as unit:
                    start, began = time.perf_counter(), time.process_time()
                    await question(unit, asked)
                    times.append(1000 * (time.perf_counter() - start))
                    spent.append(1000 * (time.process_time() - began))
            tell(f"{label}, {who}: {name}", times, spent)
    await chart(store, label)
    await store.close()


async def chart(store: Store, label: str) -> None:
    """The marks of the busiest actor, its chart, and the first page of its list."""
    pool = Pool()
    await pool.start_drawing()
    hall = Hall(load_registry(), {}, charts.date(2025, 2, 10))
    times: list[float] = []
    for _ in range(20):
        start = time.perf_counter()
        async with store.read() as unit:
            marks = await unit.marks.find([BUSIEST], None, guild_id=SERVER)
            await unit.positions.history([BUSIEST], None, guild_id=SERVER, limit=5)
        await pool.draw(charts.timeline(BUSIEST, lanes(marks, hall)))
        times.append(1000 * (time.perf_counter() - start))
    tell(f"{label}, busiest: /timeline with its chart, warm ({len(marks):,} positions)", times)
    await pool.close()


def autocomplete(crowd: Crowd) -> None:
    start = time.perf_counter()
    directory = Directory(crowd.names)
    tell("autocomplete: learning all names", [1000 * (time.perf_counter() - start)])
    chance = random.Random(7)
    times: list[float] = []
    for _ in range(10 * RUNS):
        name = chance.choice(crowd.names)
        typed = name[: chance.randint(1, len(name))]
        at = chance.randrange(len(typed))
        mistyped = typed[:at] + chance.choice("abcdefghij") + typed[at + 1 :]
        start = time.perf_counter()
        found = directory.beginning(mistyped, 20)
        if len(found) < 20:
            directory.resembling(mistyped, 20)
        times.append(1000 * (time.perf_counter() - start))
    tell("autocomplete: one key", times)


def tell(what: str, times: list[float], spent: list[float] | None = None) -> None:
    """`spent`: the processor's time of this process, which other work on the machine does not lengthen."""
    own = f"   own p50 {_part(spent, 0.5):7.1f}   p99 {_part(spent, 0.99):7.1f}" if spent else ""
    sys.stdout.write(f"{what:66} p50 {_part(times, 0.5):8.1f}   p99 {_part(times, 0.99):8.1f}{own}  ms\n")
    sys.stdout.flush()


def _part(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


async def main(statements: int, actors: int) -> None:
    crowd = Crowd(statements, actors)
    autocomplete(crowd)
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'parley.db'}"
        await migrate(url)
        start = time.perf_counter()
        fill_sqlite(str(Path(folder) / "parley.db"), crowd)
        tell("SQLite: filling", [1000 * (time.perf_counter() - start)])
        await measure(url, crowd, "SQLite")
    binaries = find_binaries()
    if binaries is None:
        sys.stdout.write("PostgreSQL's server is not installed.\n")
        return
    cluster = Cluster(binaries)
    try:
        url = cluster.url(cluster.create())
        await migrate(url)
        start = time.perf_counter()
        fill_postgres(url, crowd)
        tell("PostgreSQL: filling", [1000 * (time.perf_counter() - start)])
        await measure(url, crowd, "PostgreSQL")
    finally:
        cluster.stop()


async def migrate(url: str) -> None:
    store = await Store.open(url)
    await store.migrate()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(*map(int, [*sys.argv[1:], *("1000000", "50000")[len(sys.argv) - 1 :]])))
