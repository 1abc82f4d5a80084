"""The record as rows: fields by the schema, cells that are no formulas, and the command line."""

import csv
import io
import json
from importlib import resources
from typing import Any

import jsonschema
import pytest

from bot.exporting import FIELDS, What, cell, line_of, rows
from handlers.model import Stance
from storage import Store
from tests.storage_samples import ROUHANI, report, said

REJECTS, CONDITIONAL, OPEN, _ = Stance
SCHEMA: dict[str, Any] = json.loads(resources.files("bot").joinpath("schema", "record.json").read_text(encoding="utf-8"))


async def made(store: Store, what: What) -> list[dict[str, Any]]:
    async with store.write() as unit:
        await report(
            unit, "1", said(REJECTS, "2025-01-03", direct=True, confidence=0.91234), id="a", url="https://example.org/1"
        )
        await report(unit, "2", said(OPEN, "2025-02-01", scope="missiles"), id="b", title="=HYPERLINK(1)")
        await report(unit, "3", said(REJECTS, "2025-03-01"), outlet="EFE", id="c")
        await report(unit, "4", said(OPEN, "2025-03-01"), outlet="AFP", id="d")
        await report(unit, "5", said(CONDITIONAL, None, speaker=ROUHANI.name, condition="if sanctions go"), id="e")
        return [dict(row) async for row in rows(unit, what, guild_id=None)]


@pytest.mark.parametrize("what", FIELDS)
async def test_rows_follow_the_schema(store: Store, what: What) -> None:
    found = await made(store, what)
    assert found
    for row in found:
        jsonschema.validate(row, {"$ref": f"#/$defs/{what}", **SCHEMA}, format_checker=jsonschema.FormatChecker())
        assert tuple(row) == FIELDS[what]
        assert json.loads(line_of(what, "json")(row)) == row


async def test_positions_and_shifts_as_they_are_printed(store: Store) -> None:
    first = (await made(store, "positions"))[0]
    assert first == {
        "speaker": "Ali Khamenei", "counterpart": "United States", "stance": "rejects", "day": "2025-01-03",
        "first_seen": "2025-02-10T12:00:00+00:00", "articles": ["a"], "sources": ["Reuters"], "restatement": 0,
    }  # fmt: skip
    async with store.read() as unit:
        shifts = [row async for row in rows(unit, "shifts", guild_id=None)]
    assert [(row["from"], row["to"], row["direction"], row["day"], row["held"]) for row in shifts] == [
        ("rejects", "open", "softening", "2025-02-01", False),
        ("open", "rejects", "hardening", "2025-03-01", True),
    ]


async def test_a_statement_carries_its_provenance(store: Store) -> None:
    row = (await made(store, "statements"))[-1]
    assert (row["article"], row["url"], row["revision"], row["confidence"], row["cameo"]) == (
        *("a", "https://example.org/1", 1, 0.912),
        "125",
    )
    assert row["end"] - row["start"] == len(row["evidence"])


@pytest.mark.parametrize("what", FIELDS)
async def test_every_row_is_one_line_of_csv(store: Store, what: What) -> None:
    written = [line_of(what, "csv")(row) for row in await made(store, what)]
    read = list(csv.reader(io.StringIO("\n".join(written))))
    assert all(len(cells) == len(FIELDS[what]) for cells in read)
    assert not [value for cells in read for value in cells if value.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("hostile", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "\r=1"])
def test_a_cell_is_no_formula(hostile: str) -> None:
    assert cell(hostile) == f"'{hostile}"


@pytest.mark.parametrize(("value", "text"), [(None, ""), (True, "true"), (["a", "b"], "a; b"), (3, "3"), ("1=1", "1=1")])
def test_other_cells_stay_as_they_are(value: object, text: str) -> None:
    assert cell(value) == text
