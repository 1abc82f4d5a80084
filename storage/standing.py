"""Which of a pair's positions is the current one: the order of recency."""

from datetime import date, datetime


def recency(day: date | None, first_seen_at: datetime) -> tuple[bool, date, datetime]:
    """Sort key: the greatest of a pair's positions is its current one.

    The later day wins, so that an article that comes late never makes the latest position; one without a day counts only
    where nothing dated stands. Of one day, the position that was first seen later wins.
    """
    return (day is not None, day or date.min, first_seen_at)
