"""What every command needs to answer a question, and the names it may offer; the same for Discord and the terminal.

A command's answer is `async (desk, asker, **options) -> Reply`; it raises QuestionError for an option that is none.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from rapidfuzz import fuzz

from bot.cards import Reply
from bot.directory import Directory
from bot.heard import Heard
from bot.ingest import Ingest
from bot.phrases import plural
from bot.phrases import since as ago
from bot.pool import Pool
from handlers.actors import Registry
from handlers.errors import QuestionError
from handlers.fetch import Fetcher
from storage import Store, Unit

log = logging.getLogger(__name__)

SUGGESTIONS = 20
MANY = 10_000
REACH_HOLDS = timedelta(minutes=1)
"""Counting more than so many articles takes its time, and one minute's old count of them misleads nobody."""
DAY_FORMATS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and from where. `guild_id` None: a direct message."""

    user_id: int
    channel_id: int
    guild_id: int | None = None
    may_manage: bool = False
    may_moderate: bool = False
    """Manage Messages: corrections of alerts."""
    is_operator: bool = False
    """At the operator's own command line: may see what belongs to any server."""
    may_amend: bool = False
    """The operator, be it in Discord as the owner of the application: may change who is who, for all servers."""


class Answer(Protocol):
    """A command's work, free of Discord."""

    def __call__(self, desk: "Desk", asker: Asker, /, **options: object) -> Awaitable[Reply]: ...


@dataclass(frozen=True, slots=True)
class Topic:
    """One line of /help."""

    name: str
    description: str
    is_managed: bool


@dataclass(slots=True)
class Desk:
    """The parts, built once in `parts.py`."""

    store: Store
    pool: Pool
    fetcher: Fetcher
    ingest: Ingest
    registry: Registry
    now: Callable[[], datetime]
    started_at: datetime
    channel_name: Callable[[int], str] = str
    """A channel's name for the one who reads it; each face has its own."""
    topics: list[Topic] = field(default_factory=list[Topic])
    heard: Heard = field(init=False)
    _registered: Directory | None = None
    _reach: dict[int | None, tuple[datetime, str]] = field(default_factory=dict[int | None, "tuple[datetime, str]"])

    def __post_init__(self) -> None:
        self.heard = Heard(self.store, self.now)

    @property
    def today(self) -> date:
        return self.now().date()

    async def actor(self, text: str, asker: Asker, on: date | None = None) -> str:
        """The canonical name of whoever `text` names; QuestionError offers the nearest names.

        Another name that the operator gave means whom it was given. One that several bear ("Khamenei") is, in this order: who
        bore the office on that day, the one whom the record knows, who holds the office today.
        """
        async with self.store.read() as unit:
            meant = await unit.amendments.meaning(text)
        if meant is not None:
            return meant
        known = self.registry.find(text) or (self.registry.find(text, on) if on else None)
        name = known.name if known else await self._on_record(text, asker)
        if name is None and (holder := self.registry.find(text, self.today)) is not None:
            name = holder.name
        if name is not None:
            return name
        near = {*self.registry.nearest(text, 5), *(n for found in self._directories(asker) for n in found.resembling(text, 2))}
        alike = sorted(near, key=lambda found: -fuzz.ratio(text.casefold(), found.casefold()))[:3]
        hint = f" Did you mean {_either(alike)}?" if alike else ""
        raise QuestionError(f"I know no actor called “{_short(text)}”.{hint}")

    async def maybe_actor(self, text: str | None, asker: Asker, on: date | None = None) -> str | None:
        return None if text is None or not text.strip() else await self.actor(text, asker, on)

    def suggest(self, typed: str, asker: Asker) -> list[str]:
        """Names for autocomplete: from memory, typing mistakes forgiven, at most 20."""
        known = self.registry.find(typed, self.today) if typed.strip() else None
        found = dict.fromkeys([known.name] if known is not None else [])
        directories = self._directories(asker)
        for directory in directories:
            found.update(dict.fromkeys(directory.beginning(typed, SUGGESTIONS)))
        for directory in directories if len(found) < SUGGESTIONS and typed.strip() else ():
            found.update(dict.fromkeys(directory.resembling(typed, SUGGESTIONS)))
        return list(found)[:SUGGESTIONS]

    async def refresh_names(self, guild_id: int | None) -> None:
        """Learn who was heard in what this server may see."""
        await self.heard.refresh(guild_id)

    def freshen(self, guild_id: int | None) -> None:
        """Have the names of a server learnt again in the background when they are old; autocomplete never waits."""
        self.heard.freshen(guild_id)

    def _directories(self, asker: Asker) -> list[Directory]:
        if self._registered is None:
            self._registered = Directory(actor.name for actor in self.registry.actors)
        return [*self.heard.directories(asker.guild_id), self._registered]

    async def _on_record(self, text: str, asker: Asker) -> str | None:
        """Of those who were heard; looked for once more when the name may have come in a moment ago."""
        for is_fresh in (False, True):
            if is_fresh:
                await self.heard.refresh(asker.guild_id)
            for directory in self.heard.directories(asker.guild_id):
                if (name := directory.named(text)) is not None:
                    return name
        return None

    def day(self, text: str | None, option: str) -> date | None:
        """A day as people write it; QuestionError shows how."""
        if text is None or not text.strip():
            return None
        for form in DAY_FORMATS:
            try:
                return datetime.strptime(text.strip(), form).replace(tzinfo=UTC).date()
            except ValueError:
                continue
        raise QuestionError(f"{option}: “{_short(text)}” is not a day. Write it as 2025-02-07 or 7 February 2025.")

    def days(self, since: str | None, until: str | None) -> tuple[date | None, date | None]:
        """The two ends of a span of days; QuestionError when it runs backwards."""
        first, last = self.day(since, "since"), self.day(until, "until")
        if first and last and first > last:
            raise QuestionError(f"since ({first}) is after until ({last}).")
        return first, last

    async def reach(self, unit: Unit, asker: Asker) -> str:
        """What an answer was drawn from and how fresh it is: silence is explained by it."""
        told_at, told = self._reach.get(asker.guild_id, (None, ""))
        if told_at is None or self.now() - told_at > REACH_HOLDS:
            count = await unit.articles.count(asker.guild_id)
            if not count:
                return "Searched 0 articles: nothing has been read yet. An operator adds feeds with /feed add or files."
            outlets = len(await unit.articles.outlets(asker.guild_id))
            told = f"Searched {plural(count, 'article')}" + (f" from {plural(outlets, 'outlet')}" if outlets else "")
            if count > MANY:
                self._reach[asker.guild_id] = (self.now(), told)
        newest_at = await unit.articles.newest_seen_at(asker.guild_id)
        return told + (f", newest read {ago(self.now() - newest_at)}." if newest_at else ".")


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
