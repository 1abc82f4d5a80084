"""Articles that tests compose: plain sentences that any reader of the annotation guide labels alike."""

import json
import os
import time
from datetime import UTC, date, datetime
from pathlib import Path


def today() -> date:
    return datetime.now(UTC).date()


def refusal(country: str, counterpart: str) -> str:
    return f"{country} will not negotiate with {counterpart}, the government of {country} said in a statement.\n"


def readiness(country: str, counterpart: str) -> str:
    return f"{country} is ready to hold talks with {counterpart}, the government of {country} said in a statement.\n"


def write_article(
    folder: Path,
    name: str,
    text: str,
    *,
    published: date | None,
    outlet: str | None = "Harbour Gazette",
    url: str | None = None,
) -> Path:
    """As an article object in a file."""
    day = published.isoformat() if published else None
    article = {"id": name, "outlet": outlet, "url": url, "published": day, "text": text}
    return put(folder / f"{name}.json", json.dumps(article).encode())


def put(path: Path, data: bytes) -> Path:
    """A file that comes into being whole and has rested already, so that it is read at once."""
    hidden = path.with_name(f".{path.name}")
    hidden.write_bytes(data)
    then = time.time() - 60
    os.utime(hidden, (then, then))
    os.replace(hidden, path)
    return path
