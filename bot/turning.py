"""Which command a page belongs to: the action of a page's button in, that page out. A new kind of query is a line in PAGES."""

from collections.abc import Awaitable, Callable
from datetime import date

from bot.buttons import PageAction
from bot.cards import Reply
from bot.commands import shifts, statements, timeline
from bot.desk import Asker, Desk
from bot.paging import Kind, Query, place_from, recall

PAGES: dict[Kind, Callable[[Desk, Asker, Query, PageAction], Awaitable[Reply]]] = {
    "statements": statements.page,
    "timeline": timeline.page,
    "shifts": shifts.page,
}


async def page_of(desk: Desk, asker: Asker, action: PageAction) -> Reply:
    """QuestionError when its query is not stored (another database)."""
    async with desk.store.read() as unit:
        query = await recall(unit, action.key)
    return await PAGES[query.kind](desk, asker, query, action)


async def jump(desk: Desk, asker: Asker, key: str, typed: str) -> Reply:
    """The page that begins with the day that was typed, or with the latest one before it."""
    day = desk.day(typed, "day") or desk.today
    place_day, place_id = place_from(day)
    return await page_of(desk, asker, PageAction(key, place_id, place_day if isinstance(place_day, date) else None))
