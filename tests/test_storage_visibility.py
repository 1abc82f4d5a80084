"""What a server adds, only that server sees: every question of one, asked beside another's; on both databases."""

from datetime import date, timedelta

from handlers.model import Actor, Stance
from storage import Store, Unit
from tests.storage_samples import KHAMENEI, NOW, OTHER_SERVER, ROUHANI, SERVER, add, reading, report, said

REJECTS, CONDITIONAL, OPEN, ENGAGED = Stance
ONLY_THERE = Actor("Adrin Velasco", party="Iran", description="a former envoy")
LONG = "No talks will be held with anybody, the office said in a statement to the press. " * 4


async def current(unit: Unit, guild_id: int | None, speaker: str = KHAMENEI.name) -> list[tuple[Stance, int]]:
    found = await unit.positions.current([speaker], None, guild_id=guild_id)
    return [(position.stance, len(position.reports)) for position in found]


async def test_nothing_of_a_server_shows_in_another_or_in_the_operators_view(store: Store) -> None:
    async with store.write() as unit:
        mine = said(OPEN, "2025-02-07", speaker=ONLY_THERE.name)
        (position,) = await report(unit, "1", mine, actors=(ONLY_THERE,), guild_id=SERVER, outlet="Local")
        for outsider in (OTHER_SERVER, None):
            assert await current(unit, outsider, ONLY_THERE.name) == []
            assert await unit.positions.current([ONLY_THERE.name], None, guild_id=outsider, as_of=date(2025, 3, 1)) == []
            assert await unit.statements.find(guild_id=outsider) == []
            assert await unit.statements.count(guild_id=outsider) == 0
            assert await unit.statements.get(position.reports[0].id, outsider) is None
            assert await unit.articles.outlets(outsider) == []
            assert await unit.positions.names(outsider) == []
            assert await unit.actors.voices("Iran", outsider) == ["Iran"]
            assert await unit.actors.get(ONLY_THERE.name, outsider) is None
        assert await current(unit, SERVER, ONLY_THERE.name) == [(OPEN, 1)]
        assert await unit.actors.voices("Iran", SERVER) == ["Iran", ONLY_THERE.name]
        assert await unit.actors.get(ONLY_THERE.name, SERVER) == ONLY_THERE


async def test_a_server_sees_the_operators_record_and_its_own_as_one(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(REJECTS, "2025-02-07"))
        (joined,) = await report(unit, "2", said(REJECTS, "2025-02-07"), guild_id=SERVER, seen_at=NOW + timedelta(hours=1))
        await report(unit, "3", said(OPEN, "2025-02-09"), guild_id=OTHER_SERVER)
        assert [told.origin for told in joined.reports] == ["1.txt", "2.txt"]
        assert joined.first_seen_at == NOW
        assert await current(unit, SERVER) == [(REJECTS, 2)]
        assert await current(unit, None) == [(REJECTS, 1)]
        assert await current(unit, OTHER_SERVER) == [(OPEN, 1)]
        assert await unit.statements.count(guild_id=SERVER) == 2
        found = await unit.statements.find(guild_id=SERVER, actor=KHAMENEI.name)
        assert [told.origin for told in found] == ["2.txt", "1.txt"]


async def test_the_operators_record_is_not_told_by_a_servers(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(OPEN, "2025-02-01"), guild_id=SERVER)
        (public,) = await report(unit, "2", said(REJECTS, "2025-02-07"))
        (own,) = await report(unit, "3", said(REJECTS, "2025-02-09"), guild_id=SERVER)
        assert public.previous is None
        assert (await unit.positions.get(public.id, SERVER)).previous is OPEN
        assert (own.previous, own.previous_day, own.restatements) == (REJECTS, date(2025, 2, 7), 1)


async def test_a_late_day_of_the_server_and_an_early_one_of_the_operator(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(REJECTS, "2025-02-07"))
        await report(unit, "2", said(OPEN, "2025-02-09"), guild_id=SERVER)
        await report(unit, "3", said(CONDITIONAL), guild_id=OTHER_SERVER)
        assert await current(unit, SERVER) == [(OPEN, 1)]
        assert await current(unit, OTHER_SERVER) == [(REJECTS, 1)]


async def test_an_article_that_both_have_counts_once(store: Store) -> None:
    statement = said(REJECTS, "2025-02-07")
    async with store.write() as unit:
        await report(unit, "1", statement, guild_id=SERVER)
        await report(unit, "1", statement)
        assert await current(unit, SERVER) == [(REJECTS, 1)]
        assert await unit.statements.count(guild_id=SERVER) == 1
        assert await unit.articles.count(SERVER) == 1


async def test_what_the_operators_text_does_not_say_leaves_the_servers_record(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(OPEN, "2025-02-09"), guild_id=SERVER)
        await report(unit, "1", said(REJECTS, "2025-02-07"))
        assert await current(unit, SERVER) == [(REJECTS, 1)]


async def test_a_reading_that_comes_after_the_operators_copy_is_dropped(store: Store) -> None:
    async with store.write() as unit:
        added = await add(unit, "1", LONG, guild_id=SERVER)
        assert added is not None
        await add(unit, "2", LONG)
        statement = said(REJECTS, "2025-02-07", evidence="No talks will be held")
        assert (await unit.positions.record(added, reading(LONG, statement))).positions == []


async def test_a_server_changes_nothing_that_others_know_of_an_actor(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(REJECTS, "2025-02-07", speaker=ROUHANI.name))
        forged = Actor(ROUHANI.name, party="Elsewhere", description="a fraud")
        (own,) = await report(unit, "2", said(OPEN, "2025-02-08", speaker=ROUHANI.name), actors=(forged,), guild_id=SERVER)
        assert own.party == "Iran"
        for viewer in (None, SERVER, OTHER_SERVER):
            assert await unit.actors.get(ROUHANI.name, viewer) == ROUHANI
            assert await unit.actors.voices("Elsewhere", viewer) == ["Elsewhere"]


async def test_what_the_operator_learns_later_stands(store: Store) -> None:
    own = Actor(ROUHANI.name, party="Elsewhere")
    async with store.write() as unit:
        await report(unit, "1", said(OPEN, "2025-02-08", speaker=own.name), actors=(own,), guild_id=SERVER)
        assert await unit.actors.get(own.name, SERVER) == own
        await report(unit, "2", said(OPEN, "2025-02-08", speaker=own.name), actors=(ROUHANI,))
        assert await unit.actors.get(own.name, SERVER) == ROUHANI


async def test_two_servers_may_know_one_name_differently(store: Store) -> None:
    async with store.write() as unit:
        for guild_id, party in ((SERVER, "Iran"), (OTHER_SERVER, "Iraq")):
            actor = Actor("Adrin Velasco", party=party)
            await report(unit, "1", said(OPEN, "2025-02-08", speaker=actor.name), actors=(actor,), guild_id=guild_id)
        assert (await unit.actors.get("Adrin Velasco", SERVER)) == Actor("Adrin Velasco", party="Iran")
        assert (await unit.actors.get("Adrin Velasco", OTHER_SERVER)) == Actor("Adrin Velasco", party="Iraq")
