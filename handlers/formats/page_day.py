"""The day on which a page says that it was published: its metadata, its address, or a visible publishing line.

Clocks in page heads, dates of other articles, days of an update and days that the text tells about are none of these.
"""

import html
import re
from collections.abc import Mapping
from datetime import date, datetime

from handlers.formats.entry import EARLIEST, believable, day_of
from handlers.formats.fields import AHEAD
from handlers.formats.marks import Marks

_EDIT_WORDS = re.compile(r"\b(?:updated?|modified|edited)\b", re.I)
_AMBIGUOUS = re.compile(r"\b(0?[1-9]|1[0-2])[/-](0?[1-9]|1[0-2])[/-](?:19|20)\d\d\b")


def published_on(marks: Marks, url: str | None, fetched_at: datetime) -> date | None:
    """None when the page does not say. A day more than two days after the fetch is none."""
    for item in marks.news:
        day = believable(day_of(str(item.get("datePublished"))), fetched_at)
        if day:
            return day
    metas = "".join(f"<meta {_written(attributes)}>" for attributes in marks.metas)
    day = _search(f"<html><head>{metas}</head><body><p></p></body></html>", url, fetched_at)
    return day or next((day for line in marks.lines if (day := _day_of_line(line, fetched_at))), None)


def _day_of_line(line: str, fetched_at: datetime) -> date | None:
    """The day in a line such as "Published 7 February 2025, updated …"; None for 02/07/2025, which names two days."""
    words = _EDIT_WORDS.split(line, maxsplit=1)[0]
    numbers = _AMBIGUOUS.search(words)
    if len(words) < 6 or (numbers and int(numbers.group(1)) != int(numbers.group(2))):
        return None
    text = html.escape(words)
    return _search(f'<html><head></head><body><p class="published date">{text}</p></body></html>', None, fetched_at)


def _search(markup: str, url: str | None, fetched_at: datetime) -> date | None:
    # Imported here: it costs half a second, which only the processes that parse pages should pay.
    from htmldate import find_date

    found = find_date(
        markup,
        extensive_search=False,
        original_date=True,
        url=url,
        min_date=EARLIEST.isoformat(),
        max_date=(fetched_at.date() + AHEAD).isoformat(),
    )
    return day_of(found)


def _written(attributes: Mapping[str, str]) -> str:
    return " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items())
