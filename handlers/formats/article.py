"""Article objects: one in a .json file, one a line in a .jsonl. Keys: id, url, outlet, title, published, text or html.

Other keys (gold labels too) are ignored. A bad line is a problem that names its number; the other lines are read.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from handlers.errors import FormatError
from handlers.formats import html
from handlers.formats.charset import wide_encoding
from handlers.formats.content import Parsed
from handlers.formats.fields import Fields, read_fields, suffix_of
from handlers.formats.text import file_name
from handlers.model import Article, Document

MIME_TYPES = frozenset({"application/json", "application/x-ndjson", "application/jsonl", "application/jsonlines"})
SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
_LINES = (".jsonl", ".ndjson")


def recognises(head: str) -> bool:
    return head.lstrip().startswith("{")


def parse(document: Document) -> Parsed:
    text = _decoded(document)
    is_lines = suffix_of(document.origin) in _LINES
    if is_lines or "\n" in text.strip():
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if is_lines or _is_object(lines[0][1]):
            return _parse_lines(document, lines)
    return _parse_object(document, text, where="", name=file_name(document.origin))


def _decoded(document: Document) -> str:
    try:
        return document.data.decode(wide_encoding(document.data) or "utf-8")
    except UnicodeError as error:
        raise FormatError(document.origin, "is JSON, but not in UTF-8") from error


def _parse_lines(document: Document, lines: list[tuple[int, str]]) -> Parsed:
    articles: list[Article] = []
    problems: list[FormatError] = []
    name = file_name(document.origin) or document.origin
    for number, line in lines:
        try:
            parsed = _parse_object(document, line, where=f"line {number}: ", name=f"{name}:{number}")
        except FormatError as error:
            problems.append(error)
        else:
            articles.extend(parsed.articles)
            problems.extend(parsed.problems)
    if not articles:
        raise (
            problems[0]
            if len(problems) == 1
            else FormatError(document.origin, f"no line holds an article; {problems[0].reason}")
        )
    return Parsed(tuple(articles), tuple(problems))


def _parse_object(document: Document, text: str, *, where: str, name: str | None) -> Parsed:
    try:
        values: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FormatError(document.origin, f"{where}is not JSON ({error})") from error
    if not isinstance(values, dict):
        hint = "; write one object a line and name the file .jsonl" if isinstance(values, list) and not where else ""
        raise FormatError(document.origin, f"{where}is not an article object{hint}")
    keys = cast("Mapping[str, object]", values)
    fields = read_fields(keys, document.fetched_at)
    article = _article(document, keys, fields, where)
    remarks = tuple(FormatError(document.origin, where + remark) for remark in fields.remarks)
    return Parsed((replace(article, id=fields.id or name),), remarks)


def _article(document: Document, keys: Mapping[str, object], fields: Fields, where: str) -> Article:
    text, markup = keys.get("text"), keys.get("html")
    if isinstance(text, str) and text.strip():
        return Article(
            text, document.origin, url=fields.url, outlet=fields.outlet, title=fields.title, published=fields.published
        )
    if not isinstance(markup, str) or not markup.strip():
        raise FormatError(document.origin, f"{where}has no text")
    page = Document(markup.encode("utf-8", "replace"), fields.url or document.origin, document.fetched_at, "text/html", "utf-8")
    try:
        (article,) = html.parse(page).articles
    except FormatError as error:
        raise FormatError(document.origin, where + error.reason) from error
    return replace(
        article,
        origin=document.origin,
        url=fields.url or article.url,
        outlet=fields.outlet or article.outlet,
        title=fields.title or article.title,
        published=fields.published or article.published,
    )


def _is_object(line: str) -> bool:
    """A first line that is whole makes a file one of lines, whatever its name."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
