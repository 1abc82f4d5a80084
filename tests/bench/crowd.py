"""A record of any size, made in bulk: `crowd(...)` gives the rows of each table, `fill_sqlite` and `fill_postgres` store them.

One actor in twenty statements is the same, the busiest; the others are as uneven as names in the news. Half of the statements
hold the word "talks", three the word "zebra".
"""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

Rows = Iterator[tuple[Any, ...]]

STANCES = ("rejects", "conditional", "open", "engaged")
OUTLETS = 300
SEEN_AT = datetime(2025, 2, 10, 12, tzinfo=UTC)
FIRST_DAY = date(2005, 1, 1)
REPORTS = 2.5
"""Statements of a position, on average."""
ARTICLE = 3
"""Statements of an article."""
FROM_BUSIEST = 20
COLUMNS = {
    "actor": "id name",
    "profile": "guild_id actor_id kind party aliases offices rank",
    "article": "id guild_id identity content_hash origin outlet title published revision seen_at revised_at is_shadowed",
    "revision": "id article_id number text content_hash seen_at",
    "position": "id guild_id key speaker_id counterpart_id stance day first_seen_at is_live families is_settled holds_since",
    "current_position": "guild_id speaker_id counterpart_id position_id day first_seen_at",
    "statement": "id guild_id article_id revision_id position_id speaker_id counterpart_id stance taken scope condition "
    'evidence "start" "end" direct said_on day confidence seen_at search_text is_live',
}


class Crowd:
    """Deterministic: the same numbers give the same record. Actor 1 is "Busiest Person", who speaks for "Busiest Party"."""

    def __init__(self, statements: int, actors: int) -> None:
        self._chance = random.Random(20261124)
        self.statements, self.actors = statements, actors
        self.names = ["Busiest Person", "Busiest Party", *(self._name(number) for number in range(3, actors + 1))]
        self._words = [f"{self._syllables(2)}{number}" for number in range(5000)]
        count = int(statements / REPORTS)
        self._positions = [self._position(number) for number in range(1, count + 1)]

    def rows(self, table: str) -> Rows:
        return getattr(self, f"_{table}")()

    def _actor(self) -> Rows:
        yield from enumerate(self.names, 1)

    def _profile(self) -> Rows:
        for number in range(1, self.actors + 1):
            party = "Busiest Party" if number <= 12 else None
            yield 0, number, "party" if number == 2 else "person", party, "[]", "[]", 9

    def _article(self) -> Rows:
        for number in range(1, self.statements // ARTICLE + 2):
            day = FIRST_DAY + timedelta(days=number % 7000)
            yield (
                number, 0, f"a{number}", f"h{number}", f"{number}.txt", f"Outlet {number % OUTLETS}", "Title", day, 1,
                SEEN_AT, SEEN_AT, False,
            )  # fmt: skip

    def _revision(self) -> Rows:
        for number in range(1, self.statements // ARTICLE + 2):
            yield number, number, 1, "Text.", f"h{number}", SEEN_AT

    def _current_position(self) -> Rows:
        latest: dict[tuple[int, int], tuple[date, int]] = {}
        for number, (speaker, other, _, day) in enumerate(self._positions, 1):
            latest[speaker, other] = max(latest.get((speaker, other), (date.min, 0)), (day, number))
        for (speaker, other), (day, number) in latest.items():
            yield 0, speaker, other, number, day, SEEN_AT

    def _position_rows(self) -> Rows:
        for number, (speaker, other, stance, day) in enumerate(self._positions, 1):
            yield number, 0, f"k{number}", speaker, other, stance, day, SEEN_AT, True, '["Reuters"]', True, day

    def _statement(self) -> Rows:
        rare = {self.statements // 4, self.statements // 2, self.statements - 5}
        for number in range(1, self.statements + 1):
            at = number % len(self._positions)
            speaker, other, stance, day = self._positions[at]
            words = [*self._chance.choices(self._words, k=10), "talks" if number % 2 else "war"]
            words += ["zebra"] if number in rare else []
            said = " ".join(words)
            article = (number - 1) // ARTICLE + 1
            yield (
                number, 0, article, article, at + 1, speaker, other, stance, stance, None, None, said, 0, len(said), True, day,
                day, 0.8, SEEN_AT, said.replace("talks", "talk"), True,
            )  # fmt: skip

    def _position(self, number: int) -> tuple[int, int, str, date]:
        if number % FROM_BUSIEST == 0:
            speaker, other = 1, 2 + number // FROM_BUSIEST % 40 + 10
        else:
            speaker = 2 + int((self.actors - 2) * self._chance.random() ** 3)
            other = 1 + (speaker + self._chance.randrange(4)) % self.actors
        return speaker, other, self._chance.choice(STANCES), FIRST_DAY + timedelta(days=self._chance.randrange(7300))

    def _name(self, number: int) -> str:
        return f"{self._syllables(2).capitalize()} {self._syllables(3).capitalize()} {number}"

    def _syllables(self, count: int) -> str:
        return "".join(self._chance.choice("bdfgklmnprstvz") + self._chance.choice("aeiou") for _ in range(count))


def fill_sqlite(path: str, crowd: Crowd) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous = OFF")
        triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        for table, columns in COLUMNS.items():
            names = columns.split()
            marks = ", ".join("?" * len(names))
            database.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", map(_plain, _rows(crowd, table)))
        for _, made in triggers:
            database.execute(made)
        database.execute("INSERT INTO statement_search (statement_search) VALUES ('rebuild')")
        database.commit()


def fill_postgres(url: str, crowd: Crowd) -> None:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as database:
        database.execute("DROP INDEX IF EXISTS statement_search")
        for table, columns in COLUMNS.items():
            names = [Identifier(name.strip('"')) for name in columns.split()]
            copy = SQL("COPY {} ({}) FROM STDIN").format(Identifier(table), SQL(", ").join(names))
            with database.cursor().copy(copy) as into:
                for row in _rows(crowd, table):
                    into.write_row(row)
        words = "array_to_tsvector(string_to_array(search_text, ' '))"
        database.execute(SQL("CREATE INDEX statement_search ON statement USING gin ({})").format(SQL(words)))
        database.execute("VACUUM ANALYZE")


def _rows(crowd: Crowd, table: str) -> Rows:
    return crowd.rows("position_rows" if table == "position" else table)


def _plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """As the store's columns keep them in SQLite."""
    return tuple(
        value.replace(tzinfo=None).isoformat(" ", "microseconds")
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else value
        for value in row
    )
