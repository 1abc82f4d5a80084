"""What an HTTP answer, or the lack of one, says: the reason in one line, waiting times, validators, media type."""

import errno
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

LONGEST_RETRY_S = 86_400
"""What a server may ask for: a day, as feed readers allow."""

_REASONS = {
    401: "a login is needed",
    403: "the publisher blocks bots",
    404: "there is no such page",
    410: "it is gone for good",
    429: "the publisher asks for fewer requests",
    451: "withheld for legal reasons",
}
_UNREACHABLE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL}

_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?(\d+)")

Headers = Mapping[str, str]
"""As aiohttp hands them over: a name is found in whatever case it is asked for."""


def is_passing(error: Exception) -> bool:
    """A connection that was lost or refused: mostly a restart, gone at the next try."""
    return isinstance(
        error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError | aiohttp.ClientOSError
    ) and not isinstance(error, aiohttp.ClientSSLError | aiohttp.ClientConnectorDNSError)


def reason(error: Exception) -> str:
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "the name does not resolve"
        case aiohttp.ClientConnectorCertificateError():
            return "its certificate is not valid"
        case aiohttp.ClientSSLError():
            return "no secure connection could be made"
        case aiohttp.ClientConnectorError():
            return _connect_reason(error.os_error)
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError():
            return "the server closed the connection"
        case aiohttp.ClientPayloadError():
            return "the answer broke off or is damaged"
        case aiohttp.ClientResponseError():
            return f"the answer is not HTTP as it should be ({' '.join(error.message.split())[:80]})"
        case _:
            return "is not a web address"


def _connect_reason(error: OSError) -> str:
    if error.errno == errno.ECONNREFUSED:
        return "connection refused"
    return "the host cannot be reached" if error.errno in _UNREACHABLE else f"no connection ({error.strerror or error})"


def status_reason(status: int, told: Headers) -> str:
    if told.get("cf-mitigated", "").lower() == "challenge":
        return f"HTTP {status}: the publisher's protection asks for a browser"
    if status >= 500:
        return f"HTTP {status}: the publisher's server has a fault"
    return f"HTTP {status}: {_REASONS[status]}" if status in _REASONS else f"HTTP {status}"


def retry_after_s(told: Headers, now: datetime) -> float | None:
    """Seconds, or a day and time, which are compared with the server's own clock where it tells it."""
    value = told.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_RETRY_S)
    until, at = _instant(value), _instant(told.get("Date")) or now
    return None if until is None else min(max((until - at).total_seconds(), 0.0), LONGEST_RETRY_S)


def fresh_s(told: Headers, now: datetime) -> float:
    """For how long the answer says that it stays new: max-age less its age, else until Expires; 0 when it does not say."""
    control = told.get("Cache-Control", "").lower()
    if "no-store" in control or "no-cache" in control:
        return 0.0
    if found := _MAX_AGE.search(control):
        age = told.get("Age", "").strip()
        spent_s = float(age[:9]) if age.isascii() and age.isdigit() else 0.0
        return min(max(float(found.group(1)[:9]) - spent_s, 0.0), LONGEST_RETRY_S)
    until, at = _instant(told.get("Expires")), _instant(told.get("Date")) or now
    return 0.0 if until is None else min(max((until - at).total_seconds(), 0.0), LONGEST_RETRY_S)


def _instant(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def validator(value: str | None) -> str | None:
    """As it came; None when it holds bytes that would not go back unchanged."""
    try:
        return value if value and value.encode() else None
    except UnicodeEncodeError:
        return None


def mime(response: aiohttp.ClientResponse) -> str | None:
    return response.content_type.lower() if "Content-Type" in response.headers else None
