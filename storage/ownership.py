"""A lock beside a SQLite file, held by the one process that runs the service on it. The system drops it when that dies.

The like of it on a server is `engine.Database.own`.
"""

import fcntl
from pathlib import Path

from handlers.errors import StorageError


class FileLock:
    """Taken when made. StorageError: another process has it, or the file cannot be made."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = open(f"{path}.lock", "ab")  # noqa: SIM115 - open as long as the lock is held
        except OSError as error:
            raise StorageError(f"cannot open the database {path}: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise StorageError(f"the database {path} is in use by another Parley") from error

    def release(self) -> None:
        self._file.close()
