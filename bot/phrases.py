"""Days, ages, counts, sources and confidence in words, as every card and reply says them. Pure: today is an argument."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import PurePath
from urllib.parse import urlsplit

from bot.markup import clean
from handlers.language import language_names
from handlers.model import Article, Report, Stance

_ORDINALS = ("zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_OPENNESS = tuple(Stance)
_NAMED_SOURCES = 4
_NAMED_LANGUAGES = 5

CONFIDENCE = {"high": 0.7, "medium": 0.5}
"""From which probability on a reading is called so. Of 100 found in the development articles 86 are right when it is high."""


def weekday_words(on: date) -> str:
    """Wednesday 29 May 2019."""
    return f"{on:%A} {day_words(on)}"


def day_words(on: date) -> str:
    """29 May 2019."""
    return f"{on.day} {on:%B} {on.year}"


def span(days: int) -> str:
    """How long: in days up to a hundred, then in months, then in years."""
    if days < 100:
        return plural(days, "day")
    if days < 730:
        return f"about {plural(round(days / 30.44), 'month')}"
    return f"about {plural(round(days / 365.25), 'year')}"


def ago(on: date, today: date) -> str:
    """How long before today; a day that is still to come (a time zone ahead) counts as today."""
    days = (today - on).days
    if days <= 0:
        return "today"
    return "yesterday" if days == 1 else f"{span(days)} ago"


def since(lapse: timedelta) -> str:
    """How long before now, in the largest unit that fits: "14 min ago"."""
    minutes = int(lapse.total_seconds()) // 60
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    hours = minutes // 60
    return f"{plural(hours, 'hour') if hours < 24 else plural(hours // 24, 'day')} ago"


def plural(count: int, noun: str) -> str:
    """1 day, 2 days, 1,200 days."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def ordinal(number: int) -> str:
    """Third, 11th, 22nd: in words up to ten."""
    if number < len(_ORDINALS):
        return _ORDINALS[number]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def confidence(probability: float) -> str:
    """High, medium or low: a percentage would promise more than the figure holds."""
    word = next((word for word, floor in CONFIDENCE.items() if probability >= floor), "low")
    return f"confidence {word}"


def direction(old: Stance, new: Stance) -> str:
    """Softening goes up the order of openness, hardening down."""
    return "softening" if _OPENNESS.index(new) > _OPENNESS.index(old) else "hardening"


def source(origin: Report | Article) -> str:
    """The outlet by name; without one, the link's host or the file's name."""
    return publisher(origin) or _file(origin.origin) or "unnamed source"


def publisher(origin: Report | Article) -> str | None:
    """Who can be said to report something: the outlet or the link's host, never a file."""
    return clean(origin.outlet or "") or _host(origin.url) or _host(origin.origin)


def sources(reports: Sequence[Report]) -> str:
    """Reuters, Sputnik (2 sources): each outlet once, in the order given."""
    names = list({name.casefold(): name for name in map(source, reversed(reports))}.values())[::-1]
    if len(names) == 1:
        return names[0]
    shown = ", ".join(names[:_NAMED_SOURCES])
    more = f" and {len(names) - _NAMED_SOURCES} more" if len(names) > _NAMED_SOURCES else ""
    return f"{shown}{more} ({plural(len(names), 'source')})"


def _host(url: str | None) -> str | None:
    if not url or not url.lower().startswith(("http://", "https://")):
        return None
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    return clean(host.removeprefix("www.")) if host else None


def _file(origin: str) -> str | None:
    name = clean(PurePath(origin.replace("\\", "/")).name)
    return None if name in ("", "-") else name


def not_analysed(counts: Mapping[str | None, int]) -> str | None:
    """ "3 articles in French, Arabic: not analysed."; None where every article is in English, or too short to tell."""
    foreign = {code: count for code, count in counts.items() if code not in {None, "en"} and count}
    if not foreign:
        return None
    known = [language_names().get(str(code), "another language") for code in sorted(foreign, key=lambda code: -foreign[code])]
    shown = list(dict.fromkeys(known))
    told = ", ".join(shown[:_NAMED_LANGUAGES]) + (" and others" if len(shown) > _NAMED_LANGUAGES else "")
    return f"{plural(sum(foreign.values()), 'article')} in {told}: not analysed."
