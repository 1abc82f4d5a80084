"""Documents built by hand, fetched at a time that never changes."""

from datetime import UTC, datetime

from handlers.model import Document

FETCHED_AT = datetime(2025, 11, 22, 14, 3, tzinfo=UTC)


def document(data: bytes | str, origin: str = "-", mime: str | None = None, charset: str | None = None) -> Document:
    return Document(data.encode() if isinstance(data, str) else data, origin, FETCHED_AT, mime, charset)
