"""The prompt: a typed line becomes a command with its options, and a real prompt session runs on a pipe."""

import asyncio
import io
from collections.abc import Sequence
from typing import Literal

import discord
import pytest
from discord import app_commands
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.buttons import OLDER, PageAction, page_action
from bot.cards import Button, Reply
from bot.prompt import CommandCompleter, parse_line, run_prompt
from bot.terminal import Screen
from handlers.errors import FetchError, QuestionError

Interaction = discord.Interaction[discord.Client]
NAMES = ("Ali Khamenei", "Hassan Rouhani", "Iran", "United States")


async def offer(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
    return []


@app_commands.command(description="Where an actor stands")
@app_commands.describe(actor="A person or a party")
@app_commands.autocomplete(actor=offer, counterpart=offer)
async def stance(interaction: Interaction, actor: str, counterpart: str | None = None, private: bool = False) -> None: ...


@app_commands.command(description="Search")
@app_commands.rename(least="min_confidence")
async def search(
    interaction: Interaction,
    text: app_commands.Range[str, 1, 50] | None = None,
    days: app_commands.Range[int, 1, 365] | None = None,
    least: app_commands.Range[float, 0, 1] | None = None,
    kind: Literal["rejects", "open"] | None = None,
) -> None: ...


@app_commands.command(description="Find statements")
async def analyze(interaction: Interaction, url: str | None = None, file: discord.Attachment | None = None) -> None: ...


watch = app_commands.Group(name="watch", description="What a channel follows")


@watch.command(name="add", description="Follow somebody")
@app_commands.describe(actor="Whom to follow")
async def add(
    interaction: Interaction,
    channel: discord.TextChannel,
    actor: str,
    role: discord.Role | None = None,
) -> None: ...


@watch.command(name="list", description="What is followed")
async def list_watches(interaction: Interaction) -> None: ...


COMMANDS = (stance, search, analyze, watch)


@pytest.mark.parametrize(
    ("line", "name", "options"),
    [
        ("/stance actor:Khamenei counterpart:United States", "stance", {"actor": "Khamenei", "counterpart": "United States"}),
        ("stance actor: Ali Khamenei  private: yes", "stance", {"actor": "Ali Khamenei", "private": True}),
        ("/stance Khamenei", "stance", {"actor": "Khamenei"}),
        ("/stance Ali Khamenei counterpart:Iran", "stance", {"actor": "Ali Khamenei", "counterpart": "Iran"}),
        ("/STANCE Actor:Khamenei", "stance", {"actor": "Khamenei"}),
        ('/stance actor:"a private:b" counterpart:“Iran”', "stance", {"actor": "a private:b", "counterpart": "Iran"}),
        ("/stance counterpart:Iran actor:Khamenei", "stance", {"counterpart": "Iran", "actor": "Khamenei"}),
        ("/stance actor:O'Brien", "stance", {"actor": "O'Brien"}),
        ('/stance actor:"never closed', "stance", {"actor": '"never closed'}),
        ("/search days:30 min_confidence:0.5", "search", {"days": 30, "least": 0.5}),
        ("/search kind:OPEN", "search", {"kind": "open"}),
        ("/search text:he said: no talks at 12:30", "search", {"text": "he said: no talks at 12:30"}),
        ('/search text:"talks:over"', "search", {"text": "talks:over"}),
        ("/search text:talks:over", "search", {"text": "talks:over"}),
        ("/search", "search", {}),
        ("/analyze url:http://a.example/b:c file:a b.txt", "analyze", {"url": "http://a.example/b:c", "file": "a b.txt"}),
        ("/watch add actor:Iran", "watch add", {"actor": "Iran"}),
        ("watch   add Iran", "watch add", {"actor": "Iran"}),
        ("/watch list", "watch list", {}),
    ],
)  # fmt: skip
def test_a_line_is_read(line: str, name: str, options: dict[str, object]) -> None:
    assert parse_line(line, COMMANDS) == (name, options)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/stanc Khamenei", "There is no command /stanc. Did you mean /stance?"),
        ("", "Type a command, such as /help."),
        ("/", "Type a command, such as /help."),
        ("/xyzzy", "There is no command /xyzzy."),
        ("/watch", "/watch goes on with one of: add, list."),
        ("/watch ad actor:Iran", "/watch goes on with one of: add, list."),
        ("/stance", "/stance needs actor: (A person or a party)"),
        ("/stance counterpart:Iran", "/stance needs actor: (A person or a party)"),
        ("/stance actr:Khamenei", "/stance has no option actr:. Did you mean actor:?"),
        ("/stance actor:Khamenei counterprt:Iran", "/stance has no option counterprt:. Did you mean counterpart:?"),
        ("/stance actor:a actor:b", "actor: is given twice."),
        ("/stance actor:", "actor: has no value."),
        ("/stance actor:Iran private:maybe", "private: “maybe” is not yes or no."),
        ("/stance Iran actor:Iran", "“Iran” belongs to no option. /stance takes actor:, counterpart:, private:."),
        ("/search no talks", "“no talks” belongs to no option."),
        ("/search days:ten", "days: “ten” is not a whole number."),
        ("/search days:1" + "0" * 5000, "is not a whole number."),
        ("/search days:0", "days: at least 1."),
        ("/search days:366", "days: at most 365."),
        ("/search min_confidence:nan", "min_confidence: “nan” is not a number."),
        ("/search min_confidence:2", "min_confidence: at most 1.0."),
        ("/search text:" + "a" * 51, "text: at most 50 characters."),
        ("/search kind:maybe", "kind: “maybe” is none of rejects, open."),
        ("/watch add Iran channel:#news", "channel: works in Discord only; leave it out here."),
        ("/watch add Iran role:Staff", "role: works in Discord only; leave it out here."),
        ("/watch list all", "“all” belongs to no option. /watch list takes no options."),
    ],
)
def test_a_line_that_is_wrong_says_why(line: str, words: str) -> None:
    with pytest.raises(QuestionError) as caught:
        parse_line(line, COMMANDS)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def completions(text: str) -> list[str]:
    async def confirm(key: str) -> Reply:
        return Reply(f"Done: {key}")

    def suggest(name: str, option: str, typed: str) -> list[str]:
        assert name == "stance"
        return [actor for actor in NAMES if typed.casefold() in actor.casefold()]

    completer = CommandCompleter(COMMANDS, suggest)
    found = completer.get_completions(Document(text), CompleteEvent(completion_requested=True))
    return [text[: len(text) + completion.start_position] + completion.text for completion in found]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("/st", ["/stance "]),
        ("wa", ["/watch add ", "/watch list "]),
        ("/watch l", ["/watch list "]),
        ("/stance Kha", ["/stance Ali Khamenei "]),
        ("/stance actor:Ali Kha", ["/stance actor:Ali Khamenei "]),
        ("/stance actor:Iran cou", ["/stance actor:Iran counterpart:"]),
        ("/stance actor:Iran private:", ["/stance actor:Iran private:yes ", "/stance actor:Iran private:no "]),
        ("/search kind:o", ["/search kind:open "]),
        ("/watch add ", ["/watch add actor:"]),
        ("/nothing ", []),
    ],
)  # fmt: skip
def test_completion_offers_what_may_follow(typed: str, offered: list[str]) -> None:
    assert completions(typed) == offered


