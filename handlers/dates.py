"""Words such as "on Wednesday" come in, with the day from which they were written; the day that they mean goes out.

A week, a month or "recently" is not a day: the answer is None, as it is where nothing fixes the year. Never today by default.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = {name: number for number, name in enumerate(_WEEKDAYS)}
_SHORT = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_MONTHS = {name: number for names in (_SHORT, _LONG) for number, name in enumerate(names, start=1)} | {"sept": 9}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = "(?:" + "|".join(_DAYS) + ")"
AHEAD = 150
"""A day of the year that lies at most so many days ahead is a plan, not a memory of last year."""
_EXPRESSION = re.compile(
    rf"""\b(?:
        (?P<iso>\d{{4}}-\d\d-\d\d)
      | (?P<day1>\d{{1,2}})(?:st|nd|rd|th)?\ (?:of\ )?(?P<month1>{_MONTH})(?:,?\ (?P<year1>\d{{4}}))?
      | (?P<month2>{_MONTH})\ (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\ (?P<year2>\d{{4}}))?
      | (?P<next>(?:next|this\ coming|coming|until|by|from|for|every|each)\ {_DAY})
      | (?P<week>{_DAY})(?:\ (?:of\ )?last\ week|\ a\ week\ ago)\b
      | (?P<last>last\ )?(?P<weekday>{_DAY})\b(?!\ (?:week|next|last|before|of\ (?:next|last|the)|a\ week)|[’']s)
      | (?P<yesterday>yesterday|last\ night)
      | (?P<today>today|tonight|this\ (?:morning|afternoon|evening)|earlier\ today|earlier\ in\ the\ day|later\ in\ the\ day)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_FULL = rf"""(?:
        (?P<iso>\d{{4}}-\d\d-\d\d)
      | (?P<day1>\d{{1,2}})\s(?P<month1>{_MONTH}),?\s(?P<year1>\d{{4}})
      | (?P<month2>{_MONTH})\s(?P<day2>\d{{1,2}}),?\s(?P<year2>\d{{4}})
    )\b"""
_STAMP = re.compile(
    rf"\s*(?:date:?\s+|published:?\s+|updated:?\s+)?(?:{_DAY},?\s+)?{_FULL}",
    re.IGNORECASE | re.VERBOSE,
)
_DATELINE = re.compile(
    rf"^\s*(?:[^\W\d_][\w.’'-]*\ ?){{1,4}}(?:/[\w\ ]{{2,30}})?(?:\([^()\n]{{2,40}}\)\ ?)?,?\ (?:{_DAY},?\ )?{_FULL}"
    r"\ ?(?:\([^()\n]{2,40}\)\ ?)?[:—–-]",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_ENTRY = re.compile(
    rf"""\W{{0,3}}(?:{_DAY},?\ )?(?:
        (?P<iso>\d{{4}}-\d\d-\d\d)
      | (?P<day1>\d{{1,2}})(?:st|nd|rd|th)?\ (?P<month1>{_MONTH})(?:,?\ (?P<year1>\d{{4}}))?
      | (?P<month2>{_MONTH})\ (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\ (?P<year2>\d{{4}}))?
    )(?=[.:,–—-]|\ [–—-])""",
    re.IGNORECASE | re.VERBOSE,
)
DATELINE_WITHIN = 1500
LONGEST_SIGNATURE = 80
"""Characters: a longer line that ends in a date is a sentence."""
_SIGNED = re.compile(
    rf"\s*(?!(?:last\s)?(?:updated|published|posted|modified)|{_DAY})(?:[^\W\d_][\w.’'-]*,?\s){{1,5}}{_FULL}\.?\s*$",
    re.IGNORECASE | re.VERBOSE,
)


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _calendar_day(groups: dict[str, str | None], seen_from: date | None) -> date | None:
    """Read a written-out date; without a year it is the latest such day on or before `seen_from`."""
    if groups["iso"]:
        return _iso(groups["iso"])
    day, month = groups["day1"] or groups["day2"], groups["month1"] or groups["month2"]
    if not day or not month or month[0].islower():
        return None
    number, year = _MONTHS[month.casefold().rstrip(".")], groups["year1"] or groups["year2"]
    if year:
        return _safe(int(year), number, int(day))
    if seen_from is None:
        return None
    found = _safe(seen_from.year, number, int(day))
    if found is None or found <= seen_from:
        return found
    return None if (found - seen_from).days < AHEAD else _safe(seen_from.year - 1, number, int(day))


def _weekday(name: str, last: bool, seen_from: date) -> date:
    back = (seen_from.weekday() - _DAYS[name.casefold()]) % 7
    return seen_from - timedelta(days=7 if last and back == 0 else back)


def _weekday_before(name: str, ago: bool, seen_from: date) -> date:
    """ "On Thursday last week" counts from this week's Monday, "on Thursday a week ago" from its latest such day."""
    if ago:
        return _weekday(name, False, seen_from) - timedelta(days=7)
    return seen_from - timedelta(days=seen_from.weekday() + 7 - _DAYS[name.casefold()])


def _meaning(match: re.Match[str], seen_from: date | None) -> date | None:
    groups = match.groupdict()
    calendar_day = _calendar_day(groups, seen_from)
    if calendar_day is not None or seen_from is None or groups["next"]:
        return calendar_day
    if groups["week"]:
        return _weekday_before(groups["week"], "week ago" in match.group().casefold(), seen_from)
    if groups["weekday"]:
        return _weekday(groups["weekday"], groups["last"] is not None, seen_from)
    if groups["yesterday"]:
        return seen_from - timedelta(days=1)
    return seen_from if groups["today"] else None


_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
COUNT = "(?:" + "|".join(_COUNTS) + ")"
_PART = "(?:day|morning|afternoon|evening|night)"
_STEP = re.compile(
    rf"""\b(?:
        (?P<same>(?:the|that)\ (?:very\ )?same\ {_PART}|that\ {_PART}|(?:earlier|later)\ (?:in|on)\ that\ {_PART})
      | (?P<later>{COUNT})\ days?\ later
      | (?P<earlier>{COUNT})\ days?\ (?:earlier|before(?!\ [a-z]))
      | (?P<next>the\ (?:next|following)\ {_PART}|the\ {_PART}\ after(?!\ [a-z]))
      | (?P<before>the\ (?:previous\ {_PART}|{_PART}\ before(?!\ [a-z])))
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


class DayWords(NamedTuple):
    """Words that fix a day, with their half-open offsets."""

    start: int
    end: int
    day: date


def find_days(text: str, seen_from: date | None) -> list[DayWords]:
    """List the words that fix a day. Days after `seen_from` are plans, and left out."""
    found = [(match.start(), match.end(), _meaning(match, seen_from)) for match in _EXPRESSION.finditer(text)]
    return [
        DayWords(start, end, day) for start, end, day in found if day is not None and (seen_from is None or day <= seen_from)
    ]


def days_in(count: str) -> timedelta:
    """Read a count of days ("a", "two")."""
    return timedelta(days=_COUNTS[count.casefold()])


def find_steps(text: str, since: date, seen_from: date | None) -> list[DayWords]:
    """List the words that count from a day told before ("the same day", "a day later", "the night before")."""
    found: list[DayWords] = []
    for match in _STEP.finditer(text):
        groups = match.groupdict()
        days = _COUNTS[groups["later"].casefold()] if groups["later"] else 1 if groups["next"] else 0
        days -= _COUNTS[groups["earlier"].casefold()] if groups["earlier"] else 1 if groups["before"] else 0
        day = since + timedelta(days=days)
        if seen_from is None or day <= seen_from:
            found.append(DayWords(match.start(), match.end(), day))
    return found


def entry_day(line: str, seen_from: date | None) -> date | None:
    """Read the day with which an entry of a chronology opens ("24 November. Vucic says …")."""
    match = _ENTRY.match(line)
    return _calendar_day(match.groupdict(), seen_from) if match else None


def leading_day(line: str) -> date | None:
    """Read the publishing day with which a page's line opens ("date 2019-05-29", "May 22, 2018 at 7:30 a.m. EDT")."""
    match = _STAMP.match(line)
    return _calendar_day(match.groupdict(), None) if match else None


def dateline_day(text: str) -> date | None:
    """Read the day of an article's dateline ("LUSAKA, 14 January 2026 —")."""
    match = _DATELINE.search(text[:DATELINE_WITHIN])
    return _calendar_day(match.groupdict(), None) if match else None


def signed_day(line: str) -> date | None:
    """Read the day with which a paper is signed ("Done at Kidal, 31 January 2013")."""
    match = _SIGNED.match(line) if len(line) < LONGEST_SIGNATURE else None
    return _calendar_day(match.groupdict(), None) if match else None
