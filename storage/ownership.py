"""A lock beside a SQLite file, held by the one process that runs the service on it. The system drops it when that dies.

The like of it on a server is `engine.Database.own`.
"""

import fcntl
import os
from pathlib import Path

from handlers.errors import StorageError


class FileLock:
    """Taken when made. StorageError: another process has it, or the file cannot be made."""

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StorageError(f"cannot open the database {path}: {error.strerror}") from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise StorageError(f"the database {path} is in use by another Parley") from error

    def release(self) -> None:
        os.close(self._descriptor)