async def asked(*keys: str) -> tuple[list[tuple[str, dict[str, object]]], str, str]:
    """Type keys into a real session, with a rest between; what was asked, what was printed, which errors."""
    questions: list[tuple[str, dict[str, object]]] = []

    async def ask(name: str, options: dict[str, object]) -> Reply:
        questions.append((name, options))
        if options.get("actor") == "nobody":
            raise FetchError("https://example.org", "no answer")
        pages = (Button(OLDER, action=page_action("abc", 7)),) if options.get("actor") == "many" else ()
        deeds = (Button("Do it", action=f"confirm:{'ab' * 12}"),) if options.get("actor") == "deed" else ()
        return Reply(f"Answer {len(questions)}", buttons=(*pages, *deeds))

    async def turn(page: PageAction) -> Reply:
        return Reply(f"Older than {page.before_id} of {page.key}")

    async def confirm(key: str) -> Reply:
        return Reply(f"Done: {key}")

    def suggest(name: str, option: str, typed: str) -> Sequence[str]:
        return NAMES

    out, errors = io.StringIO(), io.StringIO()
    screen = Screen(Console(file=out, width=80), Console(file=errors, width=80))
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        session = asyncio.ensure_future(run_prompt(ask, turn, confirm, suggest, COMMANDS, screen))
        for some in keys:
            pipe.send_text(some)
            await asyncio.sleep(0.2)
        await session
    return questions, out.getvalue(), errors.getvalue()


async def test_the_prompt_asks_and_shows_until_exit() -> None:
    questions, out, errors = await asked("/stance actor:Khamenei counterpart:United States\r\r  \r/watch list\rexit\r/search\r")
    assert questions == [("stance", {"actor": "Khamenei", "counterpart": "United States"}), ("watch list", {})]
    assert out.split("\n")[:2] == ["Answer 1", "Answer 2"]
    assert errors == ""


async def test_what_is_wrong_is_said_and_the_prompt_goes_on() -> None:
    questions, out, errors = await asked("/stanc\r/stance nobody\r/stance Iran\rquit\r")
    assert [options for _, options in questions] == [{"actor": "nobody"}, {"actor": "Iran"}]
    assert errors.splitlines() == ["There is no command /stanc. Did you mean /stance?", "https://example.org: no answer"]
    assert "Answer 2" in out


async def test_more_turns_the_page_while_there_is_one() -> None:
    _, out, errors = await asked("more\r/stance many\rmore\rmore\rexit\r")
    assert out.splitlines() == ["Answer 1", "Type more for older ones.", "Older than 7 of abc"]
    assert errors.splitlines() == ["There is no older page to turn to."] * 2


async def test_yes_does_what_the_last_answer_offers_once() -> None:
    _, out, errors = await asked("yes\r/stance deed\ryes\ryes\rexit\r")
    assert out.splitlines() == ["Answer 1", "Type yes to do it.", f"Done: {'ab' * 12}"]
    assert errors.splitlines() == ["There is nothing to say yes to."] * 2


async def test_control_c_clears_the_line_and_control_d_ends() -> None:
    questions, _, _ = await asked("/stance Iran\x03/watch list\r\x04")
    assert questions == [("watch list", {})]


async def test_history_brings_the_last_line_back() -> None:
    questions, _, _ = await asked("/stance Iran\r", "\x1b[A", "\rexit\r")
    assert questions == [("stance", {"actor": "Iran"})] * 2


async def test_help_lists_the_commands() -> None:
    questions, out, _ = await asked("help\rexit\r")
    assert questions == []
    assert "/stance – Where an actor stands" in out
    assert "/watch add – Follow somebody" in out
