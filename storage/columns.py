"""Column types: domain values in, domain values out, the same on SQLite and PostgreSQL.

A type that must look different in the two databases is made here; everything else that differs is in `engine.py`.
"""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Dialect, Integer, literal
from sqlalchemy import Text as PlainText
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean, TypeDecorator

from storage.text import clean

OPERATOR = 0
"""The stored owner of what serves every server. A number, since NULLs are never equal in a unique index."""

Key = BigInteger().with_variant(Integer(), "sqlite")
"""A row's own number. SQLite only counts up by itself in a column called INTEGER."""


class Text(TypeDecorator[str]):
    """Text from outside, made storable on its way in."""

    impl = PlainText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else clean(value)


class Utc(TypeDecorator[datetime]):
    """An instant: aware on both sides, kept in UTC. SQLite has no time zones, so there it is stored without one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value.isoformat()}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Owner(TypeDecorator[int]):
    """Whose a row is: a server's id, or None for the operator."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int:
        return OPERATOR if value is None else value

    def process_result_value(self, value: int | None, dialect: Dialect) -> int | None:
        return value or None


class Json(TypeDecorator[object]):
    """Lists and dictionaries as text. Escaped, so that no character of theirs meets the database."""

    impl = PlainText
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str:
        return json.dumps(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        return None if value is None else json.loads(value)


class HasText(FunctionElement[bool]):
    """`HasText(column, part)`: the part occurs in the column, letter by letter; no wildcards as in LIKE."""

    type = Boolean()
    inherit_cache = True
    name = "has_text"

    def __init__(self, column: ColumnElement[str] | InstrumentedAttribute[str], part: str) -> None:
        super().__init__(column, literal(part, Text()))


@compiles(HasText, "sqlite")
def _instr(element: HasText, compiler: SQLCompiler, **kw: Any) -> str:  # pyright: ignore[reportUnusedFunction] # registered
    return f"(instr({compiler.process(element.clauses, **kw)}) > 0)"


@compiles(HasText, "postgresql")
def _strpos(element: HasText, compiler: SQLCompiler, **kw: Any) -> str:  # pyright: ignore[reportUnusedFunction] # registered
    return f"(strpos({compiler.process(element.clauses, **kw)}) > 0)"


def seen_by(column: InstrumentedAttribute[int | None], guild_id: int | None) -> ColumnElement[bool]:
    """The rows that a server may see: the operator's and its own. None: the operator's only."""
    return column.in_(sorted({OPERATOR, guild_id or OPERATOR}))


def owned_by(column: InstrumentedAttribute[int | None], guild_id: int | None) -> ColumnElement[bool]:
    """The rows of exactly this owner. (`== None` would ask for NULL.)"""
    return column == (guild_id or OPERATOR)
