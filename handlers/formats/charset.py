"""Bytes in, text out: byte order mark, declared charset, UTF-8, then a guess. Refuses what is not text at all."""

import codecs
import re

from charset_normalizer import from_bytes

from handlers.errors import FormatError
from handlers.model import Document

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its first half
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x1f\x8b", "compressed (gzip)"),
    (b"SQLite format 3\x00", "a database"),
)
_NOT_TEXT = re.compile(r"(image|audio|video|font)/|application/(pdf|zip|gzip|msword|vnd\.)")
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""", re.I
)
_WESTERN = {"iso-8859-1", "latin-1", "latin1", "iso8859-1", "us-ascii", "ascii"}
"""Labels that the web uses for windows-1252 (WHATWG Encoding Standard)."""


def refuse_binary(document: Document) -> None:
    """FormatError for pictures, archives, and anything with NUL bytes early on that is not UTF-16 or UTF-32."""
    data = document.data
    for magic, name in _MAGIC:
        if data.startswith(magic):
            raise FormatError(document.origin, f"is {name}, not text")
    if b"\0" in data[:1024] and wide_encoding(data) is None:
        raise FormatError(document.origin, "is binary, not text")
    if _NOT_TEXT.match(document.mime or ""):
        raise FormatError(document.origin, f"is {document.mime}, not text")


def wide_encoding(data: bytes) -> str | None:
    """The Unicode encoding that a byte order mark names, or that the pattern of NUL bytes gives away."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    sample = data[:1024]
    half = len(sample) // 2
    # Mostly Latin text in UTF-16: every second byte is NUL and the others are not.
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = sample[start::2].count(0), sample[1 - start :: 2].count(0)
        if half >= 4 and zeros > 0.7 * half and others == 0:
            return encoding
    return None


def declared_charset(document: Document) -> str | None:
    """What the transport, else the document's own first lines, say the charset is, if Python knows it."""
    found = _DECLARED.search(document.data[:4096])
    inside = (found.group(1) or found.group(2)).decode("ascii", "replace") if found else None
    return _known(document.charset) or _known(inside)


def _known(name: str | None) -> str | None:
    if name is not None and name.lower() in _WESTERN:
        return "windows-1252"
    try:
        return codecs.lookup(name).name if name else None
    except (LookupError, ValueError):
        return None


def decode_markup(document: Document) -> str:
    """Text of a page or a feed. Never fails: at worst windows-1252 with replacement characters."""
    data = document.data
    for encoding in (wide_encoding(data), declared_charset(document), "utf-8"):
        text = _strictly(data, encoding)
        if text is not None:
            return text
    return data.decode("windows-1252", "replace")


def decode_text(document: Document) -> str:
    """Text of a plain file, each character as it stands there; FormatError when no encoding fits."""
    data = document.data
    # What decodes as UTF-8 is UTF-8, whatever a server's default says about it.
    for encoding in (wide_encoding(data), "utf-8", _known(document.charset)):
        text = _strictly(data, encoding)
        if text is not None:
            return text
    text = _guessed(data)
    if text is None:
        raise FormatError(document.origin, "is neither UTF-8 nor in an encoding that can be recognised")
    return text


def _strictly(data: bytes, encoding: str | None) -> str | None:
    try:
        return data.decode(encoding) if encoding else None
    except (UnicodeError, LookupError):  # LookupError: a codec that is not one of text
        return None


def _guessed(data: bytes) -> str | None:
    high = sum(byte > 127 for byte in data[:65536])
    # A Latin text has few bytes above 127, and on so few a statistical guess errs; windows-1252 is by far the likeliest.
    if high < 0.1 * min(len(data), 65536):
        return _strictly(data, "windows-1252")
    best = from_bytes(data[:65536]).best()
    return _strictly(data, best.encoding if best else "windows-1252")
