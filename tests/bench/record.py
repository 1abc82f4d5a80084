"""`python -m tests.bench.record`: how fast the record is rebuilt, and what one more article costs, on both databases.

Prints statements a second by the clock and by processor time, since a shared machine tells little by the clock.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.model import Article, Reading, Stance, Statement
from handlers.provenance import provenance
from storage import Store
from storage.engine import open_database
from storage.tables import ActorRow, ArticleRow, RevisionRow, StatementRow
from tests.postgres import Cluster, find_binaries
from tests.storage_samples import NOW

WORDS = (
    *("talks", "door", "table", "terms", "border", "ceasefire", "envoy", "meeting", "letter", "council", "sanctions", "ready"),
    *("refuse", "never", "once", "until", "river", "plan", "offer", "mediator", "winter", "capital", "people", "answer"),
)
FIRST = date(2015, 1, 1)
ACTORS = 400
BUSIEST = 0.2
"""Share of all statements that one pair made."""


async def fill(connection: AsyncConnection, count: int) -> None:
    """Articles of one statement each, one in five without a day. Fresh tables count their rows from 1."""
    random = Random(7)
    await connection.execute(insert(ActorRow), [{"name": f"Actor {n}"} for n in range(1, ACTORS + 1)])
    articles: list[dict[str, Any]] = []
    revisions: list[dict[str, Any]] = []
    statements: list[dict[str, Any]] = []
    for number in range(1, count + 1):
        day = FIRST + timedelta(days=random.randrange(3650))
        speaker, other = (1, 2) if random.random() < BUSIEST else (random.randrange(1, ACTORS), ACTORS)
        stance = random.choice(list(Stance))
        evidence = " ".join(random.choices(WORDS, k=random.randrange(5, 25)))
        said_on = day if random.random() < 0.8 else None
        seen = {"seen_at": NOW, "guild_id": None}
        articles.append(
            {"identity": f"a{number}", "content_hash": f"h{number}", "origin": "bench", "revision": 1, **seen}
            | {
                "revised_at": NOW,
                "family": f"Outlet {number % 50}",
                "outlet": f"Outlet {number % 50}",
                "published": day,
                "sketch": [],
            }
        )
        revisions.append({"article_id": number, "number": 1, "text": evidence, "content_hash": "h", "seen_at": NOW})
        statements.append(
            {"article_id": number, "revision_id": number, "speaker_id": speaker, "counterpart_id": other, **seen}
            | {"stance": stance.value, "taken": stance.value, "evidence": evidence, "start": 0, "end": len(evidence)}
            | {"direct": True, "said_on": said_on, "day": said_on, "confidence": 0.9, "search_text": evidence}
        )
    for table, values in ((ArticleRow, articles), (RevisionRow, revisions), (StatementRow, statements)):
        for at in range(0, len(values), 5000):
            await connection.execute(insert(table), values[at : at + 5000])
    await connection.exec_driver_sql("ANALYZE")  # as a server does by itself


async def rebuild(store: Store) -> int:
    count, last = 0, -1
    while True:
        async with store.write() as unit:
            speakers = await unit.positions.speakers(last)
            if not speakers:
                return count
            count += await unit.positions.rebuild(speakers)
            last = speakers[-1]


async def one_more(store: Store, number: int) -> None:
    """An article of the busiest pair, on a day in the middle of its history."""
    day = FIRST + timedelta(days=1800 + number)
    text = f"We are ready to sit down at any table and at any hour, he said for the {number}th time."
    said = Statement(
        "Actor 1", "Actor 2", list(Stance)[number % 4], text, 0, len(text), said_on=FIRST + timedelta(days=1800 + number)
    )
    article = Article(text, "bench", f"more {number}", outlet="Echo", published=day)
    async with store.write() as unit:
        added = await unit.articles.add(
            article, f"more {number}", f"more {number}", guild_id=None, feed_id=None, language="en", seen_at=NOW
        )
        if added is not None:
            await unit.positions.record(added, Reading((said,), provenance=provenance(article)))


async def measure(name: str, url: str, count: int) -> None:
    store = await Store.open(url)
    await store.migrate()
    database = open_database(url)
    async with database.transaction("write") as connection:
        await fill(connection, count)
    for what in ("from nothing", "again, nothing to write"):
        clock, cpu = time.perf_counter(), time.process_time()
        done = await rebuild(store)
        clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
        tell(f"{name}: rebuild {what}: {done / clock:,.0f} statements a second ({done / cpu:,.0f} by processor time)")
    times: list[float] = []
    for number in range(40):
        begun = time.perf_counter()
        await one_more(store, number)
        times.append(1000 * (time.perf_counter() - begun))
    busiest = f"a pair of {BUSIEST * count:,.0f} statements"
    tell(f"{name}: one more article about {busiest}: median {sorted(times)[20]:.0f} ms, slowest {max(times):.0f} ms")
    await database.close()
    await store.close()


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=20_000)
    count = parser.parse_args().statements
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure("SQLite", f"sqlite+aiosqlite:///{Path(folder) / 'parley.db'}", count))
    if binaries := find_binaries():
        cluster = Cluster(binaries)
        try:
            asyncio.run(measure("PostgreSQL", cluster.url(cluster.create()), count))
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
