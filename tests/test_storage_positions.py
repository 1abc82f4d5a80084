"""From readings to positions: what joins, what is current, what a revision takes away; on both databases."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest

from handlers.errors import NotFound
from handlers.model import Reading, Stance, Statement
from storage import Store, Unit
from tests.storage_samples import KHAMENEI, NOW, ROUHANI, SERVER, add, reading, report, said, text_of

REJECTS, CONDITIONAL, OPEN, ENGAGED = Stance
LATER = NOW + timedelta(hours=2)


async def stance_now(unit: Unit, as_of: str | None = None) -> list[tuple[Stance, date | None]]:
    day = date.fromisoformat(as_of) if as_of else None
    found = await unit.positions.current([KHAMENEI.name], "United States", guild_id=None, as_of=day)
    return [(position.stance, position.day) for position in found]


async def test_a_position_is_complete(store: Store) -> None:
    async with store.write() as unit:
        (position,) = await report(unit, "1", said(REJECTS, "2025-02-07", direct=True, scope="missiles", confidence=0.9))
    assert (position.speaker, position.party, position.counterpart) == (KHAMENEI.name, "Iran", "United States")
    assert (position.stance, position.day, position.first_seen_at) == (REJECTS, date(2025, 2, 7), NOW)
    assert (position.previous, position.holds_since, position.restatements) == (None, date(2025, 2, 7), 0)
    (told,) = position.reports
    assert (told.outlet, told.origin, told.seen_at) == ("Reuters", "1.txt", NOW)
    assert (told.statement.scope, told.statement.direct, told.statement.confidence) == ("missiles", True, 0.9)
    async with store.read() as unit:
        assert await unit.positions.get(position.id) == position
        article = (await unit.articles.get(told.article_id)).article
    assert article.text[told.statement.start : told.statement.end] == told.statement.evidence


async def test_reports_of_one_day_and_stance_make_one_position(store: Store) -> None:
    async with store.write() as unit:
        (first,) = await report(unit, "1", said(REJECTS, "2025-02-07"), outlet="Reuters")
        (second,) = await report(unit, "2", said(REJECTS, "2025-02-07", scope="missiles"), outlet="Sputnik", seen_at=LATER)
    assert second.id == first.id
    assert [told.outlet for told in second.reports] == ["Reuters", "Sputnik"]
    assert second.first_seen_at == NOW


@pytest.mark.parametrize(
    "other",
    [
        said(REJECTS, "2025-02-08"),
        said(REJECTS),
        said(OPEN, "2025-02-07"),
        said(REJECTS, "2025-02-07", to="Israel"),
        said(REJECTS, "2025-02-07", to=None),
        said(REJECTS, "2025-02-07", speaker=ROUHANI.name),
    ],
)
async def test_another_day_stance_counterpart_or_speaker_makes_another(store: Store, other: Statement) -> None:
    async with store.write() as unit:
        (first,) = await report(unit, "1", said(REJECTS, "2025-02-07"))
        (second,) = await report(unit, "2", other)
    assert second.id != first.id


async def test_a_day_unknown_is_not_the_publishing_day(store: Store) -> None:
    async with store.write() as unit:
        (position,) = await report(unit, "1", said(REJECTS), published=date(2025, 2, 7))
    assert position.day is None
    assert position.reports[0].published == date(2025, 2, 7)


async def test_a_later_day_shows_the_shift_and_how_long_it_held(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(REJECTS, "2018-08-13"))
        await report(unit, "2", said(REJECTS, "2019-05-29"))
        (again,) = await report(unit, "3", said(REJECTS, "2025-02-07"))
        (shift,) = await report(unit, "4", said(OPEN, "2025-04-01"))
    assert (again.previous, again.previous_day) == (REJECTS, date(2019, 5, 29))
    assert (again.holds_since, again.restatements) == (date(2018, 8, 13), 2)
    assert (shift.previous, shift.previous_day) == (REJECTS, date(2025, 2, 7))
    assert (shift.holds_since, shift.restatements) == (date(2025, 4, 1), 0)


async def test_the_position_before_comes_with_its_words(store: Store) -> None:
    async with store.write() as unit:
        (first,) = await report(unit, "1", said(REJECTS, "2025-02-07", to=None))
        await report(unit, "2", said(OPEN, "2025-03-01"))
        (shift,) = await report(unit, "3", said(OPEN, "2025-04-01", to=None))
        assert await unit.positions.before(shift, None) == replace(first, latest_day=shift.day)
        assert await unit.positions.before(first, None) is None


async def test_what_is_current_does_not_depend_on_the_order_of_arrival(store: Store) -> None:
    stances = [said(OPEN), said(CONDITIONAL, "2024-01-01"), said(REJECTS, "2025-02-07")]
    for turn, order in enumerate(permutations(stances)):
        async with store.write() as unit:
            for number, statement in enumerate(order):
                await report(unit, f"{turn} {number}", statement, seen_at=NOW + timedelta(minutes=number))
            assert await stance_now(unit) == [(REJECTS, date(2025, 2, 7))]
            assert await stance_now(unit, "2025-02-06") == [(CONDITIONAL, date(2024, 1, 1))]
            assert await stance_now(unit, "2024-01-01") == [(CONDITIONAL, date(2024, 1, 1))]
            assert await stance_now(unit, "2023-12-31") == []
            for number in range(len(order)):
                await report(unit, f"{turn} {number}", padding="Withdrawn.")
            assert await stance_now(unit) == []


async def test_undated_words_are_current_only_where_nothing_dated_stands(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(OPEN))
        await report(unit, "2", said(REJECTS), seen_at=LATER)
        assert await stance_now(unit) == [(REJECTS, None)]
        assert await stance_now(unit, "2020-01-01") == [(REJECTS, None)]
        await report(unit, "3", said(ENGAGED, "2001-01-01"), seen_at=NOW)
        assert await stance_now(unit) == [(ENGAGED, date(2001, 1, 1))]


async def test_unlike_stances_of_the_latest_day_are_both_current(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "a", said(Stance.OPEN, "2025-01-01"))
        await report(unit, "b", said(Stance.REJECTS, "2025-01-09"), said(Stance.CONDITIONAL, "2025-01-09"))
        await report(unit, "c", said(Stance.ENGAGED))
        assert {stance for stance, _ in await stance_now(unit)} == {Stance.REJECTS, Stance.CONDITIONAL}
        assert {stance for stance, _ in await stance_now(unit, "2025-01-20")} == {Stance.REJECTS, Stance.CONDITIONAL}
        assert await stance_now(unit, "2025-01-08") == [(Stance.OPEN, date(2025, 1, 1))]


async def test_current_gives_each_pair_the_latest_first(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(REJECTS, "2025-02-07"), said(OPEN, "2025-02-09", to="European Union"))
        await report(unit, "2", said(CONDITIONAL, "2025-02-08", speaker=ROUHANI.name), said(OPEN, to=None))
        voices = await unit.actors.voices("Iran")
        everywhere = await unit.positions.current(voices, None, guild_id=None)
        towards = await unit.positions.current(voices, "United States", guild_id=None)
    pairs = [(position.speaker, position.counterpart) for position in everywhere]
    assert pairs == [
        (KHAMENEI.name, "European Union"),
        (ROUHANI.name, "United States"),
        (KHAMENEI.name, "United States"),
        (KHAMENEI.name, None),
    ]
    assert [position.speaker for position in towards] == [ROUHANI.name, KHAMENEI.name]


async def test_a_revision_takes_back_what_it_no_longer_says(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "0", said(OPEN, "2025-01-01"))
        (gone,) = await report(unit, "1", said(REJECTS, "2025-02-07"))
        assert await stance_now(unit) == [(REJECTS, date(2025, 2, 7))]
        await report(unit, "1", said(CONDITIONAL, "2024-12-01"), padding="Corrected.")
        assert await stance_now(unit) == [(OPEN, date(2025, 1, 1))]
        assert await stance_now(unit, "2025-12-31") == [(OPEN, date(2025, 1, 1))]
        assert await unit.statements.count(guild_id=None, stance=REJECTS) == 0
        (later,) = await report(unit, "2", said(REJECTS, "2025-03-01"))
        assert (later.previous, later.restatements) == (OPEN, 0)
        kept = await unit.positions.get(gone.id)
    assert [told.statement.stance for told in kept.reports] == [REJECTS], "what was announced can still be shown"


async def test_a_pair_vanishes_with_its_only_report(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(REJECTS, "2025-02-07"))
        await report(unit, "1", padding="All withdrawn.")
        assert await stance_now(unit) == []
        assert await unit.positions.names() == []


async def test_a_position_stays_while_another_outlet_reports_it(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(REJECTS, "2025-02-07"), outlet="Reuters")
        (position,) = await report(unit, "2", said(REJECTS, "2025-02-07"), outlet="Sputnik")
        await report(unit, "1", padding="Withdrawn.")
        kept = await unit.positions.get(position.id)
        assert await stance_now(unit) == [(REJECTS, date(2025, 2, 7))]
    assert [told.outlet for told in kept.reports] == ["Sputnik"]


async def test_a_statement_that_a_revision_keeps_keeps_its_number_and_time(store: Store) -> None:
    async with store.write() as unit:
        (before,) = await report(unit, "1", said(REJECTS, "2025-02-07"))
        (after,) = await report(unit, "1", said(REJECTS, "2025-02-07"), padding="A longer lead now.", seen_at=LATER)
    assert after.reports[0].id == before.reports[0].id
    assert after.reports[0].seen_at == NOW
    assert after.reports[0].statement.start > before.reports[0].statement.start


async def test_a_position_comes_back_as_the_same(store: Store) -> None:
    async with store.write() as unit:
        (before,) = await report(unit, "1", said(REJECTS, "2025-02-07"))
        await report(unit, "1", padding="Withdrawn.")
        (after,) = await report(unit, "2", said(REJECTS, "2025-02-07"), seen_at=LATER)
    assert (after.id, after.first_seen_at) == (before.id, NOW)
    assert [told.origin for told in after.reports] == ["2.txt"]


async def test_recording_twice_changes_nothing(store: Store) -> None:
    statement = said(REJECTS, "2025-02-07")
    text = text_of(statement, statement)
    async with store.write() as unit:
        added = await add(unit, "1", text)
        assert added is not None
        once = await unit.positions.record(added, reading(text, statement))
        assert (await unit.positions.record(added, reading(text, statement))).positions == once.positions
        assert await unit.statements.count(guild_id=None) == 1


async def test_a_revision_that_was_replaced_records_nothing(store: Store) -> None:
    statement = said(REJECTS, "2025-02-07")
    text = text_of(statement)
    async with store.write() as unit:
        old = await add(unit, "1", text)
        assert old is not None
        await add(unit, "1", "Withdrawn.")
        assert (await unit.positions.record(old, reading(text, statement))).positions == []
        assert await unit.statements.count(guild_id=None) == 0


async def test_a_reading_without_statements_makes_none(store: Store) -> None:
    async with store.write() as unit:
        added = await add(unit, "1", "Nothing.")
        assert added is not None
        assert (await unit.positions.record(added, Reading())).positions == []


async def test_names_are_those_in_the_record(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(REJECTS, "2025-02-07"), said(OPEN, to=None, speaker=ROUHANI.name))
        assert await unit.positions.names() == [KHAMENEI.name, ROUHANI.name, "United States"]


async def test_a_position_that_is_not_there_is_named(store: Store) -> None:
    async with store.read() as unit:
        with pytest.raises(NotFound, match="no position 5"):
            await unit.positions.get(5)


async def test_a_server_may_not_get_another_servers_position(store: Store) -> None:
    async with store.write() as unit:
        (position,) = await report(unit, "1", said(REJECTS, "2025-02-07"), guild_id=SERVER)
        assert (await unit.positions.get(position.id, SERVER)).id == position.id
        with pytest.raises(NotFound):
            await unit.positions.get(position.id, SERVER + 1)
