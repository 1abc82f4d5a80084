"""Which addresses may be connected to. Asked at the socket, after every resolution, so that no name, spelling,
redirect or changed DNS answer gets round it; the table of what is not public is ssrfguard's.
"""

import socket
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address

from ssrfguard import BlockedAddressError, Policy


class BlockedError(OSError):
    """The socket was not opened. An OSError, so that the next address of the same name is tried."""


class Hop:
    """One request of a chain: where the URL points, and which of its addresses were refused."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host
        self.port = port
        self.blocked: str | None = None


_hop: ContextVar[Hop] = ContextVar("hop")


class Guard:
    """`allow`: exact "host:port" pairs that may be private, the host as a URL names it: a literal or a name."""

    def __init__(self, allow: frozenset[str] = frozenset()) -> None:
        self._allow = frozenset(_pair(entry) for entry in allow)
        self._policy = Policy()

    @contextmanager
    def towards(self, host: str, port: int) -> Generator[Hop]:
        """Every socket opened within, by this task or one that it starts, belongs to this hop."""
        token = _hop.set(hop := Hop(host.lower(), port))
        try:
            yield hop
        finally:
            _hop.reset(token)

    def open_socket(self, address: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        """A socket for an answer of getaddrinfo, whose address is the one that is then connected to."""
        family, kind, protocol, _, target = address
        hop = _hop.get()
        if (hop.host, hop.port) not in self._allow:
            try:
                self._policy.check_address(ip_address(str(target[0])))
            except (BlockedAddressError, ValueError) as error:
                hop.blocked = str(target[0])
                raise BlockedError(f"{target[0]} is not a public address") from error
        return socket.socket(family, kind, protocol)


def _pair(entry: str) -> tuple[str, int]:
    host, _, port = entry.strip().rpartition(":")
    if not host or not port.isdigit():
        raise ValueError(f"{entry!r} is not host:port")
    return host.strip("[]").lower(), int(port)
