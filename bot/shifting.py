"""Shifts, contradictions and conditions in, cards out: what several positions together say. Pure, like `wording.py`."""

from datetime import date

from bot import phrases
from bot.buttons import evidence_action, timeline_action
from bot.cards import Button, Card
from bot.phrases import day_words
from bot.quoting import best, quote
from bot.wording import heading, link_of, role_of
from handlers.actors import Registry
from handlers.model import Position
from handlers.record import Condition, Contradiction, Shift

STATES = {
    "standing": "Still stands",
    "dropped": "Dropped: later open to talks without it",
    "withdrawn": "Withdrawn: later refused talks",
}


def shift_card(shift: Shift, registry: Registry, *, today: date) -> Card:
    """The new words as the quotation, the old ones below; how long the old stance stood."""
    after, before = shift.after, shift.before
    report = best(after)
    quotation = quote(report.statement)
    stood = before.holds_since or before.day
    lines = [f"{before.stance} → {after.stance}: {shift.direction}, {_when(after)}"]
    if stood is not None:
        lines.append(f"{before.stance} stood since {day_words(stood)} ({phrases.span((shift.day - stood).days)})")
    if shift.held:
        lines.append("Held: outlets give these words opposite stances, and no majority decides")
    lines += [_words("Before", before), f"{phrases.sources(after.reports)} · said {phrases.ago(shift.day, today)}"]
    return Card(
        heading(shift.speaker, shift.counterpart),
        stance=after.stance,
        role=role_of(after.speaker, after.day, registry) or (after.party if after.party != after.speaker else None),
        quote=quotation.words or None,
        is_direct=quotation.is_own,
        source=None if quotation.is_own else phrases.publisher(report),
        condition=report.statement.condition,
        lines=tuple(lines),
        buttons=(*link_of(report), Button("Evidence", action=evidence_action(report.id)), _timeline(after)),
    )


def contradiction_card(dispute: Contradiction, registry: Registry) -> Card:
    """Both sides, each in its outlet's words."""
    sides = [_words(f"{position.stance}, {', '.join(position.sources)}", position) for position in dispute.positions]
    decided = f"Counted as {dispute.decided}: two families of sources to one" if dispute.decided else "Not decided"
    return Card(
        heading(dispute.speaker, dispute.counterpart),
        role=role_of(dispute.speaker, dispute.day, registry),
        lines=(f"Outlets contradict each other on {day_words(dispute.day)}", *sides, decided),
        buttons=(_timeline(dispute.positions[0]),),
    )


def condition_card(condition: Condition, registry: Registry, *, today: date) -> Card:
    """The demand in its own words, by whom, first and last said, how often, and whether it stands."""
    times = phrases.plural(condition.times, "time")
    first, last = condition.first, condition.last
    if first is None or last is None:
        said = f"Said {times}, day unknown"
    elif first == last:
        said = f"Said {times}, on {day_words(first)}, {phrases.ago(last, today)}"
    else:
        said = f"Said {times}, first on {day_words(first)}, last on {day_words(last)}, {phrases.ago(last, today)}"
    latest = condition.positions[-1] if condition.positions else None
    reports = [report for position in condition.positions for report in position.reports]
    buttons: tuple[Button, ...] = ()
    if latest is not None:
        report = best(latest)
        buttons = (*link_of(report), Button("Evidence", action=evidence_action(report.id)), _timeline(latest))
    return Card(
        heading(condition.speaker, condition.counterpart),
        stance=latest.stance if latest else None,
        role=role_of(condition.speaker, last, registry),
        condition=condition.words,
        lines=(STATES[condition.state], said, *([phrases.sources(reports)] if reports else [])),
        buttons=buttons,
    )


def _words(lead: str, position: Position) -> str:
    report = best(position)
    quotation = quote(report.statement)
    if quotation.is_own:
        return f"{lead}, {_when(position)}: “{quotation.words}”"
    return f"{lead}, {_when(position)}, {phrases.source(report)} reports: {quotation.words}"


def _when(position: Position) -> str:
    return day_words(position.day) if position.day else "day unknown"


def _timeline(position: Position) -> Button:
    return Button("Timeline", action=timeline_action(position.id))
