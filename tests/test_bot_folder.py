"""The watched folder: each file once, when it is complete, and again when it changes."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.folder import RESTED_S, Folder


@dataclass
class Watched:
    """A folder and the two clocks by which it is looked at; they stand until a test moves them."""

    path: Path
    at: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        self.folder = Folder(self.path, clock=lambda: self.at, stopwatch=lambda: self.at)

    def write(self, name: str, text: str, *, age_s: float = 0) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (self.at - age_s, self.at - age_s))
        return path

    def look(self, after_s: float = 0) -> list[str]:
        self.at += after_s
        return [str(path.relative_to(self.path)) for path in self.folder.changed()]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "articles")


def test_a_file_comes_once_when_it_has_rested(watched: Watched) -> None:
    watched.write("a.txt", "x")
    assert watched.look() == []
    assert watched.look(RESTED_S / 2) == []
    assert watched.look(RESTED_S) == ["a.txt"]
    assert watched.look(RESTED_S) == []


def test_old_files_come_at_the_first_look(watched: Watched) -> None:
    for name in ("b/c.html", "a.jsonl", "d.zip", "e.txt.gz", "photo.png", "photo.png.gz", ".hidden.txt"):
        watched.write(name, "x", age_s=60)
    assert watched.look() == ["a.jsonl", "b/c.html", "d.zip", "e.txt.gz"]


def test_a_file_that_is_still_written_waits(watched: Watched) -> None:
    for size in range(1, 6):
        watched.write("a.txt", "x" * size)
        assert watched.look(RESTED_S * 0.9) == []
    assert watched.look(RESTED_S) == ["a.txt"]


def test_a_file_whose_clock_runs_ahead_comes_when_it_rests(watched: Watched) -> None:
    watched.write("a.txt", "x", age_s=-3600)
    assert watched.look() == []
    assert watched.look(RESTED_S) == ["a.txt"]


def test_a_changed_file_comes_again(watched: Watched) -> None:
    watched.write("a.txt", "x", age_s=60)
    assert watched.look() == ["a.txt"]
    watched.write("a.txt", "other", age_s=30)
    assert watched.look() == ["a.txt"]
    assert watched.look() == []


def test_a_replaced_file_comes_again_even_if_size_and_time_are_the_same(watched: Watched) -> None:
    path = watched.write("a.txt", "x", age_s=60)
    assert watched.look() == ["a.txt"]
    os.replace(watched.write(".new", "y", age_s=60), path)
    assert watched.look() == ["a.txt"]


def test_a_renamed_file_does_not_come_again(watched: Watched) -> None:
    path = watched.write("a.txt", "x", age_s=60)
    assert watched.look() == ["a.txt"]
    path.rename(watched.path / "b.txt")
    assert watched.look() == []
    (watched.path / "deep").mkdir()
    (watched.path / "b.txt").rename(watched.path / "deep" / "c.txt")
    assert watched.look() == []
    watched.write("deep/c.txt", "other", age_s=30)
    assert watched.look() == ["deep/c.txt"]


def test_a_failed_file_comes_again_under_its_other_name(watched: Watched) -> None:
    path = watched.write("a.txt", "x", age_s=60)
    assert watched.look() == ["a.txt"]
    watched.folder.again(path, 60)
    path.rename(watched.path / "b.txt")
    assert watched.look() == []
    assert watched.look(61) == ["b.txt"]
    assert watched.look(61) == []


def test_a_file_that_went_and_came_back_is_new(watched: Watched) -> None:
    path = watched.write("a.txt", "x", age_s=60)
    assert watched.look() == ["a.txt"]
    path.unlink()
    assert watched.look() == []
    watched.write("a.txt", "x", age_s=60)
    assert watched.look() == ["a.txt"]


def test_a_folder_that_is_not_there_yet_is_empty(watched: Watched) -> None:
    assert watched.look() == []
    watched.write("a.txt", "x", age_s=60)
    assert watched.look() == ["a.txt"]
