"""Documented limits of messages, commands and autocomplete. Returns problems (empty: valid), changes nothing."""

import re
from collections.abc import Iterator
from typing import Any

from tests.discord_server.components import BAD, LENGTH, REQUIRED, URL_SCHEMES, Path, component_problems, length
from tests.discord_server.errors import Problem
from tests.discord_server.message import COMPONENTS_V2, EPHEMERAL

MAX_CONTENT, MAX_EMBEDS, MAX_EMBED_TEXT, MAX_FILES, MAX_FILE = 2000, 10, 6000, 10, 10 * 1024 * 1024
MAX_COMMAND_TEXT = 8000
COMMAND_NAME = re.compile(r"[-_'\w]{1,32}")
SETTABLE_FLAGS = (1 << 2) | (1 << 12) | (1 << 13) | COMPONENTS_V2
EMBED_LENGTHS = (("title", 256), ("description", 4096))
SUBCOMMAND, GROUP = 1, 2


def message_problems(body: dict[str, Any], *, is_reply: bool, filenames: set[str]) -> list[Problem]:
    """`body`: the message as it would stand (an edit is merged first); `is_reply`: an interaction's answer."""
    found: list[Problem] = []
    flags = body.get("flags") or 0
    is_v2 = bool(flags & COMPONENTS_V2)
    if flags & ~(SETTABLE_FLAGS | (EPHEMERAL if is_reply else 0)):
        found.append(Problem(("flags",), BAD, f"flags {flags} may not be set by a client"))
    if is_v2:
        for key in ("content", "embeds", "poll", "sticker_ids"):
            if body.get(key):
                found.append(
                    Problem((key,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", f"no {key} with Components V2")
                )
    found += length(body.get("content") or "", ("content",), MAX_CONTENT, 0)
    found += _embeds(body.get("embeds") or [], filenames)
    found += component_problems(body.get("components") or [], is_v2=is_v2, filenames=filenames)
    found += _nonce(body.get("nonce"))
    found += _allowed_mentions(body.get("allowed_mentions") or {})
    return found


def file_problems(attachments: list[dict[str, Any]], uploaded: dict[int, int], kept: set[int]) -> list[Problem]:
    """`uploaded`: size by index; `kept`: ids of files that the message has already."""
    found: list[Problem] = []
    for index, attachment in enumerate(attachments):
        here: Path = ("attachments", index)
        if int(attachment["id"]) not in {*uploaded, *kept}:
            found.append(Problem((*here, "id"), "ATTACHMENT_NOT_FOUND", f"no file {attachment['id']} was sent"))
        found += length(attachment.get("description") or "", (*here, "description"), 1024, 0)
    if len(uploaded) > MAX_FILES:
        found.append(Problem(("files",), LENGTH, f"Must be {MAX_FILES} or fewer in length."))
    found += [Problem((f"files[{i}]",), "FILE_TOO_LARGE", "over 10 MiB") for i, size in uploaded.items() if size > MAX_FILE]
    return found


def _embeds(embeds: list[dict[str, Any]], filenames: set[str]) -> Iterator[Problem]:
    if len(embeds) > MAX_EMBEDS:
        yield Problem(("embeds",), LENGTH, f"Must be {MAX_EMBEDS} or fewer in length.")
    total = 0
    for index, embed in enumerate(embeds):
        here: Path = ("embeds", index)
        footer, author, fields = embed.get("footer") or {}, embed.get("author") or {}, embed.get("fields") or []
        texts = [(key, embed.get(key), most) for key, most in EMBED_LENGTHS]
        texts += [("footer", footer.get("text"), 2048), ("author", author.get("name"), 256)]
        for key, text, most in texts:
            yield from length(text or "", (*here, key), most, 0)
        if len(fields) > 25:
            yield Problem((*here, "fields"), LENGTH, "Must be 25 or fewer in length.")
        for row, entry in enumerate(fields):
            yield from length(entry.get("name"), (*here, "fields", row, "name"), 256)
            yield from length(entry.get("value"), (*here, "fields", row, "value"), 1024)
            total += len(entry.get("name") or "") + len(entry.get("value") or "")
        total += sum(len(text or "") for _key, text, _most in texts)
        yield from _embed_links(embed, here, filenames)
        if not (fields or embed.get("image") or embed.get("thumbnail") or any(text for _key, text, _most in texts)):
            yield Problem((*here, "description"), REQUIRED, "This field is required")
    if total > MAX_EMBED_TEXT:
        yield Problem(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", f"{total} characters: at most {MAX_EMBED_TEXT} in all embeds.")


def _embed_links(embed: dict[str, Any], here: Path, filenames: set[str]) -> Iterator[Problem]:
    pictures = [(embed.get(key) or {}).get("url") for key in ("image", "thumbnail")]
    for url in [embed.get("url"), (embed.get("author") or {}).get("url"), *pictures]:
        if url and url.startswith("attachment://") and url in pictures:
            if url.removeprefix("attachment://") not in filenames:
                yield Problem((*here, "image"), "REFERENCED_ATTACHMENT_NOT_FOUND", f"{url!r} was not sent.")
        elif url and not url.startswith(URL_SCHEMES[:2]):
            yield Problem((*here, "url"), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of http, https.")


def _nonce(nonce: Any) -> Iterator[Problem]:
    if isinstance(nonce, str):
        yield from length(nonce, ("nonce",), 25, 0)


def _allowed_mentions(allowed: dict[str, Any]) -> Iterator[Problem]:
    for key in ("users", "roles"):
        listed = allowed.get(key) or []
        if len(listed) > 100 or len({str(one) for one in listed}) < len(listed):
            yield Problem(("allowed_mentions", key), LENGTH, "at most 100 ids, each once")
        if listed and key in (allowed.get("parse") or []):
            yield Problem(
                ("allowed_mentions", "parse"),
                "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                f'"{key}" in parse and a list of {key}',
            )


def commands_problems(commands: list[dict[str, Any]]) -> list[Problem]:
    """All commands of one scope."""
    found = [problem for index, command in enumerate(commands) for problem in command_problems(command, (index,))]
    keys = [(command.get("type") or 1, command.get("name")) for command in commands]
    if len(set(keys)) < len(keys):
        found.append(Problem((), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"))
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        if sum(key[0] == kind for key in keys) > most:
            found.append(Problem((), LENGTH, f"at most {most} commands of type {kind}"))
    return found


def command_problems(command: dict[str, Any], path: Path = ()) -> list[Problem]:
    if (command.get("type") or 1) != 1:
        found = [*length(command.get("name"), (*path, "name"), 32)]
        if command.get("description") or command.get("options"):
            found.append(Problem((*path, "description"), BAD, "Context menu commands have no description and no options"))
        return found
    found = [*_named(command, path), *_options(command.get("options") or [], path, depth=0)]
    if (size := _size(command)) > MAX_COMMAND_TEXT:
        found.append(Problem(path, LENGTH, f"{size} characters: at most {MAX_COMMAND_TEXT} for a command"))
    return found


def choices_problems(choices: list[dict[str, Any]], path: Path) -> Iterator[Problem]:
    if len(choices) > 25:
        yield Problem(path, LENGTH, "Must be 25 or fewer in length.")
    for index, choice in enumerate(choices):
        yield from length(choice.get("name"), (*path, index, "name"), 100)
        if isinstance(choice.get("value"), str):
            yield from length(choice["value"], (*path, index, "value"), 100)
    if len({choice.get("name") for choice in choices}) < len(choices):
        yield Problem(path, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_EXISTS", "Option choice name already exists")


def _named(command: dict[str, Any], path: Path) -> Iterator[Problem]:
    name = command.get("name") or ""
    if not COMMAND_NAME.fullmatch(name) or name != name.lower():
        yield Problem((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", f"Command name {name!r} is invalid")
    yield from length(command.get("description"), (*path, "description"), 100)


def _options(options: list[dict[str, Any]], path: Path, depth: int) -> Iterator[Problem]:
    if len(options) > 25:
        yield Problem((*path, "options"), LENGTH, "Must be 25 or fewer in length.")
    names = [option.get("name") for option in options]
    if len(set(names)) < len(names):
        yield Problem((*path, "options"), "APPLICATION_COMMAND_OPTIONS_NAME_EXISTS", "Option name already exists")
    if len({option["type"] in (SUBCOMMAND, GROUP) for option in options}) > 1:
        yield Problem(
            (*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-commands and options cannot be mixed"
        )
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        yield Problem((*path, "options"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must come first")
    for index, option in enumerate(options):
        yield from _option(option, (*path, "options", index), depth)


def _option(option: dict[str, Any], here: Path, depth: int) -> Iterator[Problem]:
    yield from _named(option, here)
    kind, choices = option["type"], option.get("choices") or []
    if kind in (SUBCOMMAND, GROUP):
        if depth > (0 if kind == GROUP else 1):
            yield Problem((*here, "type"), BAD, "nested too deeply")
        yield from _options(option.get("options") or [], here, depth + 1 if kind == GROUP else 2)
    if option.get("autocomplete") and (choices or kind not in (3, 4, 10)):
        yield Problem((*here, "autocomplete"), BAD, "Autocomplete is for string, integer and number options without choices")
    yield from choices_problems(choices, (*here, "choices"))


def _size(command: dict[str, Any]) -> int:
    """The longest of each text's localisations counts."""
    size = sum(
        max(map(len, [str(command.get(key) or ""), *(command.get(f"{key}_localizations") or {}).values()]))
        for key in ("name", "description")
    )
    size += sum(len(choice["name"]) + len(str(choice["value"])) for choice in command.get("choices") or [])
    return size + sum(map(_size, command.get("options") or []))
