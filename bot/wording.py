"""Positions, reports, statements and alerts in, cards out. Pure: nothing here asks the store, the clock or Discord.

To show one more fact on every card, add a line here; both faces draw it.
"""

from datetime import date

from bot import phrases
from bot.buttons import evidence_action, mute_action, safe_link, timeline_action, wrong_action
from bot.cards import Button, Card
from bot.markup import clean
from bot.phrases import day_words
from bot.quoting import best, quote
from handlers.actors import Registry
from handlers.model import Actor, Alert, Article, Position, Report, Stance, Statement

_NEWS_DAYS = 3
"""An alert on words older than this says how old they are."""


def alert_card(alert: Alert, registry: Registry, *, today: date, before: Position | None = None) -> Card:
    """The card of an alert. `before` is the position that it shifts away from, when its words are at hand."""
    position = alert.position
    if not position.reports:
        return _gone_card(position)
    is_old = position.day is not None and (today - position.day).days > _NEWS_DAYS
    age = (f"Older news: said {phrases.ago(position.day, today)}",) if position.day and is_old else ()
    lines = (*_shift(position, before), _said(position), *age, *_late(position), *_run(position))
    more = (Button("Timeline", action=timeline_action(position.id)),)
    return _position_card(position, registry, lines, more, alert_id=alert.id)


def _late(position: Position) -> tuple[str, ...]:
    """Say so where an article came late: its words must not pass for the latest."""
    if position.day is None or position.latest_day is None or position.latest_day <= position.day:
        return ()
    return (f"Not the latest: a later position stands, of {phrases.day_words(position.latest_day)}",)


def _gone_card(position: Position) -> Card:
    """An alert whose words were taken back: neither they nor their stance are shown again."""
    lines = ("No longer on record: the words of this alert were withdrawn or corrected.",)
    return Card(
        heading(position.speaker, position.counterpart),
        lines=lines,
        buttons=(Button("Timeline", action=timeline_action(position.id)),),
    )


def position_card(position: Position, registry: Registry, *, today: date, is_short: bool = False) -> Card:
    """Where a speaker stands: the same card with the age of the words. `is_short`: one of many, with fewer buttons."""
    age = () if position.day is None else (f"Last said {phrases.ago(position.day, today)}",)
    lines = (*_shift(position, None), _said(position), *age, *_run(position))
    more = () if is_short else (Button("Timeline", action=timeline_action(position.id)),)
    return _position_card(position, registry, lines, more, alert_id=None)


def report_card(report: Report, registry: Registry, *, today: date) -> Card:
    """One stored statement of one outlet."""
    statement = report.statement
    when = _when(statement.said_on, report)
    age = () if statement.said_on is None else (phrases.ago(statement.said_on, today),)
    line = _joined(*when, *age, phrases.source(report), phrases.confidence(statement.confidence))
    buttons = (*link_of(report), _evidence(report, None))
    role = role_of(statement.speaker, statement.said_on or report.published, registry)
    return _statement_card(statement, report, role, (line,), buttons)


def statement_card(statement: Statement, article: Article, registry: Registry) -> Card:
    """One statement found in an article that is not stored."""
    when = _when(statement.said_on, article)
    line = _joined(*when, phrases.source(article), phrases.confidence(statement.confidence))
    where = f"Characters {statement.start:,} to {statement.end:,} of the text"
    role = role_of(statement.speaker, statement.said_on or article.published, registry)
    return _statement_card(statement, article, role, (line, where), link_of(article))


def evidence_card(report: Report, context: str) -> Card:
    """The stored words of a report within the text around them, so that a reader can judge the label."""
    statement = report.statement
    around = clean(context)
    is_there = clean(statement.evidence) in around
    passage = f"In the article: {around}" if is_there else "The stored text of this article does not hold these words any more."
    title = (f"Title: {report.title}",) if report.title else ()
    line = _joined(*_when(statement.said_on, report), phrases.source(report), phrases.confidence(statement.confidence))
    where = f"Revision {report.revision} of the article, characters {statement.start:,} to {statement.end:,}"
    seen = f"First seen {day_words(report.seen_at.date())}, {report.seen_at:%H:%M} UTC"
    return _statement_card(statement, report, None, (passage, *title, line, where, seen), link_of(report))


def _position_card(
    position: Position, registry: Registry, lines: tuple[str, ...], more: tuple[Button, ...], *, alert_id: int | None
) -> Card:
    report = best(position)
    shown = (*_any_link(position, report), *more, _evidence(report, alert_id))
    wrong = (Button("Wrong?", action=wrong_action(report.id)),) if more else ()
    mute = (Button("Mute pair 24 h", action=mute_action(alert_id)),) if alert_id is not None else ()
    buttons = (*shown, *wrong, *mute)
    newest = max((other.published for other in position.reports if other.published is not None), default=None)
    role = role_of(position.speaker, position.day or newest, registry)
    # Somebody without an office, as far as is known, is still shown with the party whose voice it is.
    party = position.party if position.party != position.speaker else None
    return _statement_card(report.statement, report, role or party, lines, buttons)


