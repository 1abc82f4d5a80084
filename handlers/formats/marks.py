"""What a page's markup says about the page: meta elements, linked data, canonical address, publishing lines, site name."""

import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import cast

_ARTICLE = frozenset({"article", "main"})
_ELSEWHERE = frozenset({"nav", "footer", "aside"})
_EDITED = re.compile(r"modif|updat|revis|copyright|expire|validthru|last-?change", re.I)
_OTHER_DAYS = re.compile(r"comment|related|clock|current|today|weather|widget", re.I)
_PUBLISHING = re.compile(
    r"publish|posted|pub-?date|date-?line|by-?line|time-?stamp|dateCreated|(?:article|entry|post|story)\W?(?:meta|date|time)",
    re.I,
)
_NEWS = re.compile(r"article|report|posting|news", re.I)
_LONGEST_LINE = 160
"""Characters of a publishing line; what is longer is a paragraph, and its days are the story's."""


class Marks(HTMLParser):
    """Feed it a page once; then read `metas`, `lines` and the properties."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.metas: list[Mapping[str, str]] = []
        """Attributes of each meta element but those about a later edit."""
        self.lines: list[str] = []
        """Text of short elements that are marked up as publishing lines, outside menus, page heads and comments."""
        self._canonical: str | None = None
        self._blocks: list[str] = []
        self._depth: dict[str, int] = {}
        self._block: list[str] | None = None
        self._line: list[str] | None = None
        self._line_ends: tuple[str, int] = ("", 0)
        self.feed(markup)
        self.close()

    @property
    def canonical(self) -> str | None:
        return self._canonical or self.meta("og:url")

    @property
    def site(self) -> str | None:
        publishers = (item.get("publisher") for item in self.news)
        names = (cast("Mapping[str, object]", one).get("name") for one in publishers if isinstance(one, dict))
        name = self.meta("og:site_name") or next((name for name in names if isinstance(name, str)), None)
        return " ".join((name or self.meta("application-name") or "").split()) or None

    @property
    def news(self) -> Iterator[Mapping[str, object]]:
        """Linked data (JSON-LD) that describes an article, rather than the site or a crumb trail."""
        for text in self._blocks:
            try:
                values: object = json.loads(text, strict=False)
            except (ValueError, RecursionError):
                continue
            yield from (item for item in _items(values) if _NEWS.search(str(item.get("@type"))))

    def meta(self, name: str) -> str | None:
        for attributes in self.metas:
            if name in (attributes.get("property"), attributes.get("name")):
                return attributes.get("content") or None
        return None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        marks = " ".join(attributes.get(name, "") for name in ("name", "property", "itemprop", "class", "id"))
        self._depth[tag] = self._depth.get(tag, 0) + 1
        if tag == "meta" and not _EDITED.search(marks):
            self.metas.append(attributes)
        elif tag == "link" and attributes.get("rel", "").lower() == "canonical":
            self._canonical = self._canonical or attributes.get("href")
        elif tag == "script" and attributes.get("type", "").lower() == "application/ld+json":
            self._block = []
        elif self._line is not None:
            self._line.append(f" {attributes.get('datetime', '')} ")
        elif self._is_publishing_line(tag, marks):
            self._line, self._line_ends = [attributes.get("datetime", ""), " "], (tag, self._depth[tag])

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._block is not None:
            self._blocks.append("".join(self._block))
            self._block = None
        end, depth = self._line_ends
        if self._line is not None and tag == end and self._depth.get(tag, 0) <= depth:
            line = " ".join("".join(self._line).split())
            self.lines.extend([line] if len(line) <= _LONGEST_LINE else [])
            self._line = None
        self._depth[tag] = max(0, self._depth.get(tag, 0) - 1)

    def handle_data(self, data: str) -> None:
        for pieces in (self._block, self._line):
            if pieces is not None:
                pieces.append(data)

    def _is_publishing_line(self, tag: str, marks: str) -> bool:
        in_article = any(self._depth.get(name) for name in _ARTICLE)
        in_page_head = bool(self._depth.get("header")) and not in_article
        if in_page_head or any(self._depth.get(name) for name in _ELSEWHERE) or tag in ("html", "body", *_ARTICLE):
            return False
        if _EDITED.search(marks) or _OTHER_DAYS.search(marks):
            return False
        return tag == "time" or bool(_PUBLISHING.search(marks) or (in_article and re.search(r"\bdate\b", marks, re.I)))


def _items(values: object) -> Iterator[Mapping[str, object]]:
    if isinstance(values, list):
        for value in cast("list[object]", values):
            yield from _items(value)
    elif isinstance(values, dict):
        item = cast("Mapping[str, object]", values)
        yield item
        yield from _items(item.get("@graph"))
