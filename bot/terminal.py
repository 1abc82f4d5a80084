"""Cards and replies in, panels for a terminal out: the same values that `layout.py` draws for Discord.

Texts of articles are data: escape sequences and control characters are dropped and rich's markup is never read. Without a
terminal or with NO_COLOR the borders are plain ASCII; a bar for long work and errors go to standard error.
"""

import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from bot.cards import LOOKS, Button, Card, Reply
from bot.markup import clean, shorten

MAX_WIDTH = 88
"""Longer lines are hard to read."""
MAX_QUOTE = 1500
MAX_LINE = 2000


def draw_card(card: Card) -> RenderableType:
    """One card as a panel."""
    return _Panel(card)


def draw_reply(reply: Reply) -> RenderableType:
    """The answer to a command: title, lines, cards, footnote."""
    title = [Text(clean(reply.title), style="bold")] if reply.title else []
    foot = [Text(clean(reply.footnote), style="dim")] if reply.footnote else []
    return Group(*title, *_lines(reply.lines), *map(_Panel, reply.cards), *_links(reply.buttons), *foot)


@dataclass(frozen=True, slots=True)
class _Panel:
    """Drawn late, when the console is known: what it can show decides border and shape."""

    card: Card

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        look = LOOKS[self.card.stance] if self.card.stance else None
        style = f"#{look.colour:06x}" if look else "none"
        shape = (look.ascii_shape if options.ascii_only else look.shape) if look else ""
        yield Panel(
            Group(*_body(self.card)),
            title=Text(f"{shape} {look.word}", style=f"bold {style}") if look else None,
            title_align="left",
            border_style=style,
            box=box.ROUNDED if console.is_terminal and not console.no_color else box.ASCII,
            width=min(options.max_width, MAX_WIDTH),
            safe_box=True,
        )


def _body(card: Card) -> Iterator[RenderableType]:
    yield Text(clean(card.heading), style="bold")
    if card.role:
        yield Text(clean(card.role), style="dim")
    if card.quote:
        words = shorten(clean(card.quote), MAX_QUOTE)
        source = clean(card.source or "") or "The article"
        yield Text("\n" + (f"“{words}”" if card.is_direct else f"{source} reports:\n{words}") + "\n")
    if card.condition:
        yield Text.assemble(("Condition: ", "bold"), shorten(clean(card.condition), MAX_QUOTE))
    yield from _lines(card.lines)
    yield from _links(card.buttons)


def _lines(lines: Sequence[str]) -> Iterator[Text]:
    return (Text(shorten(clean(line), MAX_LINE)) for line in lines)


def _links(buttons: Sequence[Button]) -> Iterator[Text]:
    """Only links: an action needs something to click."""
    links = ((clean(button.label), clean(button.url)) for button in buttons if button.url)
    return (Text(f"{label}: {url}", style="dim", overflow="fold") for label, url in links)


@dataclass(frozen=True, slots=True)
class Bar:
    """The progress of one long piece of work."""

    progress: Progress
    task: TaskID

    def advance(self, steps: int = 1) -> None:
        self.progress.advance(self.task, steps)


class Screen:
    """Where the terminal face writes: answers to standard output, errors and progress to standard error."""

    def __init__(self, console: Console | None = None, errors: Console | None = None) -> None:
        self.console = console or Console(highlight=False, markup=False, emoji=False)
        self.errors = errors or Console(stderr=True, highlight=False, markup=False, emoji=False)
        for stream in (self.console.file, self.errors.file):
            # A terminal without Unicode gets a question mark for a dash, not a traceback.
            if isinstance(stream, TextIOWrapper) and not stream.encoding.lower().startswith("utf"):
                stream.reconfigure(errors="replace")

    def show(self, reply: Reply) -> None:
        self.console.print(draw_reply(reply))

    def show_card(self, card: Card) -> None:
        self.console.print(draw_card(card))

    def say(self, text: str) -> None:
        self.console.print(Text(clean(text)), soft_wrap=not self.console.is_terminal)

    def agrees(self, question: str) -> bool:
        """Whether whoever sits at the terminal says yes; nobody sits at a pipe."""
        if not sys.stdin.isatty() or not self.console.is_terminal:
            return False
        try:
            return self.console.input(Text(clean(question) + " ")).strip().casefold() in {"y", "yes"}
        except EOFError:
            return False

    def warn(self, text: str) -> None:
        """Like `say`, in red where that can be seen."""
        self.console.print(Text(clean(text), style="red"), soft_wrap=not self.console.is_terminal)

    def fail(self, text: str) -> None:
        """One red line."""
        self.errors.print(Text(clean(text), style="red"), soft_wrap=not self.errors.is_terminal)

    @contextmanager
    def progress(self, label: str, total: int | None = None) -> Generator[Bar]:
        """Show a bar while the work lasts; nothing where nobody watches.

        On the console of the answers where that is a terminal, so that what is shown meanwhile stands above the bar.
        """
        console = self.console if self.console.is_terminal else self.errors
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            yield Bar(progress, progress.add_task(clean(label), total=total))
