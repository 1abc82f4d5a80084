r"""Foreign text in, text that is safe to put into a Discord message out: the reader sees the same words and nothing acts.

`clean` drops what cannot be seen (every face uses it), `escape` also disarms Discord's markup, `shorten` cuts at a word.
discord.py's own `escape_markdown` leaves the second of two masked links alive and does not touch mentions or timestamps.
"""

import re
import unicodedata

CUT = " […] "
ZERO_WIDTH_SPACE = "\u200b"

_JOINERS = "\u200c\u200d"
# Letters, a mark and a symbol that draw nothing although their Unicode category says that they do.
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
_UNSEEN_CATEGORIES = {"Cc", "Cf", "Cs"}
_FIRST_JOINING_SCRIPT = "\u0600"

# What a terminal obeys: "ESC [ … letter", strings up to their end (titles, hyperlinks), and two-character sequences. Left to
# the categories above, their harmless rests ("[31m") would stay as litter.
_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]")
# No more than what acts, since some clients show the backslashes in a notification: "U.S. (again): no" stays as it is.
_ACTIVE = re.compile(
    r"[\\`*_~|<>\[\]@]"
    r"|(?<=<)[#/:]|(?<=<t):"  # channels, slash-command mentions, custom emoji, timestamps
    r"|(?<=\])\("
    r"|:(?=//)"  # "https\://" is text, not a link
    r"|(?<=discord)\.(?=gg|com)|(?<=discordapp)\.",  # an invitation unfolds without any scheme in front of it
    re.IGNORECASE,
)
# Headings, list marks, "-# " small print and "1." act at the start of a line only.
_LINE_START = re.compile(r"^(\d*)([-+.#])")


def clean(text: str) -> str:
    """Drop escape sequences, control, bidirectional and zero-width characters; bring any white space down to single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    spaced = "".join(" " if char.isspace() or char in _BLANKS else char for char in _SEQUENCE.sub("", text))
    return " ".join("".join(char for index, char in enumerate(spaced) if _is_seen(spaced, index)).split())


def escape(text: str) -> str:
    """Write text so that Discord shows it and does nothing else with it. It comes out at most three times as long."""
    # Both a backslash and a break after "@": the backslash alone hides a mention from readers, not from Discord's own search.
    escaped = _ACTIVE.sub(r"\\\g<0>", clean(text)).replace("@", "@" + ZERO_WIDTH_SPACE)
    return _LINE_START.sub(r"\1\\\2", escaped)


def shorten(text: str, limit: int) -> str:
    """Cut out the middle at words and mark the gap; what stands on either side is verbatim. `limit` is at least 20."""
    if len(text) <= limit:
        return text
    room = limit - len(CUT)
    head = _whole_words(text, room * 2 // 3)
    tail = _whole_words(text[: -room - 1 : -1], room // 3)[::-1]
    return f"{head}{CUT}{tail}"


def size(text: str) -> int:
    """Length in UTF-16 units: never less than what Discord counts, whichever way it counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def fit(text: str, limit: int) -> str:
    """Escape text, cut so that the result has at most `limit` units. `limit` is at least 60."""
    plain = clean(text)
    room = limit
    while size(escaped := escape(shorten(plain, room))) > limit:
        room = room * 9 // 10
    return escaped


def _is_seen(text: str, index: int) -> bool:
    char = text[index]
    if char in _JOINERS:
        # Persian and the Indic scripts spell words with joiners, emoji are built with them; elsewhere they only hide something.
        return 0 < index < len(text) - 1 and _joins(text[index - 1]) and _joins(text[index + 1])
    return unicodedata.category(char) not in _UNSEEN_CATEGORIES


def _joins(char: str) -> bool:
    return char >= _FIRST_JOINING_SCRIPT and unicodedata.category(char)[0] in "LMS"


def _whole_words(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    end = text.rfind(" ", 0, limit + 1)
    # A single endless word is cut inside: better than showing nothing of it.
    return text[:end] if end > limit // 2 else text[:limit]
