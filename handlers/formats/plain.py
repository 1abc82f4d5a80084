"""HTML fragments → plain text: paragraphs kept apart by blank lines, entities decoded, no markup left."""

import re
from html.parser import HTMLParser

_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "svg", "head", "title"})
_PARAGRAPHS = frozenset(
    {"p", "div", "article", "section", "main", "header", "footer", "aside", "nav", "ul", "ol", "li", "dl", "dt", "dd", "hr"}
    | {"table", "tr", "blockquote", "pre", "figure", "figcaption", "form", "fieldset", "address"}
    | {"h1", "h2", "h3", "h4", "h5", "h6"}
)
_TAG = re.compile(r"</?(?:p|br|div|span|a|b|i|u|em|strong|img|ul|ol|li|h[1-6]|blockquote|table|td|tr)\b[^<>]*>", re.I)
_BREAKS = re.compile(r"\n\s*\n\s*")


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._silent is None and tag in _SILENT:
            self._silent = tag
        self._break(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = None
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if self._silent is None:
            # Line ends in the source of a page mean no more than a space.
            self.pieces.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.pieces.append("\n\n")
        elif tag == "br":
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append(" ")


def plain(markup: str) -> str:
    """Text of a fragment. Markup that was escaped twice, a common fault of feeds, is cleared as well."""
    text = _once(markup)
    return _once(text.replace("\n\n", "<p>").replace("\n", "<br>")) if looks_marked_up(text) else text


def looks_marked_up(text: str) -> bool:
    return _TAG.search(text) is not None


def plain_line(markup: str) -> str | None:
    """A title: the fragment's text on one line, None when there is none."""
    return " ".join(plain(markup).split()) or None


def tidy(text: str) -> str:
    """Plain text with its spaces folded, one blank line between paragraphs."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return _BREAKS.sub("\n\n", "\n".join(lines)).strip()


def _once(markup: str) -> str:
    parser = _Plain()
    parser.feed(markup)
    parser.close()
    return tidy("".join(parser.pieces))
