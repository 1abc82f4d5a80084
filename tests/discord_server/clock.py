"""The server's time and its ids. Tests move time forward with `advance`; ids carry their instant, as Discord's do."""

import itertools
import time
from datetime import UTC, datetime

EPOCH_MS = 1_420_070_400_000


class Clock:
    def __init__(self) -> None:
        self._offset_s = 0.0
        self._serial = itertools.count(1)
        self._last = 0

    def now(self) -> float:
        return time.time() + self._offset_s

    def at(self) -> datetime:
        return datetime.fromtimestamp(self.now(), UTC)

    def advance(self, seconds: float) -> None:
        self._offset_s += seconds

    def snowflake(self) -> int:
        """An id that is greater than all before it."""
        made = ((int(self.now() * 1000) - EPOCH_MS) << 22) | (next(self._serial) & 0xFFF)
        self._last = max(made, self._last + 1)
        return self._last


def snowflake_time(snowflake: int) -> float:
    return ((snowflake >> 22) + EPOCH_MS) / 1000
