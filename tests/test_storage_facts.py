"""Small facts: written over, read back, on both databases."""

import pytest

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


async def test_pruning_keeps_the_facts_that_were_set_last(store: Store) -> None:
    async with store.write() as unit:
        for name in "abcd":
            await unit.facts.set(f"page:{name}", name)
        await unit.facts.set("page:a", "again")
        for other in ("pages", "Page:e", "commands"):
            await unit.facts.set(other, "kept")
        assert await unit.facts.prune("page:", keep=2) == 2
        found = [await unit.facts.get(f"page:{name}") for name in "abcd"]
        assert found == ["again", None, None, "d"]
        for other in ("pages", "Page:e", "commands"):
            assert await unit.facts.get(other) == "kept"
        assert await unit.facts.prune("page:", keep=2) == 0
        assert await unit.facts.prune("page:", keep=0) == 2


@pytest.mark.parametrize("prefix", ["%", "_", "\\", "a\0b", "\ud800", "\U0001f54a"])
async def test_a_prefix_means_its_own_letters(store: Store, prefix: str) -> None:
    async with store.write() as unit:
        for key in ("x1", f"{prefix}1", f"{prefix}2"):
            await unit.facts.set(key, key)
        assert await unit.facts.prune(prefix, keep=1) == 1
        assert await unit.facts.get("x1") == "x1"
        assert await unit.facts.get(f"{prefix}1") is None


async def test_a_fact_is_forgotten_by_its_key(store: Store) -> None:
    async with store.write() as unit:
        await unit.facts.set("one", "1")
        await unit.facts.set("other", "2")
        await unit.facts.forget("one")
        await unit.facts.forget("never set")
        assert (await unit.facts.get("one"), await unit.facts.get("other")) == (None, "2")
