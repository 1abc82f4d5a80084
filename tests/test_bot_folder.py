"""The watched folder: each file once, when it is complete, and again when it changes."""

import os
import time
from pathlib import Path

from bot.folder import Folder


def write(path: Path, text: str, age_s: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    then = time.time() - age_s
    os.utime(path, (then, then))
    return path


def test_a_file_comes_once_when_it_has_rested(tmp_path: Path):
    folder = Folder(tmp_path)
    assert folder.changed() == []
    path = write(tmp_path / "a.txt", "x")
    assert folder.changed() == []
    assert folder.changed() == [path]
    assert folder.changed() == []


def test_old_files_come_at_the_first_look(tmp_path: Path):
    paths = [write(tmp_path / name, "x", age_s=60) for name in ("b/c.html", "a.jsonl")]
    write(tmp_path / "photo.png", "x", age_s=60)
    write(tmp_path / ".hidden.txt", "x", age_s=60)
    assert Folder(tmp_path).changed() == sorted(paths)


def test_a_file_that_is_still_written_waits(tmp_path: Path):
    folder = Folder(tmp_path)
    for text in ("x", "xx", "xxx"):
        path = write(tmp_path / "a.txt", text)
        assert folder.changed() == []
    assert folder.changed() == [path]


def test_a_changed_file_comes_again(tmp_path: Path):
    folder = Folder(tmp_path)
    path = write(tmp_path / "a.txt", "x", age_s=60)
    assert folder.changed() == [path]
    write(path, "other", age_s=30)
    assert folder.changed() == [path]
    assert folder.changed() == []


def test_a_file_that_went_and_came_back_is_new(tmp_path: Path):
    folder = Folder(tmp_path)
    path = write(tmp_path / "a.txt", "x", age_s=60)
    assert folder.changed() == [path]
    path.unlink()
    assert folder.changed() == []
    write(path, "x", age_s=60)
    assert folder.changed() == [path]


def test_a_folder_that_is_not_there_yet_is_empty(tmp_path: Path):
    folder = Folder(tmp_path / "later")
    assert folder.changed() == []
    path = write(tmp_path / "later" / "a.txt", "x", age_s=60)
    assert folder.changed() == [path]
