"""A line as people type it into Discord → the command and its options, for the prompt and for `ask`.

Names, types, choices and limits come from discord.py's own commands, so a new command can be typed without a word here.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence

from discord import AppCommandOptionType as Kind
from discord.app_commands.commands import Parameter
from rapidfuzz import process

from bot.commands import AnyCommand, Leaf, leaves
from handlers.errors import QuestionError

_DISCORD_ONLY = {Kind.channel, Kind.role, Kind.user, Kind.mentionable}
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
_QUOTED = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|“([^”]*)”)(?=\s|$)""")
# "actr:Iran" is a mistyped option; "https://…", "12:30" and "he said: no" are not.
_LIKE_AN_OPTION = re.compile(r"(?<!\S)([A-Za-z][A-Za-z_]*):(?!//|\s|$)")


def named(commands: Sequence[AnyCommand]) -> dict[str, Leaf]:
    """The commands that can be called, by qualified name: "stance", "watch add"."""
    return {leaf.qualified_name: leaf for command in commands for leaf in leaves(command)}


def parse_line(line: str, commands: Sequence[AnyCommand]) -> tuple[str, dict[str, object]]:
    """Read "/stance actor:Khamenei counterpart:United States"; QuestionError says what is wrong and what would be right."""
    command, rest = find_command(line, named(commands))
    values = _values(command, rest)
    for parameter in typable(command):
        if parameter.required and parameter.name not in values:
            raise QuestionError(f"/{command.qualified_name} needs {parameter.display_name}: ({parameter.description})")
    return command.qualified_name, {
        parameter.name: _converted(parameter, values[parameter.name])
        for parameter in command.parameters
        if parameter.name in values
    }


def find_command(line: str, known: Mapping[str, Leaf]) -> tuple[Leaf, str]:
    """The command that a line begins with, and the rest of the line."""
    text = line.lstrip().removeprefix("/").lstrip()
    words = text.split(maxsplit=3)
    for count in range(min(len(words), 3), 0, -1):
        command = known.get(" ".join(words[:count]).casefold())
        if command is not None:
            return command, " ".join(text.split(maxsplit=count)[count:])
    raise QuestionError(_unknown_command(words, known))


def marker(command: Leaf) -> re.Pattern[str]:
    """Where an option begins: one of the command's own names and a colon, at the start of a word."""
    names = "|".join(re.escape(parameter.display_name) for parameter in command.parameters)
    return re.compile(rf"(?<!\S)({names or '(?!)'}):", re.IGNORECASE)


def typable(command: Leaf) -> list[Parameter]:
    """The options that make sense outside Discord."""
    return [parameter for parameter in command.parameters if parameter.type not in _DISCORD_ONLY]


def first_required(command: Leaf) -> Parameter | None:
    """The option that a value without a name belongs to."""
    return next((parameter for parameter in typable(command) if parameter.required), None)


def _values(command: Leaf, rest: str) -> dict[str, str]:
    """Each option's text by the parameter's own name. An option ends where the next one begins; quotes hold one together."""
    starts = _starts(command, rest)
    bare = rest[: starts[0].start() if starts else len(rest)].strip()
    by_name = {parameter.display_name.casefold(): parameter for parameter in command.parameters}
    values: dict[str, str] = {}
    ends = [start.start() for start in starts[1:]] + [len(rest)] * bool(starts)
    for start, end in zip(starts, ends, strict=True):
        parameter = by_name[start[1].casefold()]
        if parameter.name in values:
            raise QuestionError(f"{parameter.display_name}: is given twice.")
        values[parameter.name] = _unquoted(command, rest[start.end() : end])
        if not values[parameter.name]:
            raise QuestionError(f"{parameter.display_name}: has no value.")
    return values | _bare(command, bare, values) if bare else values


def _starts(command: Leaf, rest: str) -> list[re.Match[str]]:
    pattern = marker(command)
    starts: list[re.Match[str]] = []
    at = 0
    while start := pattern.search(rest, at):
        starts.append(start)
        quoted = _QUOTED.match(rest, start.end())
        at = quoted.end() if quoted else start.end()
    return starts


