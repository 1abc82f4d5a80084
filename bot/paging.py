"""A query over the statements as a value: what its pages and their buttons carry. A new filter is a field here."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Self

from handlers.model import Stance


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
        return json.dumps(self.filters(), sort_keys=True, default=str)

    @property
    def title(self) -> str:
        pair = " → ".join(filter(None, (self.actor, self.counterpart)))
        rest = [pair, self.stance, self.outlet, f"“{self.text}”" if self.text else None]
        days = [f"since {self.since}" if self.since else None, f"until {self.until}" if self.until else None]
        return " · ".join(("Statements", *filter(None, (*rest, *days))))

    def filters(self) -> dict[str, Any]:
        """The filters of `unit.statements.find` and `count`, by name."""
        return asdict(self)
