"""The record as rows: what `python -m bot export` and /export give out, one object a line or one line of CSV.

The fields are those of `schema/record.json`, which ships with the package; a field is added in both.
"""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import date
from typing import Literal

from handlers.model import Position, Report, Stance
from handlers.record import Condition, Contradiction, Shift
from storage import Unit

What = Literal["positions", "shifts", "contradictions", "conditions", "statements"]
Format = Literal["json", "csv"]
Row = Mapping[str, object]

PAGE = 200
"""Rows read at a time: a whole record need not fit into memory."""
CAMEO = {Stance.REJECTS: "125", Stance.CONDITIONAL: "050", Stance.OPEN: "036", Stance.ENGAGED: "046"}
"""The nearest event codes: rejects a proposal to negotiate; cooperates, not specified; expresses intent to; negotiates."""
FIELDS: Mapping[What, tuple[str, ...]] = {
    "positions": ("speaker", "counterpart", "stance", "day", "first_seen", "articles", "sources", "restatement"),
    "shifts": ("speaker", "counterpart", "from", "to", "direction", "day", "held"),
    "contradictions": ("speaker", "counterpart", "day", "articles", "decided"),
    "conditions": ("speaker", "counterpart", "words", "first", "last", "times", "state"),
    "statements": (
        *("speaker", "counterpart", "stance", "scope", "condition", "evidence", "direct", "said_on", "article", "outlet"),
        *("title", "url", "published", "start", "end", "revision", "confidence", "backend", "cameo", "first_seen"),
    ),
}
_RISKY = ("=", "+", "-", "@", "\t", "\r")


def article_of(report: Report) -> str:
    """The article's id in its input, else where it came from."""
    return report.input_id or report.origin


def articles_of(positions: Iterable[Position]) -> list[str]:
    return sorted({article_of(report) for position in positions for report in position.reports})


def position_row(position: Position) -> Row:
    return {
        "speaker": position.speaker,
        "counterpart": position.counterpart,
        "stance": position.stance.value,
        "day": _iso(position.day),
        "first_seen": position.first_seen_at.isoformat(),
        "articles": articles_of([position]),
        "sources": list(position.sources),
        "restatement": position.restatements,
    }


def shift_row(shift: Shift) -> Row:
    return {
        "speaker": shift.speaker,
        "counterpart": shift.counterpart,
        "from": shift.before.stance.value,
        "to": shift.after.stance.value,
        "direction": shift.direction,
        "day": _iso(shift.day),
        "held": shift.held,
    }


def contradiction_row(found: Contradiction) -> Row:
    return {
        "speaker": found.speaker,
        "counterpart": found.counterpart,
        "day": _iso(found.day),
        "articles": articles_of(found.positions),
        "decided": found.decided.value if found.decided else None,
    }


def condition_row(condition: Condition) -> Row:
    return {
        "speaker": condition.speaker,
        "counterpart": condition.counterpart,
        "words": condition.words,
        "first": _iso(condition.first),
        "last": _iso(condition.last),
        "times": condition.times,
        "state": condition.state,
    }


def statement_row(report: Report) -> Row:
    """One statement with all that is needed to check it."""
    said = report.statement
    return {
        "speaker": said.speaker,
        "counterpart": said.counterpart,
        "stance": said.stance.value,
        "scope": said.scope,
        "condition": said.condition,
        "evidence": said.evidence,
        "direct": said.direct,
        "said_on": _iso(said.said_on),
        "article": article_of(report),
        "outlet": report.outlet,
        "title": report.title,
        "url": report.url,
        "published": _iso(report.published),
        "start": said.start,
        "end": said.end,
        "revision": report.revision,
        "confidence": round(said.confidence, 3),
        "backend": report.backend,
        "cameo": CAMEO[said.stance],
        "first_seen": report.seen_at.isoformat(),
    }


async def rows(unit: Unit, what: What, *, guild_id: int | None) -> AsyncIterator[Row]:
    """The whole record of one kind as a server sees it; days in order, statements newest first."""
    match what:
        case "positions":
            async for row in _positions(unit, guild_id):
                yield row
        case "shifts":
            for shift in reversed([shift async for shift in _shifts(unit, guild_id)]):
                yield shift_row(shift)
        case "contradictions":
            for found in reversed([found async for found in _contradictions(unit, guild_id)]):
                yield contradiction_row(found)
        case "conditions":
            for condition in reversed(await unit.conditions.find(None, None, guild_id=guild_id)):
                yield condition_row(condition)
        case "statements":
            async for row in _statements(unit, guild_id):
                yield row


async def _positions(unit: Unit, guild_id: int | None) -> AsyncIterator[Row]:
    place = None
    while page := await unit.positions.history(None, None, guild_id=guild_id, newest_first=False, limit=PAGE, before=place):
        for position in page:
            yield position_row(position)
        place = (page[-1].day, page[-1].id)


async def _shifts(unit: Unit, guild_id: int | None) -> AsyncIterator[Shift]:
    place = None
    while page := await unit.shifts.find(None, None, guild_id=guild_id, limit=PAGE, before=place):
        for shift in page:
            yield shift
        place = (page[-1].day, page[-1].after.id)


async def _contradictions(unit: Unit, guild_id: int | None) -> AsyncIterator[Contradiction]:
    place = None
    while page := await unit.contradictions.find(None, None, guild_id=guild_id, limit=PAGE, before=place):
        for found in page:
            yield found
        place = (page[-1].day, page[-1].positions[0].id)


async def _statements(unit: Unit, guild_id: int | None) -> AsyncIterator[Row]:
    before_id = None
    while page := await unit.statements.find(guild_id=guild_id, limit=PAGE, before_id=before_id):
        for report in page:
            yield statement_row(report)
        before_id = page[-1].id


def line_of(what: What, form: Format) -> Callable[[Row], str]:
    """How a row is written, without the line's end."""
    return (lambda row: json.dumps(row, ensure_ascii=False)) if form == "json" else (lambda row: csv_line(row, FIELDS[what]))


def csv_line(row: Row, fields: Iterable[str]) -> str:
    """Cells that a spreadsheet would take for a formula begin with an apostrophe; lists are joined with "; "."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cell(row[name]) for name in fields)
    return line.getvalue()


def cell(value: object) -> str:
    if isinstance(value, list):
        value = "; ".join(str(part) for part in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] # of text
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}" if text.lstrip().startswith(_RISKY) or text.startswith(_RISKY) else text


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
