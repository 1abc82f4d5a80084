"""What runs inside a worker process: a call and its arguments come in on stdin, its value or its error goes out on stdout.

Imported by the worker alone, since its libraries are slow to load. To add a call, write a function here, name it
in CALLS, and give `Pool` a method for it.
"""

import contextlib
import logging
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, BinaryIO, Protocol

from bot.charts import Activity, Bar, Chart
from handlers import archives, formats, links, robots
from handlers.errors import ParleyError
from handlers.fetch import release
from handlers.formats.content import FeedContent, Parsed, Unpacked
from handlers.links import FeedLink
from handlers.model import Article, Document, Reading
from handlers.provenance import provenance

if TYPE_CHECKING:  # the other lanes need not load its HTTP library
    from handlers.stance.chat import Endpoint
    from handlers.stance.explaining import Account

GRACE_S = 5
"""How long after its deadline a call ends by itself, should the bot not be there any more to kill it."""


class Reader(Protocol):
    def read(self, article: Article, endpoint: "Endpoint | None" = None) -> Reading: ...
    def explain(self, article: Article) -> "tuple[Reading, Account]": ...


class _Process:
    """What a process keeps between calls."""

    reader: Reader | None = None
    backend: str | None = None


def unpack(document: Document, start: int) -> Unpacked:
    return archives.unpack(document, start)


def parse(document: Document, outlet: str | None, published: date | None) -> Parsed:
    return formats.parse(document, outlet, published)


def parse_feed(document: Document) -> FeedContent:
    return formats.parse_feed(document)


def allows(rules: bytes, url: str) -> bool:
    return robots.allows(rules, url)


def feed_links(document: Document) -> tuple[FeedLink, ...]:
    return links.feed_links(document)


def read(article: Article, endpoint: "Endpoint | None") -> Reading:
    if _Process.reader is None:
        raise RuntimeError("this worker was started without a model")
    found = _Process.reader.read(article, endpoint)
    return replace(found, provenance=provenance(article), backend=_Process.backend)


def explain(article: Article) -> "tuple[Reading, Account]":
    if _Process.reader is None:
        raise RuntimeError("this worker was started without a model")
    return _Process.reader.explain(article)


def draw(chart: Chart) -> bytes:
    from bot import drawing  # a second, which the other lanes need not spend

    return drawing.draw(chart)


CALLS: dict[str, Callable[..., object]] = {
    "unpack": unpack,
    "parse": parse,
    "parse_feed": parse_feed,
    "allows": allows,
    "feed_links": feed_links,
    "read": read,
    "explain": explain,
    "draw": draw,
}


def main(lane: str, *options: str) -> None:
    """`parse BYTES`, `read BACKEND MODEL` or `draw`. Serve until stdin ends, as it does when the bot is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the bot, and the bot ends its workers
    logging.getLogger().addHandler(logging.NullHandler())
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    _answer(answers, lambda: prepare(lane, options))
    while size := sys.stdin.buffer.read(8):
        name, arguments, limit_s = pickle.loads(sys.stdin.buffer.read(int.from_bytes(size)))
        # The default action of SIGALRM ends even a process that is stuck in C code.
        signal.alarm(int(limit_s) + GRACE_S)
        call, values = CALLS[name], arguments
        _answer(answers, lambda call=call, values=values: call(*values))
        signal.alarm(0)


def prepare(lane: str, options: tuple[str, ...]) -> None:
    """Bound the memory, load the model once (SettingError when it is missing), or draw a first chart to be warm."""
    if lane == "parse":
        (limit,) = options
        with contextlib.suppress(ValueError, OSError):  # macOS has no such limit
            resource.setrlimit(resource.RLIMIT_AS, (int(limit), int(limit)))
        return
    if lane == "draw":
        draw(Activity("Warm", "week", (Bar(date(2025, 1, 6), (1, 1, 1, 1)),)))
        return
    from handlers.extract import Extractor

    backend, model = options
    _Process.reader = Extractor(backend, model)
    _Process.backend = f"{backend} {release()}"


def _answer(answers: BinaryIO, call: Callable[[], object]) -> None:
    try:
        answer: tuple[str, object] = ("value", call())
    except ParleyError as error:
        answer = ("refused", error)
    except MemoryError:
        answer = ("failed", "it needs too much memory")
    except Exception as error:
        answer = ("failed", f"{type(error).__name__}: {error}\n{traceback.format_exc()}")
    data = pickle.dumps(answer)
    try:
        answers.write(len(data).to_bytes(8) + data)
        answers.flush()
    except BrokenPipeError:
        os._exit(0)  # the bot is gone; nobody is to be told
