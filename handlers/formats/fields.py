"""What a file says about its article (front matter, keys of an article object) → typed values.

A value that makes no sense is left unknown and remarked upon; the article itself is not lost for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import PurePath
from urllib.parse import urlsplit

AHEAD = timedelta(days=2)
"""So far after the fetch may a day of publication lie. Time zones explain one."""


@dataclass(frozen=True, slots=True)
class Fields:
    id: str | None
    url: str | None
    outlet: str | None
    title: str | None
    published: date | None
    remarks: tuple[str, ...] = ()


def read_fields(values: Mapping[str, object], fetched_at: datetime) -> Fields:
    """Keys other than the five are ignored, empty ones too. A day may be of any age, for archives have old articles."""
    remarks: list[str] = []
    return Fields(
        id=_line(values.get("id")),
        url=_url(values.get("url"), remarks),
        outlet=_line(values.get("outlet")),
        title=_line(values.get("title")),
        published=_day(values.get("published"), fetched_at, remarks),
        remarks=tuple(remarks),
    )


def web_address(url: str | None) -> str | None:
    """`url` when it is an absolute http or https address, else None."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.hostname else None


def suffix_of(origin: str) -> str:
    """Of a file's name or an address, lower case; ".txt" also for "a.txt.gz", since it is read unpacked."""
    path = PurePath(urlsplit(origin).path if web_address(origin) else origin)
    return (path.with_suffix("") if path.suffix.lower() == ".gz" else path).suffix.lower()


def _line(value: object) -> str | None:
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    return " ".join(str(value).split()) or None


def _url(value: object, remarks: list[str]) -> str | None:
    line = _line(value)
    url = web_address(line)
    if line and url is None:
        remarks.append(f"url is not a web address: {line[:80]!r}; left out")
    return url


def _day(value: object, fetched_at: datetime, remarks: list[str]) -> date | None:
    line = _line(value)
    if line is None:
        return None
    try:
        day = datetime.fromisoformat(line).date()
    except ValueError:
        remarks.append(f"published is not a day such as 2019-05-29: {line[:80]!r}; taken as unknown")
        return None
    if day > fetched_at.date() + AHEAD:
        remarks.append(f"published {day} lies in the future; taken as unknown")
        return None
    return day
