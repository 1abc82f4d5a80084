"""A watched folder: which article files are new or changed since the last look, once nobody writes to them any more."""

import math
import time
from pathlib import Path

from handlers.files import find

RESTED_S = 2
"""A file that nobody wrote to for so long is complete; a younger one is looked at again first."""

Version = tuple[int, int]
"""Size and time of change: what tells one state of a file from the next."""


class Folder:
    """Ask `changed()` in turn; what it returned once comes again only when the file changes, or after `again()`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: dict[Path, Version] = {}
        self._returned: dict[Path, Version] = {}
        self._again_at: dict[Path, float] = {}

    def changed(self) -> list[Path]:
        """Files that are due, in the order of their names. A folder that is not there holds none."""
        if not self._path.is_dir():
            return []
        current = {path: version for path in find([self._path]) if (version := _version(path)) is not None}
        due = [path for path, version in current.items() if self._is_due(path, version)]
        self._seen = current
        # What is gone is forgotten: when it comes back, it is new.
        self._returned = {path: version for path, version in self._returned.items() if path in current}
        self._returned.update((path, current[path]) for path in due)
        return due

    def again(self, path: Path, after_s: float) -> None:
        """Return the file once more, though unchanged: it could not be taken in."""
        self._again_at[path] = time.monotonic() + after_s

    def _is_due(self, path: Path, version: Version) -> bool:
        age_s = time.time() - version[1] / 1e9
        has_rested = self._seen.get(path) == version or age_s > RESTED_S
        if not has_rested:
            return False
        if self._returned.get(path) != version:
            self._again_at.pop(path, None)
            return True
        if self._again_at.get(path, math.inf) <= time.monotonic():
            del self._again_at[path]
            return True
        return False


def _version(path: Path) -> Version | None:
    try:
        found = path.stat()
    except OSError:  # gone, or a dangling link
        return None
    return found.st_size, found.st_mtime_ns
