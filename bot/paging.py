"""A query over the record as a value: what its pages and their buttons carry. A new filter is a field here."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal, Self

from bot.buttons import OLDER, PageAction, jump_action, page_action
from bot.cards import Button
from handlers.errors import QuestionError
from handlers.model import Stance
from handlers.record import Place
from storage import Unit

Kind = Literal["statements", "timeline", "shifts"]

MOST_QUERIES = 2000
"""Whose pages can still be turned; the oldest are forgotten first."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked, resolved; stored under its key so that a page's buttons still work after a restart."""

    actor: str | None = None
    counterpart: str | None = None
    stance: Stance | None = None
    outlet: str | None = None
    text: str | None = None
    since: date | None = None
    until: date | None = None
    kind: Kind = "statements"

    @property
    def key(self) -> str:
        return hashlib.sha256(self.as_json().encode()).hexdigest()[:20]

    @classmethod
    def from_json(cls, stored: str) -> Self:
        """What `as_json` wrote."""
        kinds: dict[str, Callable[[str], Any]] = {"stance": Stance, "since": date.fromisoformat, "until": date.fromisoformat}
        fields: dict[str, Any] = json.loads(stored)
        return cls(**{name: kinds.get(name, str)(value) for name, value in fields.items() if value is not None})

    def as_json(self) -> str:
        fields = asdict(self) if self.kind != "statements" else self.filters()
        return json.dumps(fields, sort_keys=True, default=str)

    @property
    def pair(self) -> str:
        return " → ".join(filter(None, (self.actor, self.counterpart)))

    @property
    def title(self) -> str:
        rest = [self.pair, self.stance, self.outlet, f"“{self.text}”" if self.text else None]
        days = [f"since {self.since}" if self.since else None, f"until {self.until}" if self.until else None]
        return " · ".join((self.kind.capitalize(), *filter(None, (*rest, *days))))

    def filters(self) -> dict[str, Any]:
        """The filters of `unit.statements.find` and `count`, by name."""
        filters = asdict(self)
        del filters["kind"]
        return filters


async def remember(unit: Unit, query: Query) -> None:
    """Keep it for the buttons of its pages."""
    await unit.facts.set(f"query:{query.key}", query.as_json())
    await unit.facts.prune("query:", MOST_QUERIES)


async def recall(unit: Unit, key: str) -> Query:
    """QuestionError when it is not stored (another database, or forgotten)."""
    stored = await unit.facts.get(f"query:{key}")
    if stored is None:
        raise QuestionError("These pages are gone. Ask again.")
    return Query.from_json(stored)


def place_of(page: PageAction) -> Place | None:
    """Where a page by days begins; None: at the newest."""
    return None if page.before_id == 0 and page.day is None else (page.day, page.before_id)


def place_from(day: date) -> Place:
    """Where a page begins whose first entry is of that day, or of the latest before it."""
    return (day + timedelta(days=1), 0) if day < date.max else (day, 1)


def page_buttons(query: Query, *, is_first: bool, last: Place | None) -> tuple[Button, ...]:
    """`last`: the place of the last entry shown, when more follow."""
    newest = [] if is_first else [Button("Newest", action=page_action(query.key))]
    older = [Button(OLDER, action=page_action(query.key, last[1], last[0]))] if last else []
    jump = [Button("Jump to a day", action=jump_action(query.key))] if newest or older else []
    return (*newest, *older, *(jump if query.kind != "statements" else []))
