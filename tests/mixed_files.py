"""A folder of article files of every kind, a given number of them bad: for tests, and by hand as
`python -m tests.mixed_files FOLDER [COUNT BAD]`.
"""

import gzip
import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

PAIRS = ("Iran", "Russia", "Ukraine", "Israel", "Sudan", "Venezuela", "Turkey", "Armenia", "Pakistan", "India")
FILLER = (
    "Officials in the capital said that the harvest had been better than feared and that prices would hold until spring. ",
    "The ferry across the strait resumed its service after two days of storms, the port authority announced. ",
    "A museum of maps opened in the old customs house; its director promised evening hours in the summer. ",
    "Engineers inspected the bridge and found no damage beyond what salt and winter leave every year. ",
)


def words(number: int) -> str:
    """The text of one article. One in ten takes a position; the others are about something else, as news is."""
    opening = f"Report number {number} of the day."
    if number % 10 == 0:
        speaker, other = PAIRS[number // 10 % len(PAIRS)], PAIRS[(number // 10 + 1 + number // 100) % len(PAIRS)]
        opening = f"{speaker} will not negotiate with {other}, the government of {speaker} said in statement {number}."
    return opening + "\n\n" + "\n\n".join(FILLER[(number + part) % len(FILLER)] * 2 for part in range(4))


def _page(number: int) -> str:
    body = "".join(f"<p>{part.strip()}</p>" for part in words(number).split("\n\n"))
    return (
        f'<!DOCTYPE html><html><head><title>Report {number}</title><link rel="canonical" href="https://news.example/{number}">'
        f"</head><body><nav>Home World</nav><article><h1>Report {number}</h1>{body}</article></body></html>"
    )


def _saved(number: int) -> str:
    head = f"Snapshot-Content-Location: https://news.example/{number}\nMIME-Version: 1.0\n"
    head += "Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html; charset=utf-8\n\n"
    return f"{head}{_page(number)}\n--x--\n"


def _object(number: int) -> str:
    return json.dumps({"id": f"n{number}", "outlet": "Harbour Gazette", "text": words(number)})


def _zip(number: int) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("story.txt", words(number))
    return data.getvalue()


GOOD: tuple[tuple[str, Callable[[int], str | bytes]], ...] = (
    ("txt", words),
    ("md", lambda number: f"---\noutlet: Harbour Gazette\ntitle: Report {number}\n---\n{words(number)}"),
    ("html", _page),
    ("mhtml", _saved),
    ("json", _object),
    ("jsonl", lambda number: _object(number) + "\n"),
    ("txt.gz", lambda number: gzip.compress(words(number).encode())),
    ("zip", _zip),
)
"""Each holds one article."""

BAD: tuple[tuple[str, bytes], ...] = (
    ("txt", b""),
    ("md", b"---\ntitle: [x\n---\nText."),
    ("html", b"<html><head><title>Nothing</title></head><body></body></html>"),
    ("mhtml", b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: image/png\n\nx\n--x--\n"),
    ("json", b'{"text": '),
    ("jsonl", b"no object\n"),
    ("txt", bytes(range(256)) * 40),
    ("txt.gz", gzip.compress(b"One. Two. Three." * 9)[:-12]),
    ("zip", b"PK\x03\x04 and no more"),
    ("txt", b"%PDF-1.7 ..."),
)


def write(folder: Path, count: int, bad: int) -> None:
    """`count` files in some folders, every so many of them bad: each bad one makes one complaint."""
    for number in range(count):
        place = folder / f"{number % 7}"
        place.mkdir(parents=True, exist_ok=True)
        if number * bad // count != (number + 1) * bad // count:
            suffix, content = BAD[number * bad // count % len(BAD)]
        else:
            suffix, made = GOOD[number % len(GOOD)]
            text = made(number)
            content = text if isinstance(text, bytes) else text.encode()
        (place / f"{number:05}.{suffix}").write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]), *(int(argument) for argument in sys.argv[2:] or ("1000", "50")))
