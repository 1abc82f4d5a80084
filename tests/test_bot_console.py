"""The command line as child processes: exit status, one clear line on standard error, and the fields of `--json`."""

import asyncio
import json
import os
import re
import sys
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.cards import LOOKS
from tests import mixed_files
from tests.articles import readiness, refusal
from tests.site import Page, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).parents[1]
GOLD_FIELDS = ["speaker", "counterpart", "stance", "scope", "condition", "evidence", "start", "end", "direct", "said_on"]
TEXT = f"Naïve “café” 😀 first.\n\n{refusal('Iran', 'Iraq')}\n{readiness('Venezuela', 'Colombia')}"


@dataclass
class Ended:
    """What a process left behind."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def complaint(self) -> str:
        """The one line on standard error."""
        assert "Traceback" not in self.err
        (line,) = self.err.splitlines()
        return line


@dataclass
class Shell:
    """A folder in which commands run, without any setting of the outside."""

    folder: Path

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    async def run(self, *arguments: str, stdin: bytes = b"", **settings: str) -> Ended:
        plain = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.folder,
            env={**plain, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **settings},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(stdin), 60)
        return Ended(process.returncode or 0, out.decode(), err.decode())


@pytest_asyncio.fixture(loop_scope="module")
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    yield Shell(tmp_path)


async def test_analyze_gives_the_gold_fields_with_spans_of_the_text(shell: Shell) -> None:
    paths = [shell.write("a.txt", TEXT), "missing.txt"]
    ended = await shell.run("analyze", *paths, "-", "--json", "--outlet", "Gazette", "--published", "2025-02-07", stdin=b"No.")
    assert ended.status == 0
    assert ended.complaint == "missing.txt: there is no such file"
    article, other = ended.objects
    assert (article["id"], article["outlet"], article["published"]) == ("a.txt", "Gazette", "2025-02-07")
    assert other["statements"] == []
    found = article["statements"]
    assert [(one["speaker"], one["counterpart"], one["stance"]) for one in found] == [
        ("Iran", "Iraq", "rejects"),
        ("Venezuela", "Colombia", "open"),
    ]
    for one in found:
        assert list(one) == [*GOLD_FIELDS, "confidence"]
        assert TEXT[one["start"] : one["end"]] == one["evidence"]
    assert not list(shell.folder.glob("*.db*"))


async def test_what_is_ingested_is_answered(shell: Shell) -> None:
    paths = [shell.write("a.txt", TEXT), shell.write("empty.txt", " ")]
    stored = await shell.run("ingest", *paths, "--json")
    assert (stored.status, stored.objects) == (0, [{"id": "a.txt", "outcome": "stored", "statements": 2, "language": "en"}])
    assert stored.err.splitlines()[-1] == "empty.txt: is empty"
    again, status, stance, unknown, options = await asyncio.gather(
        shell.run("ingest", "a.txt"),
        shell.run("ask", "status", "--json"),
        shell.run("ask", "stance", "actor:Tehran", "--json"),
        shell.run("ask", "stance actor:Nobody At All"),
        shell.run("ask", "stance"),
    )
    assert again.out == "0 stored, 0 revised, 1 known already, 0 failed; 0 statements.\n"
    assert (status.status, status.objects[0]["statements"]) == (0, 2)
    (position,) = stance.objects
    assert (position["speaker"], position["stance"], position["day"]) == ("Iran", "rejects", None)
    assert position["reports"][0]["evidence"] in TEXT
    assert (unknown.status, unknown.out) == (1, "")
    assert unknown.complaint.startswith("parley: I know no actor called “Nobody At All”.")
    assert (options.status, options.complaint[:8]) == (1, "parley: ")


async def test_a_folder_of_mixed_files_is_stored_but_for_the_bad_ones(shell: Shell) -> None:
    mixed_files.write(shell.folder / "in", count=80, bad=10)
    first = await shell.run("ingest", "in")
    assert (first.status, first.out) == (0, "70 stored, 0 revised, 0 known already, 10 failed; 8 statements.\n")
    complaints = first.err.splitlines()
    assert len(complaints) == 10
    assert all(re.match(r"in/\d/\d{5}\.\S+: [a-z]", line) for line in complaints), complaints
    (shell.folder / "in" / "0").rename(shell.folder / "in" / "renamed")
    again = await shell.run("ingest", "in")
    assert (again.status, again.out) == (0, "0 stored, 0 revised, 70 known already, 10 failed; 0 statements.\n")


async def test_the_members_of_an_archive_are_articles_of_their_own(shell: Shell) -> None:
    with zipfile.ZipFile(shell.folder / "wire.zip", "w") as archive:
        archive.writestr("monday/a.txt", refusal("Iran", "Iraq"))
        archive.writestr("b.json", "{")
        archive.writestr("c.txt", readiness("Venezuela", "Colombia"))
    ended = await shell.run("analyze", "wire.zip", "--json")
    assert [(found["id"], len(found["statements"])) for found in ended.objects] == [
        ("wire.zip/monday/a.txt", 1),
        ("wire.zip/c.txt", 1),
    ]
    assert ended.complaint.startswith("wire.zip/b.json: is not JSON")


async def test_score_tells_the_figures(shell: Shell) -> None:
    text = refusal("Iran", "Iraq").strip()
    row = {"speaker": "Iran", "counterpart": "Iraq", "stance": "rejects", "evidence": text, "start": 0, "end": len(text)}
    gold = {"id": "a", "text": text, "published": "2025-02-07", "statements": [{**row, "direct": False, "said_on": None}]}
    shell.write("gold.jsonl", json.dumps(gold) + "\n")
    shell.write("none.jsonl", '{"id": "a", "text": "x"}\n')
    good, bad, missing = await asyncio.gather(
        shell.run("score", "gold.jsonl", "--json"), shell.run("score", "none.jsonl"), shell.run("score", "missing.jsonl")
    )
    (figures,) = good.objects
    assert good.status == 0
    assert {level["f1"] for level in figures.values() if isinstance(level, dict) and "f1" in level} == {1.0}
    assert (bad.status, bad.complaint) == (1, "parley: none.jsonl: line 1 has no list of statements: not a gold file")
    assert (missing.status, missing.complaint) == (1, "parley: missing.jsonl: there is no such file")


async def test_a_missing_model_is_named(shell: Shell) -> None:
    shell.write("a.txt", TEXT)
    ended = await shell.run("analyze", "a.txt", SPACY_MODEL="no_such_model")
    assert ended.status == 1
    assert re.search(r"SPACY_MODEL.*'no_such_model'", ended.err)
    assert "Traceback" not in ended.err


async def test_a_long_complaint_is_one_line(shell: Shell) -> None:
    long = "folder-" * 20 + ".txt"
    ended = await shell.run("analyze", long)
    assert (ended.status, ended.complaint) == (1, f"{long}: there is no such file")


async def test_ingest_complains_once(shell: Shell) -> None:
    ended = await shell.run("ingest", shell.write("empty.txt", " "))
    assert (ended.status, ended.complaint) == (1, "empty.txt: is empty")


FAILURES = (
    (("migrate",), {"DATABASE_URL": "sqlite+aiosqlite:////no/such/folder/x.db"}, "/no/such/folder is no folder"),
    (("migrate",), {"DATABASE_URL": "mysql://u:secret@host/d"}, "DATABASE_URL names mysql"),
    (("migrate",), {"TICK_S": "never"}, "TICK_S=never"),
    (("feed", "remove", "nothing"), {}, "No feed of yours is called that"),
    (("ask", "nonsense"), {}, "There is no command /nonsense."),
)


async def test_a_failure_is_one_line(shell: Shell) -> None:
    assert (await shell.run("migrate")).status == 0
    results = await asyncio.gather(*(shell.run(*arguments, **settings) for arguments, settings, _ in FAILURES))
    for ended, (arguments, _, words) in zip(results, FAILURES, strict=True):
        assert (ended.status, ended.out) == (1, ""), arguments
        assert ended.complaint.startswith("parley: ")
        assert words in ended.complaint
        assert "secret" not in ended.complaint


def rss(title: str, text: str) -> Page:
    item = f"<item><title>A</title><guid>{title}</guid><description>{text}</description></item>"
    return Page(f"<rss version='2.0'><channel><title>{title}</title>{item}</channel></rss>".encode(), "application/rss+xml")


async def test_feeds_are_managed_without_discord(shell: Shell) -> None:
    async with Site() as site:
        allow = {"FETCH_ALLOW": site.host}
        site.pages["/"] = Page(b"<html><link rel=alternate type=application/rss+xml href=/rss></html>")
        site.pages["/rss"] = rss("Gazette", refusal("Iran", "Iraq"))
        site.pages["/two"] = rss("Two", "x")
        asked = await shell.run("feed", "add", site.url("/"), **allow)
        assert (asked.status, asked.complaint) == (1, "Nothing was changed: say y, or give --yes.")
        assert "1 with statements" in asked.out
        assert "None yet." in (await shell.run("feed", "list", **allow)).out
        added = await shell.run("feed", "add", site.url("/"), "--yes", "--name", "The Gazette", **allow)
        assert (added.status, added.err) == (0, "")
        listed = shell.write("feeds.opml", f'<opml><body><outline xmlUrl="{site.url("/two")}"/></body></opml>')
        assert "1 feed added" in (await shell.run("feed", "import", listed, **allow)).out
        assert (await shell.run("feed", "pause", "2", **allow)).status == 0
        feeds = (await shell.run("feed", "list", "--json", **allow)).objects
        assert [(feed["name"], feed["state"]) for feed in feeds] == [("The Gazette", "active"), ("Two", "paused")]
        exported = await shell.run("feed", "export", **allow)
        assert exported.out.count("<outline ") == 2
        assert (await shell.run("feed", "export", "out.opml", **allow)).out == "2 feeds exported to out.opml.\n"
        assert (shell.folder / "out.opml").read_text() == exported.out
        assert (await shell.run("feed", "remove", "Two", **allow)).status == 1
        assert (await shell.run("feed", "remove", "Two", "--yes", **allow)).status == 0
        assert len((await shell.run("feed", "list", "--json", **allow)).objects) == 1
        assert (await shell.run("feed", "import", **allow)).status == 2


async def test_wrong_usage_ends_with_2_and_right_usage_with_0(shell: Shell) -> None:
    calls = (("bogus",), ("analyze",), ("feed", "bogus"), ("score", "a", "--errors", "many"), ("feed", "list"), ("-h",))
    ended = await asyncio.gather(*(shell.run(*arguments) for arguments in calls))
    assert [one.status for one in ended] == [2, 2, 2, 2, 0, 0]
    assert all("Usage: " in one.err for one in ended[:4])
    assert "None yet" in ended[4].out


async def test_the_demo_shows_cards_and_ends_by_itself(shell: Shell) -> None:
    ended = await shell.run("run")
    assert (ended.status, ended.err) == (0, "")
    assert "No DISCORD_TOKEN" in ended.out
    cards = re.split(r"^\+- ", ended.out, flags=re.MULTILINE)[1:]
    assert len(cards) >= 10
    words = [look.word for look in LOOKS.values()]
    for card in cards:
        assert any(word in card.partition("\n")[0] for word in words), card
        assert re.search(r"^\| (Said|Day unknown)\b", card, re.MULTILINE), card
        assert re.match(r"[^\n]+\n\| \w", card), card
    outlets = set(re.findall(r"The (?:Gulf Ledger|Harbour Post)", ended.out))
    assert len(outlets) == 2
    assert f"{len(cards)} alerts." in ended.out
    assert not list(shell.folder.iterdir())
