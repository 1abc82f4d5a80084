"""Which element a markup document opens with, past its byte order mark, declarations and comments."""

import re

_ROOT = re.compile(r"<(?:[\w.-]+:)?([a-zA-Z][\w-]*)")


def root_of(head: str) -> str | None:
    """The first element's local name, lower case; "html" also for its doctype."""
    rest = head.lstrip("\ufeff \t\r\n\0")
    while rest.startswith(("<?", "<!")):
        if re.match(r"<!doctype\s+html", rest, re.I):
            return "html"
        _, closed, rest = rest.partition("-->" if rest.startswith("<!--") else ">")
        if not closed:
            return None
        rest = rest.lstrip()
    found = _ROOT.match(rest)
    return found.group(1).lower() if found else None
