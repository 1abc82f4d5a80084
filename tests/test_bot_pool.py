"""Worker processes: they answer, they are killed when they overrun, their death costs one document, none stays behind."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.pool import Pool
from handlers.errors import FormatError, ParleyError, SettingError
from handlers.model import Article, Stance
from tests.documents import document

ROOT = Path(__file__).parents[1]

ATTRIBUTES = " ".join(f"a{number}='1'" for number in range(100_000))
HANGS = document(f"<rss version='2.0'><channel {ATTRIBUTES}></channel></rss>", "https://e.example/hangs")
"""One element with 100,000 attributes: feedparser 6.0.14 needs minutes."""


def children() -> list[int]:
    """Worker processes that this one started and that still run."""
    found = [int(child) for task in Path("/proc/self/task").iterdir() for child in (task / "children").read_text().split()]
    return [child for child in found if b"bot.worker" in Path(f"/proc/{child}/cmdline").read_bytes()]


def cpu_s(process: int) -> float:
    user, system = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def busy_worker(known: frozenset[int] = frozenset()) -> int:
    """The process that works on a document: by its processor time, it must have finished starting."""
    while True:
        for child in set(children()) - known:
            if cpu_s(child) > 0.7:
                return child
        await asyncio.sleep(0.02)


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    assert children() == []
    pool = Pool(parse_s=1)
    yield pool
    await pool.close()
    assert children() == []


async def test_a_call_during_the_start_waits_for_it(pool: Pool):
    starting = asyncio.create_task(pool.start())
    await asyncio.sleep(0)
    parsed, feed = await asyncio.gather(
        pool.parse(document("Text.", "a.txt")), pool.parse_feed(document("<rss><channel/></rss>")), return_exceptions=True
    )
    assert not isinstance(parsed, BaseException)
    assert isinstance(feed, FormatError) or not isinstance(feed, BaseException)
    await starting


async def test_documents_become_articles(pool: Pool):
    parsed = await pool.parse(document('{"text": "a"}\nbad\n', "a.jsonl"), outlet="Wire", published=date(2025, 2, 7))
    assert [(article.text, article.outlet, article.published) for article in parsed.articles] == [
        ("a", "Wire", date(2025, 2, 7))
    ]
    assert [problem.reason.partition(" (")[0] for problem in parsed.problems] == ["line 2: is not JSON"]
    feed = document("<rss version='2.0'><channel><title>T</title><item><title>a</title></item></channel></rss>")
    content = await pool.parse_feed(feed)
    assert (content.title, len(content.articles)) == ("T", 1)


async def test_an_error_of_a_document_comes_back_as_it_is_and_keeps_the_process(pool: Pool):
    await pool.parse(document("x", "a.txt"))
    before = children()
    with pytest.raises(FormatError) as caught:
        await pool.parse_feed(document("<html></html>", "https://e.example/"))
    assert (caught.value.origin, caught.value.reason.partition(" (")[0]) == ("https://e.example/", "is a web page, not a feed")
    assert children() == before


async def test_a_call_that_overruns_is_killed_and_the_next_one_answered(pool: Pool):
    await pool.parse(document("x", "a.txt"))
    before = children()
    started = time.monotonic()
    with pytest.raises(FormatError, match=r"^https://e\.example/hangs: takes longer than 1 s to parse$"):
        await pool.parse_feed(HANGS)
    assert time.monotonic() - started < 5
    assert children() == []
    assert (await pool.parse(document("y", "a.txt"))).articles[0].text == "y"
    assert len(children()) == 1
    assert children() != before


async def test_waiting_does_not_count_as_time():
    pool = Pool(parse_s=0.6)
    await pool.parse(document("x", "a.txt"))
    results = await asyncio.gather(
        pool.parse_feed(HANGS), pool.parse_feed(HANGS), pool.parse(document("z", "a.txt")), return_exceptions=True
    )
    await pool.close()
    assert [type(result).__name__ for result in results] == ["FormatError", "FormatError", "Parsed"]


async def test_a_process_that_dies_idle_is_replaced_unseen(pool: Pool):
    await pool.parse(document("x", "a.txt"))
    (worker,) = children()
    os.kill(worker, signal.SIGKILL)
    assert (await pool.parse(document("y", "a.txt"))).articles[0].text == "y"


async def test_a_document_that_ends_its_process_twice_is_given_up():
    pool = Pool(parse_s=60)
    call = asyncio.create_task(pool.parse_feed(HANGS))
    first = await busy_worker()
    os.kill(first, signal.SIGKILL)
    os.kill(await busy_worker(frozenset({first})), signal.SIGKILL)
    with pytest.raises(FormatError, match="ends the process that should parse it"):
        await call
    assert (await pool.parse(document("y", "a.txt"))).articles[0].text == "y"
    await pool.close()


async def test_memory_is_bounded():
    pool = Pool(parse_memory=400_000_000)
    with pytest.raises(FormatError, match=r"^large\.json: could not be read \(it needs too much memory\)$"):
        await pool.parse(document("[" + "[]," * 6_000_000 + "0]", "large.json"))
    assert (await pool.parse(document("y", "a.txt"))).articles[0].text == "y"
    await pool.close()
    assert children() == []


async def test_a_cancelled_call_does_not_answer_the_next(pool: Pool):
    await pool.parse(document("x", "a.txt"))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pool.parse_feed(HANGS), 0.2)
    assert (await pool.parse(document("y", "a.txt"))).articles[0].text == "y"


async def test_closing_ends_what_runs_and_refuses_what_comes():
    pool = Pool(parse_s=30)
    await pool.parse(document("x", "a.txt"))
    call = asyncio.create_task(pool.parse_feed(HANGS))
    await asyncio.sleep(0.2)
    await pool.close()
    with pytest.raises(ParleyError, match="stopped before it was done") as caught:
        await call
    assert not isinstance(caught.value, FormatError)
    with pytest.raises(ParleyError, match="stopped before it was done"):
        await pool.parse(document("y", "a.txt"))
    assert children() == []


async def test_closing_while_a_process_starts_leaves_none():
    for pause_s in (0, 0.01, 0.05):
        pool = Pool()
        call = asyncio.create_task(pool.parse(document("x", "a.txt")))
        await asyncio.sleep(pause_s)
        await pool.close()
        with pytest.raises(ParleyError, match="stopped before it was done"):
            await call
        assert children() == []


async def test_a_large_document_passes_through(pool: Pool):
    text = "words " * 1_500_000
    assert (await pool.parse(document(text, "a.txt"))).articles[0].text == text


async def test_articles_are_read_beside_a_parser_that_hangs():
    pool = Pool(parse_s=30)
    await pool.start()
    assert len(children()) == 2
    hanging = asyncio.create_task(pool.parse_feed(HANGS))
    text = '"We will not negotiate with the United States," Iranian Supreme Leader Ali Khamenei said on Wednesday.'
    reading = await pool.read(Article(text, "a.txt", published=date(2019, 5, 29)))
    assert {statement.stance for statement in reading.statements} <= set(Stance)
    assert not hanging.done()
    await pool.close()
    with pytest.raises(ParleyError):
        await hanging
    assert children() == []


async def test_a_missing_model_stops_the_start():
    pool = Pool(model="no_such_model")
    with pytest.raises(SettingError, match="SPACY_MODEL"):
        await pool.start()
    await pool.close()
    assert children() == []


PROGRAM = """
import asyncio, sys
from datetime import UTC, datetime
from bot.pool import Pool
from handlers.model import Document

async def main():
    pool = Pool()
    await pool.parse(Document(b"x", "a.txt", datetime.now(UTC)))
    print("ready", flush=True)
    await asyncio.sleep(60)

try:
    asyncio.run(main())
except KeyboardInterrupt:
    sys.exit(3)
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 3), (signal.SIGKILL, -signal.SIGKILL)])
def test_no_process_outlives_the_bot_and_none_complains(number: int, status: int, tmp_path: Path):
    """As from a terminal: the signal goes to the whole process group. The current folder has a `bot` of its own."""
    (tmp_path / "bot.py").write_text("raise SystemExit('the wrong one')")
    command = [sys.executable, "-c", f"import sys; sys.path[0:1] = [{str(ROOT)!r}]\n{PROGRAM}"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=tmp_path, start_new_session=True, text=True, **pipes) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline() == "ready\n"
        worker = int(Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text())
        os.killpg(program.pid, number)
        assert program.wait(10) == status
        deadline = time.monotonic() + 5
        while Path(f"/proc/{worker}").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not Path(f"/proc/{worker}").exists() or "State:\tZ" in Path(f"/proc/{worker}/status").read_text()
        assert program.stderr.read() == ""
