"""Filters, pages and counts of statements; on both databases."""

from datetime import date
from typing import Any

from handlers.model import Stance
from storage import Store, Unit
from tests.storage_samples import KHAMENEI, ROUHANI, report, said

REJECTS, CONDITIONAL, OPEN, ENGAGED = Stance


async def fill(unit: Unit) -> None:
    await report(unit, "1", said(REJECTS, "2019-05-29", evidence="We will not negotiate — not “ever”."), outlet="Reuters")
    await report(unit, "2", said(OPEN, "2025-02-07", to="European Union", evidence="Talks at the CAFÉ"), outlet="AFP")
    await report(unit, "3", said(CONDITIONAL, None, speaker=ROUHANI.name, condition="if sanctions are lifted"), outlet="AFP")
    await report(unit, "4", said(OPEN, "2025-02-09", speaker="Donald Trump", to="Iran", evidence="100% ready_"), outlet=None)


CASES: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["4", "3", "2", "1"]),
    ({"actor": KHAMENEI.name}, ["2", "1"]),
    ({"actor": "Iran"}, ["3", "2", "1"]),
    ({"actor": [ROUHANI.name, "Donald Trump"]}, ["4", "3"]),
    ({"actor": "Nobody"}, []),
    ({"counterpart": "United States"}, ["3", "1"]),
    ({"actor": "Iran", "counterpart": "European Union"}, ["2"]),
    ({"stance": OPEN}, ["4", "2"]),
    ({"outlet": "afp"}, ["3", "2"]),
    ({"outlet": "AF"}, []),
    ({"text": "cafe"}, ["2"]),
    ({"text": 'Negotiate - NOT "ever"'}, ["1"]),
    ({"text": "sanctions"}, ["3"]),
    ({"text": "sanction LIFTED"}, ["3"]),
    ({"text": "lifted sanctions"}, ["3"]),
    ({"text": '"lifted sanctions"'}, []),
    ({"text": "“sanctions are” if"}, ["3"]),
    ({"text": "100%"}, ["4"]),
    ({"text": "ready*"}, ["4"]),
    ({"text": "read*"}, []),
    ({"text": "%"}, []),
    ({"text": " "}, []),
    ({"text": "NEAR(talks OR NOT) -cafe: ^*"}, []),
    ({"text": "'; DROP TABLE statement; --"}, []),
    ({"text": "\x00"}, []),
    ({"text": "nowhere"}, []),
    ({"since": date(2025, 2, 7)}, ["4", "2"]),
    ({"until": date(2025, 2, 7)}, ["2", "1"]),
    ({"since": date(2025, 2, 8), "until": date(2025, 2, 8)}, []),
]


async def test_a_filter_finds_and_counts_the_same(store: Store) -> None:
    async with store.write() as unit:
        await fill(unit)
        for filters, expected in CASES:
            found = await unit.statements.find(guild_id=None, **filters)
            assert [told.origin.removesuffix(".txt") for told in found] == expected, filters
            assert await unit.statements.count(guild_id=None, **filters) == len(expected), filters


async def test_pages_follow_each_other_without_gap_or_repeat(store: Store) -> None:
    async with store.write() as unit:
        for number in range(7):
            await report(unit, str(number), said(REJECTS, f"2025-01-0{number + 1}"))
        first = await unit.statements.find(guild_id=None, limit=3)
        second = await unit.statements.find(guild_id=None, limit=3, before_id=first[-1].id)
        third = await unit.statements.find(guild_id=None, limit=3, before_id=second[-1].id)
        origins = [told.origin for told in (*first, *second, *third)]
    assert origins == [f"{number}.txt" for number in reversed(range(7))]


async def test_a_statement_is_got_by_number_until_it_leaves_the_record(store: Store) -> None:
    async with store.write() as unit:
        (position,) = await report(unit, "1", said(REJECTS, "2019-05-29"))
        (told,) = position.reports
        assert await unit.statements.get(told.id, None) == told
        assert await unit.statements.get(told.id + 1, None) is None
        await report(unit, "1", padding="Withdrawn.")
        assert await unit.statements.get(told.id, None) is None


async def test_words_without_a_day_count_by_their_articles_day(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "published", said(Stance.OPEN), published=date(2025, 3, 1))
        await report(unit, "unknown", said(Stance.REJECTS))
        march = await unit.statements.find(guild_id=None, since=date(2025, 3, 1), until=date(2025, 3, 31))
        assert [found.statement.stance for found in march] == [Stance.OPEN]
        assert await unit.statements.count(guild_id=None, since=date(2025, 3, 2)) == 0
