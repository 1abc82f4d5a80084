"""What positions make of each other, as values: shifts, contradictions, conditions. The rest of the words is in `model.py`."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from handlers.model import Position, Stance

Place = tuple[date | None, int]
"""Where a page of positions or shifts ended: the day and the number of its last position."""


@dataclass(frozen=True, slots=True)
class Shift:
    """Two successive positions of one pair whose stances differ. `held`: the later one is disputed and not decided."""

    before: Position
    after: Position
    held: bool = False

    @property
    def speaker(self) -> str:
        return self.after.speaker

    @property
    def counterpart(self) -> str | None:
        return self.after.counterpart

    @property
    def day(self) -> date:
        if self.after.day is None:
            raise ValueError("a position without a day makes no shift")
        return self.after.day

    @property
    def direction(self) -> Literal["softening", "hardening"]:
        """Up the order of openness is softening."""
        order = tuple(Stance)
        return "softening" if order.index(self.after.stance) > order.index(self.before.stance) else "hardening"


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Source families that report one occasion with stances on both sides. `decided`: the majority's, two families to one."""

    speaker: str
    counterpart: str | None
    day: date
    positions: tuple[Position, ...]
    decided: Stance | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One demand that a speaker makes for talks, however worded, through all positions that state it.

    It stands until the speaker is open without it ("dropped") or refuses ("withdrawn"). `first` and `last` are None where no
    position that states it has a day.
    """

    speaker: str
    counterpart: str | None
    words: str
    first: date | None
    last: date | None
    times: int
    state: Literal["standing", "dropped", "withdrawn"]
    positions: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A position without its words: what a chart is made of."""

    speaker: str
    counterpart: str | None
    stance: Stance
    day: date | None
