"""`python -m tests.record_scores GOLD`: ingest each thread into a fresh record and print how its export agrees with the gold.

The figures are those of `score_record.py`, which lies beside the gold file. `--errors N` lists misses and extras.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.exporting import What, rows
from handlers import formats
from handlers.model import Article, Document, Reading
from handlers.provenance import provenance
from storage import Store

SEEN_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
LISTS: tuple[What, ...] = ("positions", "shifts", "contradictions", "conditions")

Reader = Callable[[Article], Reading]


def articles_of(objects: Iterable[dict[str, Any]]) -> list[Article]:
    """Article objects as ingest would take them."""
    lines = "\n".join(json.dumps(each) for each in objects)
    return list(formats.parse(Document(lines.encode(), "thread.jsonl", SEEN_AT)).articles)


async def record_of(store: Store, articles: Iterable[Article], read: Reader) -> dict[str, list[Any]]:
    """The four lists of a record made of these articles in this order."""
    for number, article in enumerate(articles):
        reading = read(article)
        told = replace(reading, provenance=provenance(article))
        async with store.write() as unit:
            added = await unit.articles.add(
                article, f"{article.id}", f"{article.id} {number}", guild_id=None, feed_id=None, language="en", seen_at=SEEN_AT
            )
            if added is not None:
                await unit.positions.record(added, told)
    async with store.read() as unit:
        return {what: [row async for row in rows(unit, what, guild_id=None)] for what in LISTS}


async def predicted(threads: Iterable[dict[str, Any]], read: Reader) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for thread in threads:
        with tempfile.TemporaryDirectory() as folder:
            store = await Store.open(f"sqlite+aiosqlite:///{folder}/parley.db")
            await store.migrate()
            found.append({"id": thread["id"], **await record_of(store, articles_of(thread["articles"]), read)})
            await store.close()
    return found


def figures(gold: Path, threads: list[dict[str, Any]], found: list[dict[str, Any]], *options: str) -> str:
    """What the gold's own script prints for these threads."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("gold.jsonl", "found.jsonl")]
        for path, lines in zip(paths, (threads, found), strict=True):
            path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        command = [sys.executable, str(gold.parent / "score_record.py"), *map(str, paths), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--threads", nargs="*", help="ids; all by default")
    options = parser.parse_args()
    from handlers.extract import Extractor

    threads = [json.loads(line) for line in options.gold.read_text(encoding="utf-8").splitlines()]
    threads = [thread for thread in threads if not options.threads or thread["id"] in options.threads]
    found = asyncio.run(predicted(threads, Extractor().read))
    sys.stdout.write(figures(options.gold, threads, found, "--errors", str(options.errors)))


if __name__ == "__main__":
    main()
