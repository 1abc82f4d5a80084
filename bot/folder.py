"""A watched folder: which article files are new or changed since the last look, once nobody writes to them any more.

A renamed file is the same file and does not come again; a replaced one does. What a removed file brought stays on record.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from handlers.files import find

RESTED_S = 2.0
"""A file that nobody wrote to for so long is complete. Copies over a network pause, but seldom longer."""


@dataclass(frozen=True, slots=True)
class Version:
    """What tells one state of a file from the next, under whatever name it lies."""

    device: int
    inode: int
    size: int
    changed_ns: int


class Folder:
    """Ask `changed()` in turn; what it returned once comes again only when the file changes, or after `again()`."""

    def __init__(
        self, path: Path, *, clock: Callable[[], float] = time.time, stopwatch: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path
        self._clock = clock
        self._stopwatch = stopwatch
        self._seen: dict[Path, tuple[Version, float]] = {}
        """Each file's state at the last look, and since when it has been so."""
        self._returned: dict[Path, Version] = {}
        self._again_at: dict[Path, float] = {}

    def changed(self) -> list[Path]:
        """Files that are due, in the order of their names. A folder that is not there holds none."""
        if not self._path.is_dir():
            return []
        current = {path: version for path in find([self._path]) if (version := _version(path)) is not None}
        looked_at = self._stopwatch()
        self._seen = {path: (version, self._since(path, version, looked_at)) for path, version in current.items()}
        self._forget_gone(current)
        due = [path for path, version in current.items() if self._is_due(path, version, looked_at)]
        self._returned.update((path, current[path]) for path in due)
        return due

    def again(self, path: Path, after_s: float) -> None:
        """Return the file once more, though unchanged: it could not be taken in."""
        self._again_at[path] = self._stopwatch() + after_s

    def _since(self, path: Path, version: Version, looked_at: float) -> float:
        before = self._seen.get(path)
        return before[1] if before is not None and before[0] == version else looked_at

    def _forget_gone(self, current: dict[Path, Version]) -> None:
        """What is gone is forgotten: when it comes back, it is new. What has only another name now keeps its past."""
        renamed = {version: path for path, version in current.items() if path not in self._returned}
        kept: dict[Path, Version] = {}
        for path, version in self._returned.items():
            name = path if path in current else renamed.get(version)
            if name is None:
                self._again_at.pop(path, None)
                continue
            kept[name] = version
            if name != path and path in self._again_at:
                self._again_at[name] = self._again_at.pop(path)
        self._returned = kept

    def _is_due(self, path: Path, version: Version, looked_at: float) -> bool:
        # By its own clock, so that a folder full of old files need not wait; by ours, since some clocks run ahead.
        has_rested = self._clock() - version.changed_ns / 1e9 > RESTED_S or looked_at - self._seen[path][1] >= RESTED_S
        if not has_rested:
            return False
        if self._returned.get(path) != version:
            self._again_at.pop(path, None)
            return True
        if self._again_at.get(path, math.inf) <= looked_at:
            del self._again_at[path]
            return True
        return False


def _version(path: Path) -> Version | None:
    try:
        found = path.stat()
    except OSError:  # gone, or a dangling link
        return None
    return Version(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
