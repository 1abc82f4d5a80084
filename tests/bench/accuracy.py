"""Measures what /accuracy publishes: `python -m tests.bench.accuracy GOLD.jsonl ... > bot/data/accuracy.json`.

Run it when the reading changes; precision and recall of whole triples (speaker, counterpart, stance), by the annotation
guide's rules, for each stance and for each word by which cards tell their confidence.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from bot.phrases import confidence
from bot.pool import Pool
from bot.records import statement_record
from handlers.model import Document, Stance
from handlers.stance.scoring import score
from tests.storage_samples import NOW

Rows = list[dict[str, Any]]
BANDS = ("high", "medium", "low")


def counted(gold: Rows, found: dict[str, Rows]) -> dict[str, int]:
    triple = score(gold, found).levels["triple"]
    return {"hit": triple.hit, "found": triple.found, "gold": triple.gold}


def of_stance(rows: Rows, stance: str) -> Rows:
    return [row for row in rows if row["stance"] == stance]


async def measure(paths: list[str]) -> dict[str, object]:
    gold: Rows = []
    found: dict[str, Rows] = {}
    pool = Pool()
    for path in map(Path, paths):
        data = path.read_bytes()
        gold += [json.loads(line) for line in data.decode().splitlines() if line.strip()]
        for article in (await pool.parse(Document(data, str(path), NOW))).articles:
            reading = await pool.read(article)
            found[str(article.id)] = [statement_record(statement) for statement in reading.statements]
    await pool.close()
    bands = {
        band: {name: [row for row in rows if confidence(row["confidence"]).endswith(band)] for name, rows in found.items()}
        for band in BANDS
    }
    stances = {
        stance.value: counted(
            [{**row, "statements": of_stance(row["statements"], stance)} for row in gold],
            {name: of_stance(rows, stance) for name, rows in found.items()},
        )
        for stance in Stance
    }
    return {
        "articles": len(gold),
        "files": [Path(path).name for path in paths],
        "all": counted(gold, found),
        "stances": stances,
        "confidence": {band: counted(gold, rows) for band, rows in bands.items()},
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(measure(sys.argv[1:])), indent=2) + "\n")
