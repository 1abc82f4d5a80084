"""Articles, statements and positions as plain objects: the `--json` of every command, in the gold format's words."""

from handlers.model import Article, Position, Reading, Report, Statement
from handlers.record import Condition, Shift


def statement_record(statement: Statement) -> dict[str, object]:
    """The fields of the annotation guide, with offsets into the article's text and the confidence."""
    return {
        "speaker": statement.speaker,
        "counterpart": statement.counterpart,
        "stance": statement.stance.value,
        "scope": statement.scope,
        "condition": statement.condition,
        "evidence": statement.evidence,
        "start": statement.start,
        "end": statement.end,
        "direct": statement.direct,
        "said_on": statement.said_on.isoformat() if statement.said_on else None,
        "confidence": round(statement.confidence, 3),
    }


def article_record(article: Article, reading: Reading) -> dict[str, object]:
    """One line of `analyze --json`."""
    return {
        "id": article.id,
        "outlet": article.outlet,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "language": reading.language,
        "statements": [statement_record(statement) for statement in reading.statements],
    }


def report_record(report: Report) -> dict[str, object]:
    """A stored statement with its source."""
    return {
        "id": report.id,
        **statement_record(report.statement),
        "outlet": report.outlet,
        "title": report.title,
        "url": report.url,
        "published": report.published.isoformat() if report.published else None,
        "first_seen": report.seen_at.isoformat(),
    }


def position_record(position: Position) -> dict[str, object]:
    """A position with every report of it."""
    return {
        "speaker": position.speaker,
        "counterpart": position.counterpart,
        "stance": position.stance.value,
        "day": position.day.isoformat() if position.day else None,
        "first_seen": position.first_seen_at.isoformat(),
        "previous": position.previous.value if position.previous else None,
        "previous_day": position.previous_day.isoformat() if position.previous_day else None,
        "holds_since": position.holds_since.isoformat() if position.holds_since else None,
        "restatement": position.restatements,
        "reports": [report_record(report) for report in position.reports],
    }


def shift_record(shift: Shift) -> dict[str, object]:
    """The fields of RECORD.md, and both positions with their words."""
    return {
        "speaker": shift.speaker,
        "counterpart": shift.counterpart,
        "from": shift.before.stance.value,
        "to": shift.after.stance.value,
        "direction": shift.direction,
        "day": shift.day.isoformat(),
        "held": shift.held,
        "before": position_record(shift.before),
        "after": position_record(shift.after),
    }


def condition_record(condition: Condition) -> dict[str, object]:
    return {
        "speaker": condition.speaker,
        "counterpart": condition.counterpart,
        "words": condition.words,
        "first": condition.first.isoformat() if condition.first else None,
        "last": condition.last.isoformat() if condition.last else None,
        "times": condition.times,
        "state": condition.state,
    }
