"""Logging: constant text plus keys, to standard error, as text for people or JSON for machines."""

import json
import logging
import sys
from datetime import UTC, datetime

from bot.settings import Settings

_PLAIN = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


def _keys(record: logging.LogRecord) -> dict[str, object]:
    return {key: value for key, value in vars(record).items() if key not in _PLAIN}


class _Formatter(logging.Formatter):
    """Adds the record's own keys; a secret never leaves, whichever library logged it."""

    def __init__(self, secrets: dict[str, str | None]) -> None:
        super().__init__()
        self._secrets = {name: secret for name, secret in secrets.items() if secret}

    def format(self, record: logging.LogRecord) -> str:
        line = self.line(record)
        for name, secret in self._secrets.items():
            line = line.replace(secret, f"[{name}]")
        return line

    def line(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        keys = " ".join(f"{key}={value}" for key, value in _keys(record).items())
        text = f"{at} {record.levelname:7} {record.name}: {record.getMessage()} {keys}".rstrip()
        if not record.exc_info:
            return text
        if record.name.startswith("discord"):
            # Discord's absence is told at each try; its reason is one line, a traceback of the library's no help.
            return f"{text} ({record.exc_info[1]})"
        return f"{text}\n{self.formatException(record.exc_info)}"


class _JsonFormatter(_Formatter):
    def line(self, record: logging.LogRecord) -> str:
        fields = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_keys(record),
        }
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=False, default=str)


def set_up(settings: Settings, *, quiet: bool = False) -> None:
    """Send every log line to standard error. `quiet`: warnings and worse only (the terminal face)."""
    formatter = _JsonFormatter if settings.log_format == "json" else _Formatter
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter({"token": settings.token, "key": settings.llm_key}))
    level = "WARNING" if quiet and settings.log_level == "INFO" else settings.log_level
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # At the command line the outcome itself is shown; its log line would say it twice.
    logging.getLogger("bot.ingest").setLevel("ERROR" if quiet else logging.NOTSET)
    for noisy in ("apscheduler", "aiosqlite", "trafilatura", "htmldate", "charset_normalizer", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
