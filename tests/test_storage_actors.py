"""Actors come with the readings that name them and are known better with time; on both databases."""

from dataclasses import replace
from datetime import date

from handlers.model import Actor, Office, Stance
from storage import Store
from tests.storage_samples import KHAMENEI, ROUHANI, report, said

FULL = Actor(
    "Hassan Rouhani",
    kind="person",
    party="Iran",
    aliases=("Rouhani", "روحانی"),
    offices=(Office("president", "Iran", date(2013, 8, 3), date(2021, 8, 3)), Office("envoy", "Iran")),
    gender="m",
    rank=2,
    description="a former president",
)


async def test_an_actor_is_read_back_as_it_was(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(Stance.OPEN, speaker=FULL.name), actors=(FULL,))
        assert await unit.actors.get(FULL.name) == FULL
        assert await unit.actors.get("Nobody") is None


async def test_names_in_statements_alone_are_actors_too(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(Stance.OPEN, speaker="A Stranger"), actors=())
        assert await unit.actors.get("A Stranger") == Actor("A Stranger")
        assert await unit.actors.get("United States") == Actor("United States")


async def test_what_an_article_does_not_tell_stays(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(Stance.OPEN, speaker=FULL.name), actors=(FULL,))
        await report(unit, "2", said(Stance.OPEN, speaker=FULL.name), actors=(Actor(FULL.name),))
        assert await unit.actors.get(FULL.name) == FULL


async def test_what_an_article_tells_anew_is_learned(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(Stance.OPEN, speaker=FULL.name), actors=(Actor(FULL.name),))
        changed = replace(FULL, rank=3)
        await report(unit, "2", said(Stance.OPEN, speaker=FULL.name), actors=(changed,))
        assert await unit.actors.get(FULL.name) == changed


async def test_a_party_has_the_voices_of_its_people(store: Store) -> None:
    async with store.write() as unit:
        await report(unit, "1", said(Stance.OPEN), actors=(ROUHANI, KHAMENEI, Actor("Iran", "party", "Iran")))
        assert await unit.actors.voices("Iran") == ["Iran", KHAMENEI.name, ROUHANI.name]
        assert await unit.actors.voices(KHAMENEI.name) == [KHAMENEI.name]
        assert await unit.actors.voices("Atlantis") == ["Atlantis"]
