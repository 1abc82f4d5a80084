"""Order does not matter: any order of arrival makes the same record, and so does a rebuild; on both databases."""

import asyncio
import shutil
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from handlers.model import Notice
from storage import Store
from tests.threads import Told, everything, rebuild, record

QUOTES = (
    "We shall sit down with them in any town and at any hour",
    "We shall never sit down with them in any town at any hour",
)
OUTLETS = ("Courier", "Echo", "Reuters")
WITHDRAWN = Notice("withdraws", ("Headline",), None, "withdraws its report on Ada Berg")
CORRECTED = Notice("corrects", ("Headline",), date(2021, 3, 2), "corrects its report on Ada Berg")

articles = st.builds(
    Told,
    said=st.sampled_from(["r", "o", *(f"{stance} {day}" for stance in "roec" for day in (1, 2, 3, 8))]),
    words=st.sampled_from(["", *QUOTES, QUOTES[0] + ", and so it is"]),
    outlet=st.sampled_from(OUTLETS),
    published=st.sampled_from([None, "2", "4", "9"]),
    title=st.sampled_from([None, "Headline"]),
    condition=st.sampled_from([None, "if the sanctions are lifted", "once they remove the sanctions and free the crews"]),
    scope=st.sampled_from([None, None, "missiles"]),
    notice=st.sampled_from([None, None, None, None, WITHDRAWN, CORRECTED]),
)
threads = st.lists(articles, min_size=2, max_size=7).flatmap(
    lambda thread: st.tuples(st.just(thread), st.permutations(range(len(thread))))
)


async def _made(url: str, thread: list[Told], order: list[int]) -> tuple[list[list[str]], list[list[str]]]:
    store = await Store.open(url)
    try:
        await record(store, thread, order)
        found = await everything(store)
        await rebuild(store)
        return found, await everything(store)
    finally:
        await store.close()


# Not shrunk: a smaller thread would take minutes to find, and the one at hand is short.
@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(threads)
def test_any_order_makes_the_same_record(sqlite_template: Path, case: tuple[list[Told], list[int]]) -> None:
    thread, order = case

    async def both() -> None:
        with tempfile.TemporaryDirectory() as folder:
            made: list[list[list[str]]] = []
            for number, each in enumerate((list(range(len(thread))), order)):
                path = Path(folder) / f"{number}.db"
                shutil.copyfile(sqlite_template, path)
                made += await _made(f"sqlite+aiosqlite:///{path}", thread, each)
            assert made[0] == made[1] == made[2] == made[3]

    asyncio.run(both())


async def test_a_rebuild_finds_the_same_record_on_either_database(store: Store) -> None:
    thread = [
        Told("r 1"), Told("o 3", QUOTES[0], "Echo"), Told("o", QUOTES[0], "Reuters", published="9"),
        Told("r 3", outlet="Globe"),
        Told("c 8", condition="if the sanctions are lifted", title="Headline", published="8"), Told("o 8", outlet="Echo"),
        Told("", published="9", notice=WITHDRAWN),
    ]  # fmt: skip
    await record(store, thread, [6, 2, 0, 5, 1, 4, 3])
    found = await everything(store)
    await rebuild(store)
    assert await everything(store) == found
    assert found[1:3] == [["rejects > open 3"], ["3 open: 2"]]
