"""The voices of a party: who ranks before whom on a day, and in one sentence where they agree and where they differ.

Never one averaged label: each voice keeps its own stance, its office and the day of its words.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby

from bot.phrases import day_words
from handlers.actors import Registry
from handlers.model import Actor, Position, Stance

DOES = {
    Stance.REJECTS: "rejects talks",
    Stance.CONDITIONAL: "sets a condition",
    Stance.OPEN: "is open to talks",
    Stance.ENGAGED: "is engaged in talks",
}
MOST_VOICES = 4
"""In one sentence; the cards below it show all."""
FINAL = 10
"""Whoever has the final word: the first of the ranks of `handlers.model.Actor`, times ten."""
_OWN = 35
"""The party's own voice ("Iran said"): behind its leaders and ministers, before its spokesmen."""
_FORMER = 60
"""Behind everybody in office: a former leader does not outrank a spokesman of today."""
_UNKNOWN = 90


class Hall:
    """Whoever speaks for a party, as the registry and then the record know them, on one day."""

    def __init__(self, registry: Registry, known: Mapping[str, Actor], on: date) -> None:
        self._registry = registry
        self._known = known
        self._on = on

    def order(self, positions: Iterable[Position]) -> list[Position]:
        """By office, then the latest words first."""
        return sorted(positions, key=lambda p: (self.rank(p.speaker), -(p.day or date.min).toordinal(), p.speaker))

    def rank(self, speaker: str) -> int:
        """The smaller, the more weight the words have on that day."""
        actor = self._registry.find(speaker, self._on) or self._known.get(speaker)
        if actor is None:
            return _UNKNOWN
        if actor.kind != "person":
            return _OWN
        return _FORMER + actor.rank if self._is_gone(actor) else 10 * actor.rank

    def name(self, position: Position) -> str:
        """The office on the day of the words, with the name: "the Supreme Leader, Ali Khamenei"; else the name."""
        speaker = position.speaker
        office = self._registry.office(speaker, position.day) if position.day else None
        if office is None or speaker == position.party:
            return speaker
        title = office.partition(" of ")[0].partition(",")[0]
        actor = self._registry.find(speaker, position.day)
        former = " then" if actor is not None and self._is_gone(actor) else ""
        return f"the {title}{former}, {speaker},"

    def sentences(self, positions: Sequence[Position]) -> list[str]:
        """For each counterpart toward whom several voices spoke: who says what, and who has the final word."""
        told: list[str] = []
        by_other = sorted(positions, key=lambda p: p.counterpart or "")
        for other, group in groupby(by_other, key=lambda p: p.counterpart):
            voices = self.order(group)
            if len({p.speaker for p in voices}) > 1:
                told.append(self._sentence(other, voices))
        return told

    def _sentence(self, other: str | None, voices: Sequence[Position]) -> str:
        stances = {p.stance for p in voices}
        toward = f"→ {other}: " if other else "Toward no one named: "
        if len(stances) == 1:
            names = len({p.speaker for p in voices})
            words = f"all {names} voices agree: {next(iter(stances))}"
        else:
            shown = [f"{self.name(p)} {DOES[p.stance]} ({_day(p)})" for p in voices[:MOST_VOICES]]
            more = f"; and {len(voices) - MOST_VOICES} more" if len(voices) > MOST_VOICES else ""
            words = "; ".join(shown) + more
        final = next((p.speaker for p in voices if self.rank(p.speaker) == FINAL), None)
        return f"{toward}{words}." + (f" {final} has the final word." if final else "")

    def _is_gone(self, actor: Actor) -> bool:
        """Held offices, and holds none on the day."""
        held = actor.offices
        return bool(held) and all(
            (office.until is not None and office.until < self._on) or (office.since is not None and office.since > self._on)
            for office in held
        )


def _day(position: Position) -> str:
    return day_words(position.day) if position.day else "day unknown"
