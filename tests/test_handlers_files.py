"""Finding article files in folders, and reading them without being caught by what is no file."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers import files
from handlers.errors import FormatError
from handlers.model import Document

NOW = datetime(2025, 11, 22, 14, 3, tzinfo=UTC)


def test_folders_are_searched_below_and_in_order(tmp_path: Path):
    for name in ("b.txt", "a/z.HTML", "a/b/c.jsonl", "c.md", "feed.xml", "photo.png", "a/notes", ".hidden.txt", ".git/d.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    found = [str(path.relative_to(tmp_path)) for path in files.find([tmp_path])]
    assert found == ["a/b/c.jsonl", "a/z.HTML", "b.txt", "c.md", "feed.xml"]


def test_a_named_file_is_taken_whatever_it_is_called(tmp_path: Path):
    named = [tmp_path / "notes", tmp_path / ".hidden", tmp_path / "absent.txt"]
    assert list(files.find(named)) == named


def test_links_are_followed_but_never_in_a_circle(tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_text("x")
    (tmp_path / "in" / "loop").symlink_to(tmp_path)
    (tmp_path / "in" / "linked").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "dangling.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "in" / "self").symlink_to("self")
    found = [str(path.relative_to(tmp_path / "in")) for path in files.find([tmp_path / "in"])]
    assert found == ["dangling.txt", "linked/a.txt"]


def test_a_document_is_the_file_s_bytes_under_the_path_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("a.txt").write_bytes(b"caf\xe9\r\n")
    assert files.read(Path("a.txt"), NOW) == Document(b"caf\xe9\r\n", "a.txt", NOW)


def test_what_is_no_readable_file_says_why(tmp_path: Path):
    (tmp_path / "empty.txt").touch()
    os.mkfifo(tmp_path / "pipe.txt")
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(100_000_000)
    reasons = {
        "absent.txt": "there is no such file",
        "empty.txt": "is empty",
        ".": "is a folder",
        "pipe.txt": "is not a regular file",
        "large.txt": "is larger than 20 MB",
        "empty.txt/x": "cannot be opened (Not a directory)",
        "x" * 300: "cannot be opened (File name too long)",
        "nul\0": "cannot be opened (its name is not possible)",
    }
    for name, reason in reasons.items():
        with pytest.raises(FormatError) as caught:
            files.read(tmp_path / name, NOW)
        assert (caught.value.origin, caught.value.reason) == (str(tmp_path / name), reason)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path):
    path = tmp_path / "locked.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(FormatError, match=r"cannot be opened \(Permission denied\)"):
        files.read(path, NOW)
