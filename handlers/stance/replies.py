"""What a language model wrote comes in; the rows of its list of statements go out, whatever stands around the JSON.

Only the form is judged here. Whether a row's words stand in the article is decided in `llm.py`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from handlers.errors import EndpointError
from handlers.model import Stance

MOST_ROWS = 60
"""The longest development article has 20 statements; a longer list is not an analysis."""
MOST_TRIES = 40
"""Brackets at which JSON is looked for in a chatty answer."""

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_FIELDS = ("speaker", "counterpart", "stance", "scope", "condition", "evidence", "said_on")

_TEXT: dict[str, object] = {"type": "string"}
_PERHAPS: dict[str, object] = {"type": ["string", "null"]}
SCHEMA: dict[str, object] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["statements"],
    "properties": {
        "statements": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": list(_FIELDS),
                "properties": {
                    "speaker": _TEXT,
                    "counterpart": _PERHAPS,
                    "stance": {"type": "string", "enum": [stance.value for stance in Stance]},
                    "scope": _PERHAPS,
                    "condition": _PERHAPS,
                    "evidence": _TEXT,
                    "said_on": _PERHAPS,
                },
            },
        }
    },
}
"""What the server is asked to follow: the annotation guide's fields."""


@dataclass(frozen=True, slots=True)
class Told:
    """One row as the model wrote it; nothing of it is believed yet."""

    speaker: str
    counterpart: str | None
    stance: Stance
    evidence: str
    scope: str | None = None
    condition: str | None = None
    said_on: str | None = None


def read_rows(text: str) -> tuple[Told, ...]:
    """Read the first JSON value that is a list of statements; EndpointError where there is none, or not one row is a row."""
    for value in _values(_THOUGHTS.sub("", text)):
        rows = _listed(value)
        if rows is not None:
            told = [one for row in rows[:MOST_ROWS] if (one := _told(row)) is not None]
            if rows and not told:
                raise EndpointError("not one of its statements can be read")
            return tuple(told)
    raise EndpointError("the answer is no list of statements")


def _values(text: str) -> Iterator[object]:
    decoder = json.JSONDecoder()
    for number, match in enumerate(re.finditer(r"[\[{]", text)):
        if number == MOST_TRIES:
            return
        try:
            yield decoder.raw_decode(text, match.start())[0]
        except (ValueError, RecursionError):
            continue


def _listed(value: object) -> list[object] | None:
    """Take `{"statements": [...]}`, and the bare list that some models write; the example of an empty list is one too."""
    if isinstance(value, dict):
        value = cast("dict[str, object]", value).get("statements")
        return cast("list[object]", value) if isinstance(value, list) else None
    if isinstance(value, list) and value and all(isinstance(row, dict) for row in cast("list[object]", value)):
        return cast("list[object]", value)
    return None


def _told(row: object) -> Told | None:
    fields = cast("dict[str, Any]", row) if isinstance(row, dict) else {}
    speaker, counterpart, stance, scope, condition, evidence, said_on = (_text(fields.get(name)) for name in _FIELDS)
    if speaker is None or evidence is None or (stance or "").casefold() not in set(Stance):
        return None
    return Told(speaker, counterpart, Stance((stance or "").casefold()), evidence, scope, condition, said_on)


def _text(value: object) -> str | None:
    """Give words; None for what is none, and for the words with which models say "none"."""
    text = value.strip() if isinstance(value, str) else ""
    return None if text.casefold() in {"", "null", "none", "n/a", "unknown"} else text
