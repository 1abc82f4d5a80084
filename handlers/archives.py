"""A compressed file in, the documents inside it out: `.gz`, and `.zip` with a limit on everything that can be promised.

Nothing is written to disk, so the names inside are labels and lead nowhere. Each member is a document of its own, whose
origin and id are the archive's name and its own ("wire.zip/monday/talks.txt").
"""

import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from handlers.errors import FormatError
from handlers.formats import SUFFIXES
from handlers.formats.content import MAX_BYTES, Unpacked
from handlers.formats.fields import suffix_of, web_address
from handlers.model import Document

MAX_MEMBERS = 5_000
"""Files of one archive: a month of a wire agency. Two million empty ones fit into 200 MB of listing."""
BATCH_BYTES = 8_000_000
"""An archive is handed on in parts of about this size, so that its whole content never lies in memory at once."""
MAX_RATIO = 200
"""Prose shrinks to a third, repetitive markup to a thirtieth; deflate's own bound is 1,032."""
RATIO_FROM = 1_000_000
"""Below so many bytes a high ratio is harmless: a short file of blanks has one."""
MAX_PARTS = 1_000
"""Of one gzip file. Tools that write parts of 64 kB need 300 for 20 MB, and each part costs a copy of the rest."""
MAX_NAME = 200
_CHUNK = 65_536

_GZIP, _ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = frozenset({"[Content_Types].xml", "mimetype"})
_READ = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
"""Python's readers of the other methods expand whole blocks, however much comes out."""


def is_archive(document: Document) -> bool:
    return document.data.startswith((_GZIP, *_ZIP))


def is_article_file(name: str) -> bool:
    """Whether a file of that name is looked into when it is found in a folder or an archive."""
    path = PurePath(name.lower())
    return path.suffix == ".zip" or suffix_of(path.name) in SUFFIXES


def unpack(document: Document, start: int = 0) -> Unpacked:
    """The members from the one with the number `start` on, as many as one batch takes. FormatError: none can be read."""
    if document.data.startswith(_GZIP):
        data = _gunzip(document.data, document.origin)
        return Unpacked((replace(document, data=_plain(data, document.origin), mime=None),))
    try:
        archive = zipfile.ZipFile(io.BytesIO(document.data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise FormatError(document.origin, f"is a damaged ZIP archive ({error})") from error
    with archive:
        return _members(document, archive, start)


def _members(document: Document, archive: zipfile.ZipFile, start: int) -> Unpacked:
    entries = archive.infolist()
    if len(entries) > MAX_MEMBERS:
        raise FormatError(document.origin, f"holds {len(entries):,} files; {MAX_MEMBERS:,} are the most that are read")
    if any(entry.filename in _OFFICE for entry in entries[:2]):
        raise FormatError(document.origin, "is an office document or a book, not an archive of articles")
    wanted = [entry for entry in entries if _is_wanted(entry.filename)]
    if not wanted:
        raise FormatError(document.origin, "is an archive without article files")
    batch = _Batch()
    names = _names(entry.filename for entry in wanted)
    for number in range(start, len(wanted)):
        if batch.size >= BATCH_BYTES:
            return batch.as_unpacked(number)
        origin = f"{_shown(document.origin)}/{names[number]}"
        try:
            data = _plain(_member(archive, wanted[number], origin), origin)
        except FormatError as error:
            batch.problems.append(error)
        else:
            batch.add(Document(data, origin, document.fetched_at))
    return batch.as_unpacked(None)


@dataclass(slots=True)
class _Batch:
    documents: list[Document] = field(default_factory=list[Document])
    problems: list[FormatError] = field(default_factory=list[FormatError])
    size: int = 0

    def add(self, document: Document) -> None:
        self.documents.append(document)
        self.size += len(document.data)

    def as_unpacked(self, rest: int | None) -> Unpacked:
        return Unpacked(tuple(self.documents), tuple(self.problems), rest)


def _is_wanted(name: str) -> bool:
    parts = PurePath(name.replace("\\", "/")).parts
    is_hidden = any((part.startswith(".") and part not in {".", ".."}) or part == "__MACOSX" for part in parts)
    return not name.endswith("/") and not is_hidden and is_article_file(name)


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, origin: str) -> bytes:
    if entry.flag_bits & 1:
        raise FormatError(origin, "is encrypted")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise FormatError(origin, "is a link, not a file")
    if entry.compress_type not in _READ:
        raise FormatError(origin, "is compressed in a way that is not read (deflate is)")
    if entry.file_size > MAX_BYTES:
        raise FormatError(origin, f"is larger than {MAX_BYTES // 1_000_000} MB")
    try:
        with archive.open(entry) as file:
            data = _bounded(file.read, len_packed=entry.compress_size, origin=origin)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise FormatError(origin, f"is damaged ({error})") from error
    return _gunzip(data, origin) if data.startswith(_GZIP) else data


def _gunzip(data: bytes, origin: str) -> bytes:
    """Every part of a gzip file, as `gzip` itself reads it: what follows the last part is ignored."""
    found = bytearray()
    rest, parts = data, 0
    while rest.startswith(_GZIP):
        parts += 1
        if parts > MAX_PARTS:
            raise FormatError(origin, f"has more than {MAX_PARTS:,} compressed parts")
        stream = _Inflating(rest)
        try:
            found += _bounded(stream.read, len_packed=len(data), origin=origin, before=len(found))
        except zlib.error as error:
            raise FormatError(origin, f"is damaged ({error})") from error
        if not stream.is_over:
            raise FormatError(origin, "is cut off: its compressed data has no end")
        rest = stream.rest
    return bytes(found)


class _Inflating:
    def __init__(self, data: bytes) -> None:
        self._inflating = zlib.decompressobj(wbits=31)
        self._waiting = data

    @property
    def is_over(self) -> bool:
        return self._inflating.eof

    @property
    def rest(self) -> bytes:
        return self._inflating.unused_data

    def read(self, size: int) -> bytes:
        if self._inflating.eof:
            return b""
        piece = self._inflating.decompress(self._waiting, size)
        self._waiting = self._inflating.unconsumed_tail
        return piece


def _bounded(read: Callable[[int], bytes], *, len_packed: int, origin: str, before: int = 0) -> bytes:
    """All that `read` gives, as long as it stays below the limits: what an archive says about sizes may be a lie."""
    data = bytearray()
    while piece := read(_CHUNK):
        data += piece
        size = before + len(data)
        if size > MAX_BYTES:
            raise FormatError(origin, f"unpacks to more than {MAX_BYTES // 1_000_000} MB")
        if size > RATIO_FROM and size > MAX_RATIO * max(1, len_packed):
            raise FormatError(origin, f"unpacks to more than {MAX_RATIO} times its size")
    return bytes(data)


def _plain(data: bytes, origin: str) -> bytes:
    if data.startswith((_GZIP, *_ZIP)):
        raise FormatError(origin, "is an archive within an archive")
    return data


def _names(names: Iterable[str]) -> list[str]:
    """As they may be shown, each once: without escape sequences, drive letters or ways up."""
    seen: dict[str, int] = {}
    shown: list[str] = []
    for name in names:
        parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
        label = "".join(char if char.isprintable() else "\ufffd" for char in "/".join(parts))[-MAX_NAME:]
        seen[label] = seen.get(label, 0) + 1
        shown.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return shown


def _shown(origin: str) -> str:
    """A page's address stays out of its members' origins: none of them is to be had at such an address."""
    return unquote(PurePath(urlsplit(origin).path).name) or "archive.zip" if web_address(origin) else origin
