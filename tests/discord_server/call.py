"""One request as it arrived, with its parts taken apart, and the table that finds its handler."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.discord_server.errors import invalid

if TYPE_CHECKING:
    from tests.discord_server.server import DiscordServer

FILE_PART = re.compile(r"files\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Upload:
    filename: str
    data: bytes


@dataclass(eq=False)
class Call:
    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    token: str | None = None
    body: Any = None
    uploads: dict[int, Upload] = field(default_factory=dict)
    template: str | None = None
    """The path as Discord's description writes it: /channels/{channel_id}/messages."""
    values: dict[str, str] = field(default_factory=dict)
    at: float = 0
    status: int | None = None
    """What was answered; None while it runs or when the answer was dropped."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def id(self, name: str) -> int:
        value = self.values[name]
        if not value.isdecimal():
            raise invalid(f'Value "{value}" is not snowflake.', name, code="NUMBER_TYPE_COERCE")
        return int(value)


Handler = Callable[["DiscordServer", Call], Any]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    template: str
    pattern: re.Pattern[str]
    handle: Handler
    needs_token: bool


ROUTES: list[Route] = []


def route(method: str, template: str, *, needs_token: bool = True) -> Callable[[Handler], Handler]:
    """Register a handler: it gets the server and the call, changes the world at once, and returns JSON (None: 204)."""

    def register(handle: Handler) -> Handler:
        pattern = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template)))
        ROUTES.append(Route(method, template, pattern, handle, needs_token))
        return handle

    return register


def find_route(call: Call) -> Route | None:
    """Literal steps win over placeholders ("@me", "@original")."""
    for found in sorted(ROUTES, key=lambda known: known.template.count("{")):
        if found.method == call.method and (match := found.pattern.fullmatch(call.path)):
            call.template, call.values = found.template, match.groupdict()
            return found
    return None


async def read_body(request: web.BaseRequest, call: Call) -> None:
    """Fill in the body and the files; raises Invalid for what is not JSON."""
    if request.content_type != "multipart/form-data":
        data = await request.read()
        call.body = _json(data) if data else None
        return
    async for part in await request.multipart():
        name, data = part.name or "", bytes(await part.read())
        if name == "payload_json":
            call.body = _json(data)
        elif match := FILE_PART.fullmatch(name):
            call.uploads[int(match[1])] = Upload(part.filename or "", data)
        else:
            raise invalid(f"unexpected form field {name!r}")


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        raise invalid("The request body contains invalid JSON.", code="50109") from None