def _bare(command: Leaf, text: str, values: Mapping[str, str]) -> dict[str, str]:
    value = _unquoted(command, text, is_bare=True)
    parameter = first_required(command)
    if parameter is None or parameter.name in values:
        raise QuestionError(f"“{value}” belongs to no option. {_takes(command)}")
    return {parameter.name: value}


def _unquoted(command: Leaf, text: str, *, is_bare: bool = False) -> str:
    quoted = _QUOTED.fullmatch(text.rstrip())
    if quoted:
        return next(group for group in quoted.groups() if group is not None).strip()
    # A value's own first word follows "name:" without a space and may hold a colon itself.
    odd = _LIKE_AN_OPTION.search(text, 0 if is_bare or text[:1].isspace() else 1)
    if odd:
        names = [parameter.display_name for parameter in command.parameters]
        hint = _nearest(odd[1], names, "{}:") or _takes(command)
        raise QuestionError(f"/{command.qualified_name} has no option {odd[1]}:. {hint} A value with a colon goes in quotes.")
    return text.strip()


def _converted(parameter: Parameter, text: str) -> object:
    if parameter.type in _DISCORD_ONLY:
        raise QuestionError(f"{parameter.display_name}: works in Discord only; leave it out here.")
    if parameter.choices:
        return _choice(parameter, text)
    convert = _CONVERTERS.get(parameter.type)
    value = convert(text) if convert else text
    if value is None:
        raise QuestionError(f"{parameter.display_name}: “{text}” is not {_KIND_WORDS[parameter.type]}.")
    _check_range(parameter, value)
    return value


def _choice(parameter: Parameter, text: str) -> object:
    for choice in parameter.choices:
        if text.casefold() in (choice.name.casefold(), str(choice.value).casefold()):
            return choice.value
    allowed = ", ".join(choice.name for choice in parameter.choices)
    raise QuestionError(f"{parameter.display_name}: “{text}” is none of {allowed}.")


def _check_range(parameter: Parameter, value: object) -> None:
    size = len(value) if isinstance(value, str) else value
    if not isinstance(size, int | float) or isinstance(size, bool):
        return
    unit = " characters" if isinstance(value, str) else ""
    if parameter.min_value is not None and size < parameter.min_value:
        raise QuestionError(f"{parameter.display_name}: at least {parameter.min_value}{unit}.")
    if parameter.max_value is not None and size > parameter.max_value:
        raise QuestionError(f"{parameter.display_name}: at most {parameter.max_value}{unit}.")


def _integer(text: str) -> int | None:
    # Discord takes integers up to 2^53, and no more is ever meant.
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,16}", text) else None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _truth(text: str) -> bool | None:
    word = text.casefold()
    return True if word in _TRUE else False if word in _FALSE else None


_CONVERTERS: dict[Kind, Callable[[str], object]] = {Kind.integer: _integer, Kind.number: _number, Kind.boolean: _truth}
_KIND_WORDS = {Kind.integer: "a whole number", Kind.number: "a number", Kind.boolean: "yes or no"}


def _unknown_command(words: Sequence[str], known: Mapping[str, Leaf]) -> str:
    if not words:
        return "Type a command, such as /help."
    of_group = [name for name in known if name.split()[0] == words[0].casefold()]
    if of_group:
        return f"/{words[0].casefold()} goes on with one of: {', '.join(name.partition(' ')[2] for name in of_group)}."
    return f"There is no command /{words[0]}. {_nearest(words[0], list(known), '/{}')}".strip()


def _nearest(typed: str, names: Sequence[str], form: str) -> str:
    near = process.extract(typed.casefold(), names, limit=3, score_cutoff=60)
    return f"Did you mean {' or '.join(form.format(name) for name, _, _ in near)}?" if near else ""


def _takes(command: Leaf) -> str:
    names = ", ".join(f"{parameter.display_name}:" for parameter in typable(command))
    return f"/{command.qualified_name} takes {names or 'no options'}."
