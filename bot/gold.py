"""`score`: a gold file in, the figures of the current backend on it out."""

import json
import sys
from pathlib import Path
from typing import Any, cast

from bot.console import write_line
from bot.parts import now, worker_pool
from bot.records import article_record
from bot.settings import Settings
from bot.terminal import Screen
from handlers import files
from handlers.errors import FormatError
from handlers.stance.scoring import Figures, Level, Row, score

Objects = list[dict[str, Any]]


async def score_gold(settings: Settings, screen: Screen, gold: Path, *, as_json: bool, errors: int) -> None:
    """Read every article of a gold file and compare with its labels. FormatError when it is no gold file."""
    document = files.read(gold, now())
    rows = _rows(gold, document.data)
    predicted: dict[str, Objects] = {}
    async with worker_pool(settings) as pool:
        await pool.start()
        parsed = await pool.parse(document)
        with screen.progress("Reading gold articles", len(parsed.articles)) as bar:
            for article in parsed.articles:
                record = article_record(article, await pool.read(article))
                predicted[str(article.id)] = cast("Objects", record["statements"])
                bar.advance()
    figures = score(rows, predicted)
    if as_json:
        write_line(_record(figures))
        return
    told = figures.lines() + [_of_stance(name, level) for name, level in figures.by_stance.items()]
    for label, found in (("MISSED", figures.missed), ("EXTRA", figures.extra)):
        told += [_described(label, article_id, row) for article_id, row in found[:errors]]
    # Unwrapped, so that the columns stand and another program can read them.
    sys.stdout.write("\n".join(told) + "\n")


def _rows(path: Path, data: bytes) -> Objects:
    rows: Objects = []
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise FormatError(str(path), f"line {number} is not JSON ({error})") from error
        if not isinstance(row, dict) or not isinstance(cast("dict[str, Any]", row).get("statements"), list):
            raise FormatError(str(path), f"line {number} has no list of statements: not a gold file")
        rows.append(cast("dict[str, Any]", row))
    return rows


def _record(figures: Figures) -> dict[str, object]:
    return {
        **{name: _level(level) for name, level in figures.levels.items()},
        "stances": {name: _level(level) for name, level in figures.by_stance.items()},
        "stance_accuracy": figures.stance_accuracy,
        "date_accuracy": figures.date_accuracy,
        "false_alarm_articles": f"{figures.false_alarms}/{figures.quiet}",
        "confusion": {f"{gold}->{found}": n for (gold, found), n in sorted(figures.confusion.items()) if gold != found},
    }


def _level(level: Level) -> dict[str, float]:
    shares = {"precision": round(level.precision, 4), "recall": round(level.recall, 4), "f1": round(level.f1, 4)}
    return {**shares, "hit": level.hit, "found": level.found, "gold": level.gold}


def _of_stance(name: str, level: Level) -> str:
    return (
        f"{name:11} precision {level.precision:.3f}  recall {level.recall:.3f}  F1 {level.f1:.3f}  "
        f"({level.hit} of {level.gold} gold, {level.found} found)"
    )


def _described(label: str, article_id: str, row: Row) -> str:
    return f"{label} {article_id}: {row.speakers[0]} → {row.counterpart or '?'} {row.stance}: {row.spans[0][:160]!r}"
