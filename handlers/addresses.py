"""A web address as somebody gave it → one that may be asked for, or Refused; and how it may be printed."""

from yarl import URL

from handlers.errors import Refused


def parsed(origin: str, text: str) -> URL:
    try:
        return URL(text)
    except ValueError as error:
        raise Refused(shown(origin), "is not a web address") from error


def checked(origin: str, url: URL) -> URL:
    """http or https, with a host and without a password, which would end up in logs and in other servers' hands."""
    try:
        host = url.raw_host
    except ValueError:
        host = None
    if url.scheme not in ("http", "https") or not host:
        raise Refused(shown(origin), "only http and https addresses are fetched")
    if url.raw_user is not None or url.raw_password is not None:
        raise Refused(shown(origin), "an address with a user name or password in it is not fetched")
    return url


def shown(origin: str) -> str:
    """The address as it may be printed: without a password, on one line."""
    try:
        return str(URL(origin).with_user(None))
    except ValueError:
        return " ".join(origin.split())[:200]
