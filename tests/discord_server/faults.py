"""Failures on demand. A fault matches requests by "METHOD /path" (`*` matches anything), takes effect `times` times (None:
until removed), and counts its `hits`. Here a test adds: `faults.answer(503, on="POST /channels/*/messages")`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

GATEWAY = "the gateway"


@dataclass(eq=False)
class Fault:
    on: str
    times: int | None
    status: int | None = None
    is_drop: bool = False
    is_stored: bool = False
    """The request takes effect first; only its answer is lost or replaced."""
    delay_s: float = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    every: int = 1
    """It strikes each n-th request that it matches."""
    met: int = 0
    hits: int = 0

    @property
    def is_spent(self) -> bool:
        return self.times is not None and self.hits >= self.times


class Faults:
    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def answer(self, status: int, *, on: str = "*", times: int | None = 1, every: int = 1, is_stored: bool = False) -> Fault:
        """Answer with this status; with `is_stored` after doing what was asked."""
        return self._add(Fault(on, times, status=status, every=every, is_stored=is_stored))

    def rate_limit(
        self, retry_after_s: float, *, on: str = "*", times: int | None = 1, is_global: bool = False, by_proxy: bool = False
    ) -> Fault:
        """Answer 429. `by_proxy`: as the proxy before Discord bans a client, in HTML and without a `Via` header."""
        headers = {"Retry-After": str(retry_after_s), "X-RateLimit-Scope": "global" if is_global else "user"}
        body = {"message": "You are being rate limited.", "retry_after": retry_after_s, "global": is_global}
        if not by_proxy:
            headers["Via"] = "1.1 loopback"
        return self._add(Fault(on, times, status=429, headers=headers, body=None if by_proxy else body))

    def drop(self, *, on: str = "*", times: int | None = 1, every: int = 1, is_stored: bool = False) -> Fault:
        """Break the connection instead of answering: before anything is done, or after it is stored."""
        return self._add(Fault(on, times, is_drop=True, every=every, is_stored=is_stored))

    def delay(self, seconds: float, *, on: str = "*", times: int | None = 1) -> Fault:
        """Answer late; the request takes effect after the delay."""
        return self._add(Fault(on, times, delay_s=seconds))

    def refuse_gateway(self, *, times: int | None = 1, status: int = 503) -> Fault:
        return self._add(Fault(GATEWAY, times, status=status))

    def remove(self, fault: Fault) -> None:
        self.rules.remove(fault)

    def clear(self) -> None:
        self.rules.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that applies, counted."""
        called = f"{method} {path}"
        return self._first(lambda fault: fault.on != GATEWAY and fnmatchcase(called, fault.on))

    def take_gateway(self) -> Fault | None:
        return self._first(lambda fault: fault.on == GATEWAY)

    def _first(self, applies: Callable[[Fault], bool]) -> Fault | None:
        for fault in self.rules:
            if not fault.is_spent and applies(fault):
                fault.met += 1
                if fault.met % fault.every == 0:
                    fault.hits += 1
                    return fault
        return None

    def _add(self, fault: Fault) -> Fault:
        self.rules.append(fault)
        return fault
