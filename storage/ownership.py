"""A lock beside a SQLite file, held by the one process that runs the service on it. The system drops it when that dies."""

import sys
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
            _take(self._file.fileno())
        except OSError as error:
            self._file.close()
            raise StorageError(f"the database {path} is in use by another Parley") from error

    def release(self) -> None:
        self._file.close()


def _take(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
