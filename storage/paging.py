"""Pages of positions and shifts by day: the order, and where the next page begins."""

from typing import Any

from sqlalchemy import case, or_

from handlers.record import Place


def by_place(query: Any, day: Any, number: Any, before: Place | None, *, newest_first: bool = True) -> Any:
    """Order by day, what has none last, and go on after a place."""
    order = (day.desc(), number.desc()) if newest_first else (day, number)
    query = query.order_by(case((day.is_(None), 1), else_=0), *order)
    if before is None:
        return query
    last, at = before
    further = number < at if newest_first else number > at
    if last is None:
        return query.where(day.is_(None), further)
    beyond = day < last if newest_first else day > last
    return query.where(or_(beyond, (day == last) & further, day.is_(None)))
