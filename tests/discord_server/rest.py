"""REST v10: takes a request in, checks it, lets its handler answer, and notes what was wrong. Routes are in the modules
imported here (accounts, channels, commands, callbacks, webhooks); add one there with `@route`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
import traceback
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.discord_server import accounts, callbacks, channels, commands, openapi, webhooks
from tests.discord_server.call import Call, find_route, read_body
from tests.discord_server.errors import ApiError, Invalid, check, not_found, unauthorized
from tests.discord_server.faults import Fault

if TYPE_CHECKING:
    from tests.discord_server.server import DiscordServer

ROUTE_MODULES = (accounts, callbacks, channels, commands, webhooks)
PREFIX = "/api/v10"


async def respond(server: DiscordServer, request: web.BaseRequest) -> web.StreamResponse:
    call = Call(
        request.method,
        request.path.removeprefix(PREFIX),
        query=dict(request.query),
        token=request.headers.get("Authorization"),
        at=server.clock.now(),
    )
    server.calls.append(call)
    fault = server.faults.take(call.method, call.path)
    if fault and fault.delay_s:
        await asyncio.sleep(fault.delay_s)
    if fault and fault.is_drop and not fault.is_stored:
        return _drop(request)
    reading: ApiError | None = None
    try:
        await read_body(request, call)
    except ApiError as error:
        reading = error
    status, body = (
        (fault.status, fault.body) if fault and fault.status and not fault.is_stored else _answer(server, call, reading)
    )
    if fault and fault.is_stored:
        status, body = _lose(server, call, fault, (status, body))
        if fault.is_drop:
            return _drop(request)
    call.status = status
    server.changes.notify()
    return _response(call, status, body, fault)


def _answer(server: DiscordServer, call: Call, reading: ApiError | None) -> tuple[int, Any]:
    try:
        if reading:
            raise reading
        body = _handle(server, call)
    except ApiError as error:
        if error.breaks_rule:
            server.violations.append(f"{call}: {error}")
        return error.status, error.to_json()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        # A body of an unexpected shape, where no description is at hand to say so first.
        server.violations.append(f"{call}: {error!r} at {traceback.extract_tb(error.__traceback__)[-1]}")
        return 400, Invalid([]).to_json()
    if server.checks_itself:
        server.violations += [f"{call}: answered wrongly: {problem}" for problem in openapi.reply_problems(call, body)]
    return (204, None) if body is None else (201 if isinstance(body, commands.Created) else 200, body)


def _handle(server: DiscordServer, call: Call) -> Any:
    found = find_route(call)
    if found is None:
        server.violations.append(f"{call}: unexpected request")
        raise not_found()
    if found.needs_token and call.token != f"Bot {server.token}":
        raise unauthorized()
    check(openapi.problems(call))
    return found.handle(server, call)


def _lose(server: DiscordServer, call: Call, fault: Fault, answered: tuple[int, Any]) -> tuple[int, Any]:
    """The request was done, but the client does not learn it: a second try of the same callback is not its fault."""
    exchange = server.exchanges.get(int(call.values.get("interaction_id", 0)))
    if exchange:
        exchange.is_answer_lost = True
    server.changes.notify()
    return (fault.status, fault.body) if fault.status else answered


def _drop(request: web.BaseRequest) -> web.StreamResponse:
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)  # never arrives


def _response(call: Call, status: int, body: Any, fault: Fault | None) -> web.Response:
    headers = _limits(call) | (fault.headers if fault else {})
    if fault and fault.status and body is None:
        if status == 429 or status >= 500:
            return web.Response(status=status, text="<html>error</html>", content_type="text/html", headers=headers)
        body = {"message": f"{status}: fault", "code": 0}
    if body is None:
        return web.Response(status=status, headers=headers)
    # `text=` would add a charset, and discord.py reads JSON only from exactly "application/json".
    headers["Content-Type"] = "application/json"
    return web.Response(status=status, body=json.dumps(body).encode(), headers=headers)


def _limits(call: Call) -> dict[str, str]:
    """Generous, but present: without them discord.py sends one request at a time for each route."""
    bucket = hashlib.md5(f"{call.method} {call.template or call.path}".encode(), usedforsecurity=False).hexdigest()
    return {
        "X-RateLimit-Limit": "1000",
        "X-RateLimit-Remaining": "999",
        "X-RateLimit-Reset": f"{time.time() + 1:.3f}",
        "X-RateLimit-Reset-After": "1.000",
        "X-RateLimit-Bucket": bucket,
    }