def _statement_card(
    statement: Statement,
    origin: Report | Article,
    role: str | None,
    lines: tuple[str, ...],
    buttons: tuple[Button, ...],
) -> Card:
    quotation = quote(statement)
    topic = (f"On one topic only: {statement.scope}",) if statement.scope else ()
    return Card(
        heading=heading(statement.speaker, statement.counterpart),
        stance=statement.stance,
        role=role,
        quote=quotation.words or None,
        is_direct=quotation.is_own,
        condition=statement.condition if statement.stance is Stance.CONDITIONAL else None,
        lines=(*topic, *lines),
        buttons=buttons,
        source=None if quotation.is_own else phrases.publisher(origin),
    )


def heading(speaker: str, counterpart: str | None) -> str:
    return f"{speaker} → {counterpart}" if counterpart else speaker


def role_of(speaker: str, day: date | None, registry: Registry) -> str | None:
    """The office on the day of the words. `day` None: one that cannot be the wrong one, being the only or a lasting one."""
    office = registry.office(speaker, day)
    actor = registry.find(speaker, day)
    if office is None or actor is None or (day is None and not _is_certain(actor)):
        return None
    return f"{office} · has the final word" if actor.rank == 1 else office


def _is_certain(actor: Actor) -> bool:
    latest = max(actor.offices, key=lambda office: office.since or date.min)
    return len(actor.offices) == 1 or latest.until is None


def _said(position: Position) -> str:
    report = best(position)
    surest = max(report.statement.confidence for report in position.reports)
    # The shown words come first among the sources: they are the ones that a reader will look up.
    reports = (report, *(other for other in position.reports if other is not report))
    return _joined(*_when(position.day, report), phrases.sources(reports), phrases.confidence(surest))


def _when(day: date | None, origin: Report | Article) -> tuple[str, ...]:
    """The day said, and the day published where it differs; the day first seen only where the other two are unknown."""
    said = "Day unknown" if day is None else f"Said {phrases.weekday_words(day)}"
    if origin.published is not None:
        return (said,) if origin.published == day else (said, f"published {day_words(origin.published)}")
    if day is None and isinstance(origin, Report):
        return (said, f"first seen {day_words(origin.seen_at.date())}")
    return (said,)


def _shift(position: Position, before: Position | None) -> tuple[str, ...]:
    old, new = position.previous, position.stance
    if old is None or old is new:
        return ()
    line = f"Shift: {old} → {new} ({phrases.direction(old, new)})"
    if before is not None and before.stance is old and before.holds_since is not None:
        line += f"; {old} stood since {_days(before.holds_since, position.day, '')}"
    elif position.previous_day is not None:
        line += f"; {old} was last said {_days(position.previous_day, position.day, ' before')}"
    return (line, *_words_before(before, old))


def _days(start: date, end: date | None, after: str) -> str:
    length = f" ({phrases.span((end - start).days)}{after})" if end is not None and end > start else ""
    return f"{day_words(start)}{length}"


def _words_before(before: Position | None, old: Stance) -> tuple[str, ...]:
    if before is None or before.stance is not old:
        return ()
    report = best(before)
    quotation = quote(report.statement)
    topic = f" (on one topic only: {report.statement.scope})" if report.statement.scope else ""
    if quotation.is_own:
        return (f"Before{topic}: “{quotation.words}”",)
    return (f"Before, {phrases.source(report)}{topic}: {quotation.words}",)


def _run(position: Position) -> tuple[str, ...]:
    if position.restatements < 1:
        return ()
    again = f"{phrases.ordinal(position.restatements)} restatement"
    if position.holds_since is None:
        return (again.capitalize(),)
    return (f"Holds since {day_words(position.holds_since)}, {again}",)


def _evidence(report: Report, alert_id: int | None) -> Button:
    return Button("Evidence", action=evidence_action(report.id, alert_id))


def link_of(origin: Report | Article) -> tuple[Button, ...]:
    link = safe_link(origin.url)
    return (Button("Article", url=link),) if link else ()


def _any_link(position: Position, shown: Report) -> tuple[Button, ...]:
    """The article of the shown words; failing that, another one, named: its words may differ."""
    if shown_link := link_of(shown):
        return shown_link
    links = ((report, safe_link(report.url)) for report in position.reports)
    return next(((Button(f"Article: {phrases.source(report)}", url=link),) for report, link in links if link), ())


def _joined(*parts: str) -> str:
    return " · ".join(parts)
