"""A query over the statements as a value: what its pages and their buttons carry."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import TypedDict

from handlers.model import Stance


class Filters(TypedDict):
    """The filters of `unit.statements.find`."""

    actor: str | None
    counterpart: str | None
    stance: Stance | None
    outlet: str | None
    text: str | None
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked, resolved; stored under its key so that a page's buttons still work after a restart."""

    actor: str | None = None
    counterpart: str | None = None
    stance: str | None = None
    outlet: str | None = None
    text: str | None = None
    since: str | None = None
    until: str | None = None

    @property
    def key(self) -> str:
        return hashlib.sha256(self.as_json().encode()).hexdigest()[:20]

    def as_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @property
    def title(self) -> str:
        pair = " → ".join(filter(None, (self.actor, self.counterpart)))
        rest = [pair, self.stance, self.outlet, f"“{self.text}”" if self.text else None]
        days = [f"since {self.since}" if self.since else None, f"until {self.until}" if self.until else None]
        return " · ".join(("Statements", *filter(None, (*rest, *days))))

    def filters(self) -> Filters:
        return {
            "actor": self.actor,
            "counterpart": self.counterpart,
            "stance": Stance(self.stance) if self.stance else None,
            "outlet": self.outlet,
            "text": self.text,
            "since": date.fromisoformat(self.since) if self.since else None,
            "until": date.fromisoformat(self.until) if self.until else None,
        }
