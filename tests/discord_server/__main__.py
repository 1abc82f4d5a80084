"""A Discord to try the bot with by hand: `python -m tests.discord_server --port 8000`. Start the bot with the settings that
it prints, then type `/stance actor:Khamenei`, or `!More` to press a button of the last answer.
"""

import argparse
import asyncio
import contextlib
import re
import sys
from typing import Any

from tests.discord_server.exchange import Exchange, NotOffered
from tests.discord_server.options import BOOLEAN, CHANNEL, INTEGER, NUMBER, ROLE, find_leaf
from tests.discord_server.server import DiscordServer


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def read_command(server: DiscordServer, line: str) -> tuple[str, dict[str, Any]]:
    """`watch add channel:general actor:Iran` -> the command's name and its options."""
    first_option = re.search(r"\s[\w-]+:", line)
    words, pairs = (line[: first_option.start()].split(), line[first_option.start() :]) if first_option else (line.split(), "")
    command = server.registry.find(words[0], 1, server.guild.id) if words else None
    if command is None:
        raise NotOffered(f"no such command; there are {sorted(known['name'] for known in server.registry.of(None))}")
    kinds = {option["name"]: option["type"] for option in find_leaf(command, words[1:])[0].get("options", [])}
    parts = re.split(rf"(?:^|\s)({'|'.join(map(re.escape, kinds)) or '$.'}):", pairs)[1:]
    return " ".join(words), {
        name: value(server, kinds[name], text.strip()) for name, text in zip(*[iter(parts)] * 2, strict=True)
    }


def value(server: DiscordServer, kind: int, text: str) -> Any:
    if kind in (CHANNEL, ROLE):
        places = server.guild.channels if kind == CHANNEL else server.guild.roles
        return next((known for known in places.values() if known.name == text.lstrip("#@")), text)
    if kind == BOOLEAN:
        return text.casefold() in ("true", "yes", "1")
    return int(text) if kind == INTEGER else float(text) if kind == NUMBER else text


async def act(server: DiscordServer, line: str, last: Exchange | None) -> Exchange:
    if line.startswith("!") and last and last.message:
        return await server.click(last.message, line[1:])
    name, options = read_command(server, line.removeprefix("/"))
    return await server.slash(name, options)


async def report(server: DiscordServer) -> None:
    """Print requests and what was wrong with them, as they come."""
    calls = violations = 0
    while True:
        say(*(f"  {call}" for call in server.calls[calls:]), *(f"  WRONG {wrong}" for wrong in server.violations[violations:]))
        calls, violations = len(server.calls), len(server.violations)
        await asyncio.sleep(0.1)


async def main(port: int) -> None:
    async with DiscordServer(port=port) as server:
        say(*(f"{name}={setting}" for name, setting in server.settings.items()))
        reporting = asyncio.create_task(report(server))
        last: Exchange | None = None
        while line := await asyncio.to_thread(sys.stdin.readline):
            try:
                last = await act(server, line.strip(), last)
                say(last.plain, *(f"[{label}]" for label in (last.message.labels if last.message else [])))
            except (AssertionError, TimeoutError, ValueError) as error:
                say(str(error))
        reporting.cancel()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=8000)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(options.parse_args().port))
