"""A private PostgreSQL cluster for the tests: Debian's binaries, a temporary folder, a Unix socket and no port.

In: nothing. Out: `Cluster`, which makes fresh databases from a template in some 20 ms. It runs as an unprivileged
user where the tests run as root, since the server refuses root.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

START_S = 30.0
STOP_S = 20.0
MEMORY_BYTES = 1_000_000_000

# Nothing here outlives the tests, so nothing waits for the disk.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "log_min_messages": "fatal",
}


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest version first."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: _version(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders = [*versions, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


class Cluster:
    """Runs from construction to `stop`."""

    def __init__(self, binaries: Path) -> None:
        self._numbers = count(1)
        # Not pytest's folder: a socket's path may have 107 characters only.
        self._folder = Path(tempfile.mkdtemp(prefix="parley-pg-", dir=_memory_folder()))
        self._user = _unprivileged_user()
        if self._user is not None:
            shutil.chown(self._folder, self._user, pwd.getpwnam(self._user).pw_gid)
        try:
            data = self._folder / "data"
            initdb = [binaries / "initdb", "-D", data, "-U", "parley", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
            subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=self._folder, **self._as_user())
            settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
            command = [binaries / "postgres", "-D", data, "-k", self._folder, *settings]
            self._server = subprocess.Popen(command, cwd=self._folder, **self._as_user())
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        try:
            self._admin = self._connect()
        except BaseException:
            self.stop()
            raise

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://parley@/{database}?host={self._folder}"

    def create(self, template: str = "template1") -> str:
        """A new database's name."""
        name = f"parley_{next(self._numbers)}"
        self._admin.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
        return name

    def drop(self, database: str) -> None:
        self._admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(database)))

    def stop(self) -> None:
        if hasattr(self, "_admin"):
            self._admin.close()
        self._server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
        try:
            self._server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _connect(self) -> psycopg.Connection[tuple[object, ...]]:
        deadline = time.monotonic() + START_S
        while True:
            try:
                return psycopg.connect(host=str(self._folder), user="parley", dbname="postgres", autocommit=True)
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _as_user(self) -> dict[str, object]:
        if self._user is None:
            return {}
        entry = pwd.getpwnam(self._user)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _unprivileged_user() -> str | None:
    """Whom the server runs as; None: as whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _memory_folder() -> Path | None:
    """A folder in memory, where there is room: a new database took 22 ms there, 40 to 600 ms on a busy disk."""
    memory = Path("/dev/shm")
    has_room = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > MEMORY_BYTES
    return memory if has_room else None


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split(".") if part.isdigit())
