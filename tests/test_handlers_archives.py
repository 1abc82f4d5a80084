"""Compressed files: each member a document of its own, and nothing that an archive promises is believed."""

import gzip
import io
import random
import zipfile
import zlib
from collections.abc import Callable

import pytest

from handlers import archives
from handlers.archives import is_archive, is_article_file, unpack
from handlers.errors import FormatError
from handlers.formats import parse
from handlers.model import Document
from tests.documents import document

Member = tuple[str, bytes]


def zipped(*members: Member, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return data.getvalue()


def unpacked(data: bytes, origin: str = "in/wire.zip") -> tuple[list[Document], list[FormatError]]:
    """Every part of it, as the pool asks for them."""
    documents: list[Document] = []
    problems: list[FormatError] = []
    start: int | None = 0
    while start is not None:
        part = unpack(document(data, origin), start)
        documents.extend(part.documents)
        problems.extend(part.problems)
        start = part.rest
    return documents, problems


def refused(data: bytes, origin: str = "in/wire.zip") -> str:
    with pytest.raises(FormatError) as caught:
        unpack(document(data, origin))
    assert caught.value.origin == origin
    return caught.value.reason


def test_each_member_is_a_document_under_both_names() -> None:
    documents, problems = unpacked(zipped(("a.txt", b"One."), ("monday/b.jsonl", b'{"text": "Two."}\n{"text": "Three."}')))
    assert [(found.origin, found.data[:4]) for found in documents] == [
        ("in/wire.zip/a.txt", b"One."),
        ("in/wire.zip/monday/b.jsonl", b'{"te'),
    ]
    assert problems == []
    ids = [article.id for found in documents for article in parse(found).articles]
    assert ids == ["wire.zip/a.txt", "wire.zip/monday/b.jsonl:1", "wire.zip/monday/b.jsonl:2"]


def test_a_gzip_file_is_the_file_itself() -> None:
    (found,), problems = unpacked(gzip.compress(b'{"text": "One."}\n') + gzip.compress(b'{"text": "Two."}'), "in/wire.jsonl.gz")
    assert (found.origin, problems) == ("in/wire.jsonl.gz", [])
    assert [article.id for article in parse(found).articles] == ["wire.jsonl.gz:1", "wire.jsonl.gz:2"]


def test_a_compressed_member_is_read_too() -> None:
    (found,), _ = unpacked(zipped(("a.txt.gz", gzip.compress(b"One."))))
    assert (found.origin, found.data) == ("in/wire.zip/a.txt.gz", b"One.")


def test_what_is_no_article_is_left_out_in_silence() -> None:
    names = ("photo.png", ".hidden.txt", "__MACOSX/a.txt", ".git/a.txt", "a/", "notes", "b.tar.gz")
    documents, problems = unpacked(zipped(*((name, b"x") for name in names), ("a/good.md", b"Text.")))
    assert [found.origin for found in documents] == ["in/wire.zip/a/good.md"]
    assert problems == []


def test_names_lead_nowhere_and_stay_apart() -> None:
    names = ("../../etc/a.txt", "/etc/a.txt", "C:\\x\\a.txt", "a\x1b[31m.txt", "n" * 500 + ".txt", "same.txt")
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(*((name, b"x") for name in names), ("same.txt", b"y"))
    assert [found.origin for found in unpacked(data)[0]] == [
        "in/wire.zip/etc/a.txt",
        "in/wire.zip/etc/a.txt (2)",
        "in/wire.zip/C:/x/a.txt",
        "in/wire.zip/a\ufffd[31m.txt",
        "in/wire.zip/" + "n" * (archives.MAX_NAME - 4) + ".txt",
        "in/wire.zip/same.txt",
        "in/wire.zip/same.txt (2)",
    ]


def test_an_archive_from_the_web_lends_its_members_no_address() -> None:
    (found,), _ = unpacked(zipped(("a.txt", b"One.")), "https://e.example/files/wire.zip?day=1")
    assert found.origin == "wire.zip/a.txt"
    (article,) = parse(found).articles
    assert article.url is None


def test_one_bad_member_spares_the_others() -> None:
    data = bytearray(zipped(("a.txt", b"One. " * 50), ("b.txt", b"Two.")))
    data[data.index(b"a.txt") + 8] ^= 0xFF
    nested = zipped(("inner.txt", b"x"))
    documents, problems = unpacked(bytes(data))
    assert [found.origin for found in documents] == ["in/wire.zip/b.txt"]
    assert [problem.origin for problem in problems] == ["in/wire.zip/a.txt"]
    _, (problem,) = unpacked(zipped(("c.zip", nested), ("d.txt", b"x")))
    assert str(problem) == "in/wire.zip/c.zip: is an archive within an archive"


def test_a_link_an_encrypted_and_an_oddly_compressed_member_say_so() -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("slow.txt", b"x" * 100, zipfile.ZIP_LZMA)
        archive.writestr("good.txt", b"Text.")
    documents, problems = unpacked(data.getvalue())
    assert [found.data for found in documents] == [b"Text."]
    reasons = [problem.reason for problem in problems]
    assert reasons == ["is a link, not a file", "is compressed in a way that is not read (deflate is)"]
    locked = bytearray(zipped(("a.txt", b"One.")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + offset] |= 1
    _, (problem,) = unpacked(bytes(locked))
    assert problem.reason == "is encrypted"


def test_an_archive_is_handed_on_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "BATCH_BYTES", 10)
    data = zipped(*((f"{number}.txt", b"x" * 6) for number in range(5)))
    first = unpack(document(data, "w.zip"))
    assert (len(first.documents), first.rest) == (2, 2)
    assert [found.origin for found in unpacked(data, "w.zip")[0]] == [f"w.zip/{number}.txt" for number in range(5)]


def blanks() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(1_000_000)) for _ in range(40)) + packer.flush()


