"""What a button carries: an action written into its custom id, or a link that Discord accepts.

`evidence:17` opens statement 17; on the message of alert 4 it is `evidence:17:alert:4`, which also tells, after a crash, which
alert a message is. `page:<query key>:<id>:<day>` turns pages, `jump:<query key>` asks for a day, `timeline:<position id>`
follows a pair, `wrong:<statement id>:<reason>` reports a statement, `mute:<alert id>` keeps a pair out of a channel. To add an
action: a pattern, a format and a parser here, and its `DynamicItem` in `pages.py`, whose template is the pattern.
"""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import SplitResult, quote, urlsplit

OLDER = "Older"
"""The label of the button to the next page of older ones."""

MAX_ACTION = 100
MAX_LINK = 512

# 18 digits always fit into a database's 64-bit integer; whoever writes a longer one by hand gets no answer.
_ID = "[1-9][0-9]{0,17}"
EVIDENCE = re.compile(rf"evidence:(?P<statement>{_ID})(?::alert:(?P<alert>{_ID}))?")
_KEY = "[0-9a-f]{1,64}"
PAGE = re.compile(rf"page:(?P<key>{_KEY}):(?P<before>0|{_ID})(?::(?P<day>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}))?")
JUMP = re.compile(rf"jump:(?P<key>{_KEY})")
WRONG = re.compile(rf"wrong:(?P<statement>{_ID})(?::(?P<reason>[a-z]{{1,20}}))?")
MUTE = re.compile(rf"mute:(?P<alert>{_ID})")
TIMELINE = re.compile(rf"timeline:(?P<position>{_ID})")

_URL_SAFE = "%/:?#@!$&'()*+,;=-._~"
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EvidenceAction:
    """Show a statement in its text; `alert_id` when the button sits on an alert."""

    statement_id: int
    alert_id: int | None = None


@dataclass(frozen=True, slots=True)
class PageAction:
    """Show the page of a stored query that comes after a place: an id, and the day where the pages go by days.

    Neither: the first page.
    """

    key: str
    before_id: int = 0
    day: date | None = None


def evidence_action(statement_id: int, alert_id: int | None = None) -> str:
    return f"evidence:{statement_id}" + ("" if alert_id is None else f":alert:{alert_id}")


def page_action(key: str, before_id: int = 0, day: date | None = None) -> str:
    return f"page:{key}:{before_id}" + (f":{day.isoformat()}" if day else "")


def jump_action(key: str) -> str:
    return f"jump:{key}"


def timeline_action(position_id: int) -> str:
    return f"timeline:{position_id}"


def wrong_action(statement_id: int, reason: str | None = None) -> str:
    return f"wrong:{statement_id}" + (f":{reason}" if reason else "")


def mute_action(alert_id: int) -> str:
    return f"mute:{alert_id}"


def parse_wrong(custom_id: str) -> tuple[int, str | None] | None:
    """The statement that is wrong, and in what, once that is said."""
    match = WRONG.fullmatch(custom_id)
    return (int(match["statement"]), match["reason"]) if match else None


def parse_mute(custom_id: str) -> int | None:
    """The alert whose pair its channel is to hear nothing of."""
    match = MUTE.fullmatch(custom_id)
    return int(match["alert"]) if match else None


def parse_evidence(custom_id: str) -> EvidenceAction | None:
    """Read an evidence action; None for whatever Parley did not write."""
    match = EVIDENCE.fullmatch(custom_id)
    if match is None:
        return None
    return EvidenceAction(int(match["statement"]), int(match["alert"]) if match["alert"] else None)


def parse_page(custom_id: str) -> PageAction | None:
    """Read a page action; None for whatever Parley did not write."""
    match = PAGE.fullmatch(custom_id)
    if match is None:
        return None
    try:
        day = date.fromisoformat(match["day"]) if match["day"] else None
    except ValueError:
        return None
    return PageAction(match["key"], int(match["before"]), day)


def parse_jump(custom_id: str) -> str | None:
    """The key of the query in which to jump."""
    match = JUMP.fullmatch(custom_id)
    return match["key"] if match else None


def parse_timeline(custom_id: str) -> int | None:
    """The position whose pair to follow."""
    match = TIMELINE.fullmatch(custom_id)
    return int(match["position"]) if match else None


def alert_in(custom_id: str) -> int | None:
    """Which alert the message with this button shows, if any."""
    action = parse_evidence(custom_id)
    return None if action is None else action.alert_id


def safe_link(url: str | None) -> str | None:
    """Give the URL as Discord takes it in a link button: http or https, a named host, at most 512 characters.

    One refused link refuses the whole message, so a doubtful one is left out.
    """
    if not url or any(char.isspace() or not char.isprintable() for char in url):
        return None
    try:
        parts = urlsplit(url)
        host, port = _ascii_host(parts), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or parts.username is not None or not _HOST.fullmatch(host):
        return None
    netloc = host if port is None else f"{host}:{port}"
    link = quote(parts._replace(netloc=netloc).geturl(), safe=_URL_SAFE)
    return link if len(link) <= MAX_LINK else None


def _ascii_host(parts: SplitResult) -> str:
    return (parts.hostname or "").encode("idna").decode("ascii")
