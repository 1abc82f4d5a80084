"""Runs feedparser's own test files, and a seeded mutation of each, through the worker, and prints what became of them.

`python -m tests.feedparser_corpus DIR` (or the .tar.gz of its source distribution, which holds them under tests/).
No test: the files are not ours to ship. Fails when a file crashed, hung or grew the worker.
"""

import asyncio
import random
import sys
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.pool import Pool
from handlers.errors import FormatError
from handlers.model import Document
from tests.test_bot_pool import children

SUFFIXES = (".xml", ".gz", ".z", ".html", ".json")
SEED = 20261124


def files(source: Path) -> Iterator[tuple[str, bytes]]:
    if source.is_dir():
        yield from ((str(path.relative_to(source)), path.read_bytes()) for path in sorted(source.rglob("*")) if path.is_file())
        return
    with tarfile.open(source) as archive:
        for member in archive:
            data = archive.extractfile(member) if member.isfile() and "/tests/" in member.name else None
            if data is not None:
                yield member.name.partition("/tests/")[2], data.read()


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Cut, doubled, overwritten or shuffled at places that the seed decides."""
    if len(data) < 8:
        return data[::-1]
    start, end = sorted(chance.sample(range(len(data)), 2))
    kind = chance.randrange(5)
    if kind == 0:
        return data[:start]
    if kind == 1:
        return data[:end] + data[start:]
    if kind == 2:
        return data[:start] + chance.randbytes(min(end - start, 64)) + data[end:]
    if kind == 3:
        return data.replace(b"<", b"<<", 1 + chance.randrange(5)).replace(b">", b"", 1)
    return data[:start] + b"&#x110000;\0&a;" + data[start:]


async def run(source: Path, console: Console) -> bool:
    chance = random.Random(SEED)
    pool = Pool()
    table = Table("files", "number", "read", "refused", "articles", "killed", "unforeseen", "files/s", "worker MB")
    is_good = True
    found = [(name, data) for name, data in files(source) if name.endswith(SUFFIXES)]
    for label, change in (("as they are", lambda data: data), ("mutated", lambda data: mutated(data, chance))):
        counts: Counter[str] = Counter()
        started = time.monotonic()
        for name, data in found:
            document = Document(change(data), f"https://corpus.example/{name}", datetime(2026, 11, 24, tzinfo=UTC))
            try:
                content = await pool.parse_feed(document)
            except FormatError as error:
                unforeseen = "could not be read" in error.reason
                killed = "takes longer" in error.reason or "ends the process" in error.reason
                counts["unforeseen" if unforeseen else "killed" if killed else "refused"] += 1
                if unforeseen or killed:
                    console.print(f"{label}: {error}")
            else:
                counts["read"] += 1
                counts["articles"] += len(content.articles)
        rate = len(found) / (time.monotonic() - started)
        memory = max((peak_mb(child) for child in children()), default=0.0)
        columns = [counts[name] for name in ("read", "refused", "articles", "killed", "unforeseen")]
        table.add_row(label, str(len(found)), *map(str, columns), f"{rate:.0f}", f"{memory:.0f}")
        is_good = is_good and not counts["killed"] and not counts["unforeseen"]
    await pool.close()
    console.print(table)
    return is_good and bool(found)


def peak_mb(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.feedparser_corpus DIR_OR_SDIST")
    sys.exit(0 if asyncio.run(run(Path(sys.argv[1]), Console())) else 1)