REFUSED: tuple[tuple[str, Callable[[], bytes], str], ...] = (
    ("bomb.txt.gz", blanks, "unpacks to more than 200 times its size"),
    ("large.txt.gz", lambda: gzip.compress(random.Random(1).randbytes(1_000_000), 1) * 21, "unpacks to more than 20 MB"),
    ("many.txt.gz", lambda: gzip.compress(b"x") * 1_001, "has more than 1,000 compressed parts"),
    ("cut.txt.gz", lambda: gzip.compress(b"One. Two. Three." * 9)[:-12], "is cut off"),
    ("bad.txt.gz", lambda: b"\x1f\x8b\x08\x00" + bytes(range(200, 250)), "is damaged ("),
    ("zip.txt.gz", lambda: gzip.compress(zipped(("a.txt", b"x"))), "is an archive within an archive"),
    ("twice.txt.gz", lambda: gzip.compress(gzip.compress(b"x")), "is an archive within an archive"),
    ("cut.zip", lambda: b"PK\x03\x04 and no more", "is a damaged ZIP archive (File is not a zip file)"),
    ("empty.zip", zipped, "is an archive without article files"),
    ("album.zip", lambda: zipped(("a.png", b"x")), "is an archive without article files"),
    ("memo.zip", lambda: zipped(("[Content_Types].xml", b"x"), ("word/a.xml", b"x")), "is an office document or a book"),
    ("book.zip", lambda: zipped(("mimetype", b"application/epub+zip"), ("a.xhtml", b"x")), "is an office document or a book"),
    ("crowd.zip", lambda: zipped(*((f"{n}.txt", b"") for n in range(5_001))), "holds 5,001 files; 5,000 are the most"),
)


@pytest.mark.parametrize(("origin", "made", "reason"), REFUSED, ids=[origin for origin, _, _ in REFUSED])
def test_what_cannot_or_must_not_be_unpacked_says_why(origin: str, made: Callable[[], bytes], reason: str) -> None:
    assert refused(made(), origin).startswith(reason)


def test_a_member_that_lies_about_its_size_is_bounded() -> None:
    data = bytearray(zipped(("bomb.txt", bytes(60_000_000)), ("good.txt", b"Text.")))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(mark) + offset
        data[at : at + 4] = (100).to_bytes(4, "little")
    documents, problems = unpacked(bytes(data))
    assert [found.data for found in documents] == [b"Text."]
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("a.txt", True),
        ("a.TXT", True),
        ("a.txt.gz", True),
        ("a.MHTML", True),
        ("wire.zip", True),
        ("a.gz", False),
        ("a.png.gz", False),
        ("a.tar.gz", False),
        ("a.zip.gz", False),
        ("zip", False),
    ],
)
def test_which_files_are_looked_into(name: str, is_one: bool) -> None:
    assert is_article_file(name) is is_one


def test_an_archive_is_known_by_its_first_bytes() -> None:
    assert is_archive(document(zipped(("a.txt", b"x")), "named.txt"))
    assert is_archive(document(gzip.compress(b"x"), "-"))
    assert not is_archive(document("PK is no archive", "a.zip"))
