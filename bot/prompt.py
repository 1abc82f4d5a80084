"""The prompt of the terminal face: slash commands as in Discord, with completion and history, until it is closed."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path

from discord import AppCommandOptionType as Kind
from discord.app_commands.commands import Parameter
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout

from bot.buttons import OLDER, PageAction, parse_page
from bot.cards import Reply
from bot.commands import AnyCommand, Leaf
from bot.confirming import offered
from bot.markup import clean
from bot.terminal import Screen
from bot.typed import find_command, first_required, marker, named, parse_line, typable
from handlers.errors import ParleyError, QuestionError

Ask = Callable[[str, dict[str, object]], Awaitable[Reply]]
Suggest = Callable[[str, str, str], Sequence[str]]
"""Command name, option name, text typed so far → values to offer, from memory."""

Turn = Callable[[PageAction], Awaitable[Reply]]
Confirm = Callable[[str], Awaitable[Reply]]
"""The key of what an answer offers to do → what came of it."""

PROMPT = "parley> "
_ENDS = {"exit", "quit", "/exit", "/quit"}


async def run_prompt(
    ask: Ask,
    turn: Turn,
    confirm: Confirm,
    suggest: Suggest,
    commands: Sequence[AnyCommand],
    screen: Screen,
    *,
    history: Path | None = None,
) -> None:
    """Ask until "exit", "quit" or Ctrl-D. What is wrong with a command is said in one line, and the prompt goes on.

    "more" turns to the page that the last answer's button for older ones leads to; "yes" does what it offers to do.
    """
    session = PromptSession[str](
        history=FileHistory(str(history)) if history else InMemoryHistory(),
        completer=CommandCompleter(commands, suggest),
    )
    last: Reply | None = None
    while (line := await _next_line(session)) is not None:
        if line.casefold() == "help":
            screen.show(listing(commands))
        elif line.casefold() in {"more", "/more"}:
            older = _older(last)
            last = await _answered(turn(older), screen) if older else screen.fail("There is no older page to turn to.")
        elif line.casefold() in {"yes", "/yes"}:
            key = offered(last) if last else None
            last = await _answered(confirm(key), screen) if key else screen.fail("There is nothing to say yes to.")
        elif line:
            last = await _answered(_asked(line, ask, commands), screen)


def listing(commands: Sequence[AnyCommand]) -> Reply:
    """What can be typed here."""
    lines = tuple(f"/{name} – {command.description}" for name, command in named(commands).items())
    return Reply(
        "Commands", lines=lines, footnote="Tab shows a command's options. Ctrl-C clears the line, Ctrl-D or exit ends."
    )


class CommandCompleter(Completer):
    """Completes commands, the names of options, their choices, and whatever `suggest` knows."""

    def __init__(self, commands: Sequence[AnyCommand], suggest: Suggest) -> None:
        self._leaves = named(commands)
        self._suggest = suggest

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        text = document.text_before_cursor.lstrip()
        try:
            command, rest = find_command(text, self._leaves)
        except QuestionError:
            return self._commands(text)
        # Without a space behind it the name itself may go on: "watch add" after "watch".
        return self._options(command, rest) if rest or text.endswith(" ") else self._commands(text)

    def _commands(self, text: str) -> Iterator[Completion]:
        typed = text.removeprefix("/").casefold()
        for name, command in self._leaves.items():
            if name.startswith(typed):
                yield Completion(f"/{name} ", -len(text), display=f"/{name}", display_meta=command.description)

    def _options(self, command: Leaf, rest: str) -> Iterator[Completion]:
        starts = list(marker(command).finditer(rest))
        given = {start[1].casefold() for start in starts}
        if starts:
            current = next(p for p in command.parameters if p.display_name.casefold() == starts[-1][1].casefold())
            typed = rest[starts[-1].end() :].lstrip()
        else:
            current, typed = first_required(command), rest
        yield from self._names(command, rest, given)
        if current is not None:
            yield from self._values(command, current, typed)

    def _names(self, command: Leaf, rest: str, given: set[str]) -> Iterator[Completion]:
        word = "" if rest.endswith(" ") else rest.rpartition(" ")[2]
        for parameter in typable(command):
            name = parameter.display_name
            if name.startswith(word.casefold()) and name not in given:
                yield Completion(f"{name}:", -len(word), display_meta=parameter.description)

    def _values(self, command: Leaf, parameter: Parameter, typed: str) -> Iterator[Completion]:
        for value in _fixed_values(parameter, typed) or self._found_values(command, parameter, typed):
            yield Completion(f"{value} ", -len(typed), display=value)

    def _found_values(self, command: Leaf, parameter: Parameter, typed: str) -> list[str]:
        if not parameter.autocomplete:
            return []
        return [clean(value) for value in self._suggest(command.qualified_name, parameter.name, typed.strip())]


async def _next_line(session: PromptSession[str]) -> str | None:
    """The next line, stripped; "" when Ctrl-C cleared it, None at the end."""
    try:
        # Alerts that come while somebody types are printed above the prompt instead of through it.
        with patch_stdout(raw=True):
            line = (await session.prompt_async(PROMPT)).strip()
    except KeyboardInterrupt:
        return ""
    except EOFError:
        return None
    return None if line.casefold() in _ENDS else line


async def _asked(line: str, ask: Ask, commands: Sequence[AnyCommand]) -> Reply:
    name, options = parse_line(line, commands)
    return await ask(name, options)


async def _answered(answer: Awaitable[Reply], screen: Screen) -> Reply | None:
    """Show it, and say what can be typed next."""
    try:
        reply = await answer
    except ParleyError as error:
        screen.fail(str(error))
        return None
    screen.show(reply)
    if _older(reply) is not None:
        screen.say("Type more for older ones.")
    if offered(reply) is not None:
        screen.say("Type yes to do it.")
    return reply


def _older(reply: Reply | None) -> PageAction | None:
    """The page of older ones that a reply's button leads to."""
    buttons = reply.buttons if reply else ()
    actions = (parse_page(button.action) for button in buttons if button.action and button.label == OLDER)
    return next(actions, None)


def _fixed_values(parameter: Parameter, typed: str) -> list[str]:
    values = ["yes", "no"] if parameter.type is Kind.boolean else [choice.name for choice in parameter.choices]
    return [value for value in values if value.casefold().startswith(typed.casefold().strip())]
