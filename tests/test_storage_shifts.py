"""History, shifts, contradictions and conditions as the store answers them; on both databases."""

from datetime import date, timedelta

from handlers.model import Stance
from storage import Store, Unit
from tests.storage_samples import KHAMENEI, NOW, OTHER_SERVER, ROUHANI, SERVER, report, said

REJECTS, CONDITIONAL, OPEN, ENGAGED = Stance
PAIR = ([KHAMENEI.name], "United States")


async def record_run(unit: Unit) -> None:
    await report(unit, "1", said(REJECTS, "2025-01-03"))
    await report(unit, "2", said(REJECTS, "2025-01-09"), seen_at=NOW + timedelta(hours=1))
    await report(unit, "3", said(OPEN, "2025-02-01"), said(REJECTS, to="Israel"))
    await report(unit, "4", said(CONDITIONAL, "2025-02-05", speaker=ROUHANI.name, condition="if sanctions go"))


async def test_history_goes_by_day_and_pages_by_place(store: Store) -> None:
    async with store.write() as unit:
        await record_run(unit)
        days = [(p.stance, p.day) for p in await unit.positions.history(None, None, guild_id=None)]
        oldest = await unit.positions.history([KHAMENEI.name], None, guild_id=None, newest_first=False)
        pages: list[date | None] = []
        place = None
        while page := await unit.positions.history([KHAMENEI.name], None, guild_id=None, before=place, limit=1):
            pages.append(page[0].day)
            place = (page[0].day, page[0].id)
    assert days[0] == (CONDITIONAL, date(2025, 2, 5))
    assert days[-1] == (REJECTS, None)
    assert pages == [date(2025, 2, 1), date(2025, 1, 9), date(2025, 1, 3), None]
    assert [p.day for p in oldest] == [*reversed(pages[:-1]), None]


async def test_history_as_of_a_day_and_as_known_then(store: Store) -> None:
    async with store.write() as unit:
        await record_run(unit)
        as_of = await unit.positions.history(*PAIR, guild_id=None, as_of=date(2025, 1, 31))
        known = await unit.positions.history(*PAIR, guild_id=None, known_by=NOW)
        within = await unit.positions.history(*PAIR, guild_id=None, since=date(2025, 1, 4), until=date(2025, 1, 31))
    assert [p.day for p in as_of] == [date(2025, 1, 9), date(2025, 1, 3)]
    assert [p.day for p in known] == [date(2025, 2, 1), date(2025, 1, 3)]
    assert [p.day for p in within] == [date(2025, 1, 9)]


async def test_a_shift_has_both_positions_and_its_direction(store: Store) -> None:
    async with store.write() as unit:
        await record_run(unit)
        (shift,) = await unit.shifts.find(None, None, guild_id=None)
        assert await unit.shifts.find(*PAIR, guild_id=None, since=date(2025, 2, 2)) == []
        assert await unit.shifts.find(*PAIR, guild_id=None, before=(shift.day, shift.after.id)) == []
    assert (shift.before.stance, shift.after.stance, shift.day) == (REJECTS, OPEN, date(2025, 2, 1))
    assert (shift.direction, shift.held, shift.speaker, shift.counterpart) == ("softening", False, KHAMENEI.name, PAIR[1])


async def test_two_families_contradict_each_other_and_hold_the_shift(store: Store) -> None:
    async with store.write() as unit:
        await record_run(unit)
        await report(unit, "5", said(REJECTS, "2025-02-08"), outlet="EFE")
        await report(unit, "6", said(OPEN, "2025-02-08"), outlet="AFP")
        (found,) = await unit.contradictions.find(*PAIR, guild_id=None)
        latest = (await unit.shifts.find(*PAIR, guild_id=None))[0]
    assert (found.day, found.decided, {p.stance for p in found.positions}) == (date(2025, 2, 8), None, {REJECTS, OPEN})
    assert (latest.day, latest.held) == (date(2025, 2, 8), True)


async def test_a_condition_stands_until_it_is_dropped(store: Store) -> None:
    async with store.write() as unit:
        await record_run(unit)
        (condition,) = await unit.conditions.find([ROUHANI.name], None, guild_id=None)
        assert (condition.words, condition.times, condition.state) == ("if sanctions go", 1, "standing")
        await report(unit, "5", said(OPEN, "2025-02-09", speaker=ROUHANI.name))
        (condition,) = await unit.conditions.find([ROUHANI.name], None, guild_id=None)
    assert condition.state == "dropped"


async def test_another_server_sees_none_of_it(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(REJECTS, "2025-01-03"))
        await report(unit, "2", said(OPEN, "2025-02-01"), guild_id=SERVER)
        assert len(await unit.shifts.find(*PAIR, guild_id=SERVER)) == 1
        for outsider in (OTHER_SERVER, None):
            assert await unit.shifts.find(*PAIR, guild_id=outsider) == []
            assert len(await unit.positions.history(*PAIR, guild_id=outsider)) == 1
