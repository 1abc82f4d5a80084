"""One feed in words: its name as the asker may see it, what ails it, and the card of /feed list and show."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.cards import Card
from bot.desk import Asker, Desk, ago
from bot.phrases import plural
from handlers.model import Feed

_LEADING_ADDRESS = re.compile(r"^https?://\S+: ")
_ADDRESS = re.compile(r"https?://[^\s:]\S*[^\s:]")

STATES = {"active": "active", "paused": "paused", "gone": "stopped: its server says that it is gone for good"}


def is_own(feed: Feed, asker: Asker) -> bool:
    """Whether the asker may know its address and change it."""
    return feed.guild_id == asker.guild_id if asker.guild_id is not None else asker.is_operator


def label(feed: Feed, asker: Asker) -> str:
    """A feed's name. The address of an operator's feed may hold a key, so servers see no more of it than its host."""
    may_know = asker.is_operator or feed.guild_id is not None
    return feed.name or (feed.url if may_know else urlsplit(feed.url).hostname or "a feed")


def trouble(feed: Feed) -> str | None:
    """Why it fails, without its address, nor any other where that may hold a key of the operator's."""
    if feed.last_error is None:
        return None
    reason = _LEADING_ADDRESS.sub("", feed.last_error)
    return _ADDRESS.sub("another address", reason) if feed.guild_id is None else reason


def soon(wait: timedelta) -> str:
    """How long until then: "in 14 min"."""
    minutes = round(wait.total_seconds() / 60)
    if minutes < 1:
        return "within a minute"
    return f"in {minutes} min" if minutes < 100 else f"in {plural(round(minutes / 60), 'hour')}"


def listed(desk: Desk, asker: Asker, feed: Feed) -> Card:
    """Short: whose it is, when it was checked, what ails it."""
    address = [feed.url] if asker.is_operator or feed.guild_id is not None else []
    return Card(
        f"{feed.id} · {label(feed, asker)}",
        lines=(*address, f"{_owner(feed)} · {_checked(feed, desk.now())}", *_ailing(desk, feed)),
    )


def shown(desk: Desk, asker: Asker, feed: Feed, articles: int, statements: int) -> Card:
    """Everything that a person may want to know about it."""
    card = listed(desk, asker, feed)
    due = [f"Next check {soon(feed.next_poll_at - desk.now())}{_pace(feed)}."] if _is_due(feed) and feed.next_poll_at else []
    where = (
        f"Told when it fails: {desk.channel_name(feed.channel_id)}."
        if feed.channel_id is not None
        else "Nobody is told when it fails but the operator, by /status and the log."
    )
    brought = f"{plural(articles, 'article')}, {plural(statements, 'statement')} on record."
    return Card(card.heading, lines=(*card.lines, *due, brought, where))


def record(feed: Feed) -> dict[str, object]:
    """For `--json`."""
    return {
        "id": feed.id,
        "name": feed.name,
        "url": feed.url,
        "state": feed.state,
        "last_check": feed.last_polled_at.isoformat() if feed.last_polled_at else None,
        "next_check": feed.next_poll_at.isoformat() if feed.next_poll_at and _is_due(feed) else None,
        "failures": feed.failures,
        "error": trouble(feed),
    }


def _is_due(feed: Feed) -> bool:
    return feed.state == "active"


def _owner(feed: Feed) -> str:
    return "this server's" if feed.guild_id is not None else "the operator's, serves every server"


def _checked(feed: Feed, now: datetime) -> str:
    when = f"checked {ago(now - feed.last_polled_at)}" if feed.last_polled_at else "not checked yet"
    return when if feed.state == "active" else f"{STATES[feed.state]} · {when}"


def _ailing(desk: Desk, feed: Feed) -> tuple[str, ...]:
    if feed.last_error is None or feed.state != "active":
        return (f"Last answer: {trouble(feed)}.",) if feed.last_error else ()
    due = f"; next try {soon(feed.next_poll_at - desk.now())}" if feed.next_poll_at else ""
    return (f"Failing ({feed.failures}×): {trouble(feed)}{due}.",)


def _pace(feed: Feed) -> str:
    return f", about every {max(1, round(feed.interval_s / 60))} min" if feed.interval_s else ""
