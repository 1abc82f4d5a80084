"""What every command needs to answer a question, and the names it may offer; the same for Discord and the terminal.

A command's answer is `async (desk, asker, **options) -> Reply`; it raises QuestionError for an option that is none.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from rapidfuzz import fuzz, process

from bot.cards import Reply
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
NAMES_HOLD = timedelta(seconds=20)
DAY_FORMATS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%d.%m.%Y")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and from where. `guild_id` None: a direct message."""

    user_id: int
    channel_id: int
    guild_id: int | None = None
    may_manage: bool = False
    is_operator: bool = False
    """At the operator's own command line: may see what belongs to any server."""


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
    _names: dict[int | None, tuple[str, ...]] = field(default_factory=dict[int | None, tuple[str, ...]])
    _learnt_at: dict[int | None, datetime] = field(default_factory=dict[int | None, datetime])
    _learning: set[asyncio.Task[None]] = field(default_factory=set[asyncio.Task[None]])

    @property
    def today(self) -> date:
        return self.now().date()

    async def actor(self, text: str, asker: Asker, on: date | None = None) -> str:
        """The canonical name of whoever `text` names; QuestionError offers the nearest names.

        A name that several bear ("Khamenei") is, in this order: who bore the office on that day, the one whom the record
        knows, who holds the office today.
        """
        names = await self._seen(asker)
        known = self.registry.find(text) or (self.registry.find(text, on) if on else None)
        name = known.name if known else _on_record(text, names)
        if name is None and (holder := self.registry.find(text, self.today)) is not None:
            name = holder.name
        if name is not None:
            return name
        near = {*self.registry.nearest(text, 5), *(n for n, _, _ in process.extract(text, names, limit=2, score_cutoff=70))}
        alike = sorted(near, key=lambda found: -fuzz.ratio(text.casefold(), found.casefold()))[:3]
        hint = f" Did you mean {_either(alike)}?" if alike else ""
        raise QuestionError(f"I know no actor called “{_short(text)}”.{hint}")

    async def maybe_actor(self, text: str | None, asker: Asker, on: date | None = None) -> str | None:
        return None if text is None or not text.strip() else await self.actor(text, asker, on)

    def suggest(self, typed: str, asker: Asker) -> list[str]:
        """Names for autocomplete: from memory, typing mistakes forgiven, at most 20."""
        seen = (*self._names.get(asker.guild_id, ()), *self._names.get(None, ()))
        names = list(dict.fromkeys((*seen, *(actor.name for actor in self.registry.actors))))
        if not typed.strip():
            return names[:SUGGESTIONS]
        known = self.registry.find(typed, self.today)
        first = [known.name] if known is not None else []
        folded = typed.strip().casefold()
        starts = [n for n in names if any(word.startswith(folded) for word in (n.casefold(), *n.casefold().split()))]
        near = process.extract(typed, names, scorer=fuzz.WRatio, limit=SUGGESTIONS, score_cutoff=60)
        return list(dict.fromkeys((*first, *starts, *(name for name, _, _ in near))))[:SUGGESTIONS]

    async def refresh_names(self, guild_id: int | None) -> None:
        """Learn who was heard in what this server may see."""
        async with self.store.read() as unit:
            self._names[guild_id] = tuple(await unit.positions.names(guild_id))
        self._learnt_at[guild_id] = self.now()

    def freshen(self, guild_id: int | None) -> None:
        """Have the names of a server learnt again in the background when they are old; autocomplete never waits."""
        learnt_at = self._learnt_at.get(guild_id)
        if learnt_at is None or self.now() - learnt_at > NAMES_HOLD:
            self._learnt_at[guild_id] = self.now()
            task = asyncio.create_task(self.refresh_names(guild_id), name=f"names of {guild_id}")
            self._learning.add(task)
            task.add_done_callback(self._learnt)

    def _learnt(self, task: asyncio.Task[None]) -> None:
        self._learning.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("names_not_learnt", exc_info=error)

    async def _seen(self, asker: Asker) -> tuple[str, ...]:
        await self.refresh_names(asker.guild_id)
        return self._names[asker.guild_id]

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
        count = await unit.articles.count(asker.guild_id)
        if not count:
            return "Searched 0 articles: nothing has been read yet. An operator adds feeds with /feed add or files."
        outlets = len(await unit.articles.outlets(asker.guild_id))
        named = f" from {plural(outlets, 'outlet')}" if outlets else ""
        newest_at = await unit.articles.newest_seen_at(asker.guild_id)
        age = f", newest read {ago(self.now() - newest_at)}" if newest_at else ""
        return f"Searched {plural(count, 'article')}{named}{age}."


def _on_record(text: str, names: Sequence[str]) -> str | None:
    """The one actor heard in the record whose name, or last name, this is."""
    folded = text.strip().casefold()
    found = [n for n in names if n.casefold() == folded] or [n for n in names if n.casefold().split()[-1] == folded]
    return found[0] if len(found) == 1 else None


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
