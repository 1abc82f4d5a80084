"""One table of a data file, read field by field: a value that does not fit is an error that names file and entry.

In: TOML text. Out: `Entry` objects with typed readers. A new kind of field is a method here.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources.abc import Traversable
from typing import cast

from handlers.errors import FormatError

_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A table of `file`; `name` is its heading, for the error messages."""

    file: str
    name: str
    table: dict[str, object]

    def error(self, reason: str) -> FormatError:
        return FormatError(self.file, f"{self.name}: {reason}" if self.name else reason)

    def only(self, known: frozenset[str]) -> None:
        """Refuse every key that nobody reads: it is a spelling mistake."""
        for unknown in sorted(self.table.keys() - known):
            raise self.error(f"unknown key {unknown!r} (known: {', '.join(sorted(known))})")

    def text(self, field: str) -> str | None:
        value = self.table.get(field)
        if value is None or (isinstance(value, str) and value.strip()):
            return value
        raise self.error(f"{field} must be a text, not {value!r}")

    def texts(self, field: str) -> tuple[str, ...]:
        value = self.table.get(field, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in cast("list[object]", value)):
            raise self.error(f"{field} must be a list of texts, not {value!r}")
        return tuple(cast("list[str]", value))

    def number(self, field: str, default: int) -> int:
        value = self.table.get(field, default)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise self.error(f"{field} must be a whole number, not {value!r}")

    def flag(self, field: str) -> bool:
        value = self.table.get(field, False)
        if isinstance(value, bool):
            return value
        raise self.error(f"{field} must be true or false, not {value!r}")

    def tables(self, field: str) -> list["Entry"]:
        """The tables of a list (`offices`), each known by this entry's name."""
        value = self.table.get(field, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in cast("list[object]", value)):
            raise self.error(f"{field} must be a list of tables, not {value!r}")
        return [Entry(self.file, self.name, table) for table in cast("list[dict[str, object]]", value)]

    def heading(self, field: str) -> "Entry":
        """The table [field]; an empty one when the file has none."""
        value = self.table.get(field, {})
        if not isinstance(value, dict):
            raise self.error(f"{field} must be a heading, not {value!r}")
        return Entry(self.file, field, cast("dict[str, object]", value))

    def under(self, field: str) -> list["Entry"]:
        """The tables below a heading: [person."Kofi Annan"] is one under "person"."""
        found: list[Entry] = []
        for name, table in self.heading(field).table.items():
            if not isinstance(table, dict):
                raise self.error(f"{field} {name}: must be a table, not {table!r}")
            found.append(Entry(self.file, name, cast("dict[str, object]", table)))
        return found

    def day(self, field: str, *, last: bool) -> date | None:
        """A day as "2013-08-03", "2013-08" or "2013": the first or the last of its month or year."""
        text = self.text(field)
        if text is None:
            return None
        match = _DAY.fullmatch(text)
        if match is None:
            raise self.error(f"{field} must be a day (2013-08-03, 2013-08 or 2013), not {text!r}")
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            return _day(year or 0, month, day, last=last)
        except ValueError:
            raise self.error(f"{field}: there is no day {text}") from None


def _day(year: int, month: int | None, day: int | None, *, last: bool) -> date:
    if day is not None:
        return date(year, month or 1, day)
    first = date(year, month or (12 if last else 1), 1)
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1) if last else first


def read(file: Traversable) -> Entry:
    """The whole of a TOML file as one entry without a name."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(file.name, f"cannot be read ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise FormatError(file.name, f"is no TOML ({error})") from error
    return Entry(file.name, "", table)
