"""The questions that are asked all the time walk an index. (Without one, a pair's history took 0.7 s at 300,000 statements.)"""

import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from handlers.model import Stance
from storage import Store, Unit
from storage.articles import Added
from tests.storage_samples import KHAMENEI, SERVER, reading, report, said

STATEMENT = said(Stance.REJECTS, "2025-02-07")
Question = Callable[[Unit], Awaitable[object]]


@contextmanager
def recorded() -> Iterator[list[tuple[str, Any]]]:
    """Every statement that is executed, with its parameters."""
    found: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool) -> None:
        found.append((statement, parameters[0] if many else parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


QUESTIONS: list[tuple[str, Question, list[str]]] = [
    (
        "the newest statements",
        lambda unit: unit.statements.find(guild_id=SERVER),
        ["statement USING INDEX ix_statement_owner (guild_id=? AND is_live=?)"],
    ),
    (
        "an actor's newest",
        lambda unit: unit.statements.find(guild_id=SERVER, actor=KHAMENEI.name),
        ["statement USING INDEX ix_statement_speaker (speaker_id=? AND guild_id=? AND is_live=?)"],
    ),
    (
        "the newest toward somebody",
        lambda unit: unit.statements.find(guild_id=SERVER, counterpart="United States"),
        ["statement USING INDEX ix_statement_counterpart (counterpart_id=? AND guild_id=? AND is_live=?)"],
    ),
    (
        "where an actor stands",
        lambda unit: unit.positions.current([KHAMENEI.name], "United States", guild_id=SERVER),
        [
            "sqlite_autoindex_current_position_1 (guild_id=? AND speaker_id=? AND counterpart_id=?)",
            # A step to the pair's latest day, not a walk through all its days.
            "position USING COVERING INDEX ix_position_pair (guild_id=? AND speaker_id=? AND counterpart_id=? "
            "AND day=? AND is_live=?)",
            "statement USING INDEX ix_statement_position_id_is_live (position_id=?)",
        ],
    ),
    (
        "where an actor stood",
        lambda unit: unit.positions.current([KHAMENEI.name], None, guild_id=SERVER, as_of=date(2025, 3, 1)),
        ["position_1 USING COVERING INDEX ix_position_pair (guild_id=? AND speaker_id=? AND counterpart_id=? AND day<?)"],
    ),
    (
        "an article's record",
        lambda unit: unit.positions.record(Added(1, 1, False), reading(STATEMENT.evidence, STATEMENT)),
        [
            "position USING COVERING INDEX ix_position_pair (guild_id=? AND speaker_id=? AND counterpart_id=?)",
            "statement USING INDEX ix_statement_article_id_is_live (article_id=? AND is_live=?)",
        ],
    ),
    (
        "whether an article is known",
        lambda unit: unit.articles.knows("x", "y", SERVER),
        [
            "article USING INDEX sqlite_autoindex_article_1 (identity=? AND guild_id=?)",
            "revision USING INDEX ix_revision_content_hash (content_hash=?)",
        ],
    ),
    (
        "the alerts that wait",
        lambda unit: unit.alerts.waiting(10),
        ["alert USING INDEX ix_alert_state_id (state=?)"],
    ),
]


@pytest.mark.parametrize(("question", "expected"), [case[1:] for case in QUESTIONS], ids=[case[0] for case in QUESTIONS])
async def test_a_frequent_question_walks_its_index(
    sqlite_template: Path, tmp_path: Path, question: Question, expected: list[str]
) -> None:
    path = tmp_path / "parley.db"
    shutil.copyfile(sqlite_template, path)
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    async with store.write() as unit:
        await report(unit, "1", STATEMENT)
        with recorded() as statements:
            await question(unit)
    await store.close()
    with closing(sqlite3.connect(path)) as raw:
        steps = [row[3] for text, values in statements for row in raw.execute(f"EXPLAIN QUERY PLAN {text}", values)]
    for step in expected:
        assert any(step in found for found in steps), "\n".join(steps)
    big = ("statement", "position", "article", "revision")
    assert not [step for step in steps if step.split()[0] == "SCAN" and step.split()[1] in big]
