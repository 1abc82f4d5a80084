"""Small facts: written over, read back, on both databases."""

from storage import Store


async def test_a_fact_is_unknown_until_it_is_set(store: Store) -> None:
    async with store.read() as unit:
        assert await unit.facts.get("commands:global") is None


async def test_a_later_value_replaces_the_earlier_one(store: Store) -> None:
    async with store.write() as unit:
        await unit.facts.set("commands:global", "one")
        await unit.facts.set("commands:global", "two")
    async with store.read() as unit:
        assert await unit.facts.get("commands:global") == "two"


async def test_long_keys_with_one_beginning_stay_apart(store: Store) -> None:
    async with store.write() as unit:
        await unit.facts.set("q" * 5000 + "1", "one")
        await unit.facts.set("q" * 5000 + "2", "two")
    async with store.read() as unit:
        assert await unit.facts.get("q" * 5000 + "1") == "one"
