"""What a site's robots.txt lets us fetch (RFC 9309): bytes in, yes or no out. Hostile rules may be slow, so workers call it."""

from functools import lru_cache

from protego import Protego  # pyright: ignore[reportMissingTypeStubs]

MAX_BYTES = 512_000
"""What must be read of such a file at least (RFC 9309, 2.5)."""
PRODUCT = "Parley"
"""The name by which a site may address this program."""


def allows(rules: bytes, url: str) -> bool:
    """No rule for us is a yes."""
    return bool(_parsed(rules).can_fetch(url, PRODUCT))


@lru_cache(64)
def _parsed(rules: bytes) -> Protego:
    return Protego.parse(rules.decode("utf-8", "replace").lstrip("\ufeff"))
