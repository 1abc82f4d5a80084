"""Plain text and Markdown files. The text is kept exactly as decoded; only YAML front matter is cut."""

import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import cast

import yaml

from handlers.errors import FormatError
from handlers.formats.charset import decode_text
from handlers.formats.content import Parsed
from handlers.formats.fields import read_fields, web_address
from handlers.model import Article, Document

MIME_TYPES = frozenset({"text/plain", "text/markdown"})
SUFFIXES = frozenset({".txt", ".md", ".markdown", ".text"})

# Bounded, so that a file that merely opens with a rule is not searched to its end.
_FRONT_MATTER = re.compile(r"---[ \t]*\r?\n(.{0,16384}?)(?:\r?\n)?^---[ \t]*(?:\r?\n|\Z)", re.S | re.M)


def recognises(head: str) -> bool:
    """Text has no mark of its own: it is what remains when no other format fits."""
    return False


def parse(document: Document) -> Parsed:
    text = decode_text(document)
    values, body = _front_matter(text, document.origin)
    if not body.strip():
        raise FormatError(document.origin, "holds no text")
    fields = read_fields(values, document.fetched_at)
    article = Article(
        text=body,
        origin=document.origin,
        id=fields.id or file_name(document.origin),
        url=fields.url or web_address(document.origin),
        outlet=fields.outlet,
        title=fields.title,
        published=fields.published,
    )
    return Parsed((article,), tuple(FormatError(document.origin, remark) for remark in fields.remarks))


def file_name(origin: str) -> str | None:
    """The id of an article whose file says none: its name, within an archive both names. A page's address is no id."""
    if web_address(origin):
        return None
    parts = PurePath(origin).parts
    archive = next((at for at, part in enumerate(parts) if part.lower().endswith(".zip")), len(parts) - 1)
    return "/".join(parts[archive:])


def _front_matter(text: str, origin: str) -> tuple[Mapping[str, object], str]:
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}, text
    try:
        # BaseLoader leaves each value the string that stands there: no dates, no booleans, no objects.
        values: object = yaml.load(found.group(1), Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if isinstance(mark, yaml.Mark) else ""
        raise FormatError(origin, f"its front matter is not YAML{where}") from error
    if not isinstance(values, dict):
        return {}, text
    return cast("Mapping[str, object]", values), text[found.end() :]
