"""Paths in, Documents out. A file's own clock says nothing about its article, so the time of reading is an argument."""

import stat
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from handlers.archives import is_article_file
from handlers.errors import FormatError
from handlers.formats.content import MAX_BYTES
from handlers.model import Document


def find(paths: Iterable[Path]) -> Iterator[Path]:
    """Every path that is named, whatever its suffix, and for a folder the article files below it, sorted.

    Hidden files and folders are left out. Each folder is entered once, wherever links lead to it from.
    """
    for path in paths:
        if path.is_dir():
            yield from _below(path, {path.resolve()})
        else:
            yield path


def _below(folder: Path, entered: set[Path]) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:  # a folder that may not be listed, or is gone, holds nothing for us
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if not entry.is_dir():
            if is_article_file(entry.name):
                yield entry
        elif (real := entry.resolve()) not in entered:
            entered.add(real)
            yield from _below(entry, entered)


def read(path: Path, fetched_at: datetime) -> Document:
    """FormatError for what is no readable file, is empty or is too large; nothing large is read to find that out."""
    origin = str(path)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise FormatError(origin, "is a folder")
        # A pipe or a device could be waited on for ever.
        if not stat.S_ISREG(found.st_mode):
            raise FormatError(origin, "is not a regular file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1) if found.st_size <= MAX_BYTES else b""
    except FileNotFoundError as error:
        raise FormatError(origin, "there is no such file") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name is not possible"
        raise FormatError(origin, f"cannot be opened ({reason})") from error
    if found.st_size > MAX_BYTES or len(data) > MAX_BYTES:
        raise FormatError(origin, f"is larger than {MAX_BYTES // 1_000_000} MB")
    if not data:
        raise FormatError(origin, "is empty")
    return Document(data, origin, fetched_at)
