"""Articles that tests compose: plain sentences that any reader of the annotation guide labels alike."""

import json
import os
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
    """As a file that comes into being whole, so that it is never read half written."""
    day = published.isoformat() if published else None
    article = {"id": name, "outlet": outlet, "url": url, "published": day, "text": text}
    hidden, path = folder / f".{name}", folder / f"{name}.json"
    hidden.write_text(json.dumps(article))
    os.replace(hidden, path)
    return path
