"""A real `python -m bot run` as a child process, for tests that start, kill and restart it."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


class BotProcess:
    """One run of the bot. Its standard error is kept in a file, to be read when a test fails."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.folder = folder
        self.log = folder / "bot.log"
        plain = {name: value for name, value in os.environ.items() if name.isupper() and not name.startswith("DISCORD")}
        self.environment = {**plain, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **settings}
        self._process: asyncio.subprocess.Process | None = None
        self._told_before = 0

    async def start(self, *arguments: str) -> None:
        """In a process group of its own, so that a kill reaches its workers too, as a container's end does."""
        self._told_before = len(self.log.read_bytes()) if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                *(arguments or ("run",)),
                cwd=self.folder,
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def kill(self) -> None:
        """SIGKILL, now."""
        assert self._process is not None
        if self.is_running:
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    async def stop(self, within_s: float = 15) -> int:
        """SIGTERM, then its exit status."""
        assert self._process is not None
        if self.is_running:
            self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), within_s)

    async def ended(self, within_s: float = 30) -> int:
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), within_s)

    async def says(self, words: str, within_s: float = 30) -> None:
        """Wait until this run's log holds these words."""
        await self.has_said(words, times=1, within_s=within_s)

    async def has_said(self, words: str, *, times: int, within_s: float = 30) -> None:
        """Wait until this run's log holds these words so often."""
        deadline = time.monotonic() + within_s
        while self.told.count(words) < times:
            if time.monotonic() > deadline or not self.is_running:
                raise AssertionError(f"{words!r} never came; the log ends:\n{self.told[-3000:]}")
            await asyncio.sleep(0.05)

    @property
    def told(self) -> str:
        """What the run that was started last has said."""
        return self.log.read_bytes()[self._told_before :].decode(errors="replace")
