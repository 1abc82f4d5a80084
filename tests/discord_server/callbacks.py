"""The first answer to an interaction: a message, a deferral, an update, choices or a modal. Once, and in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.discord_server.call import Call, route
from tests.discord_server.components import modal_problems
from tests.discord_server.composing import edit_message, new_message
from tests.discord_server.errors import ApiError, Problem, check, invalid
from tests.discord_server.exchange import (
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEFER,
    DEFER_UPDATE,
    MODAL,
    MODAL_SUBMIT,
    REPLY,
    UPDATE,
    Exchange,
)
from tests.discord_server.limits import choices_problems
from tests.discord_server.message import EPHEMERAL, LOADING, Message

if TYPE_CHECKING:
    from tests.discord_server.server import DiscordServer

ALLOWED = {
    COMMAND: {REPLY, DEFER, MODAL},
    COMPONENT: {REPLY, DEFER, DEFER_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {REPLY, DEFER, DEFER_UPDATE, UPDATE},
}


@route("POST", "/interactions/{interaction_id}/{interaction_token}/callback", needs_token=False)
def post_callback(server: DiscordServer, call: Call) -> Any:
    exchange = _find(server, call)
    kind, data = call.body["type"], call.body.get("data") or {}
    if kind not in ALLOWED[exchange.kind] or (kind in (DEFER_UPDATE, UPDATE) and exchange.source is None):
        raise invalid(f"an interaction of type {exchange.kind} may not be answered by type {kind}", "type")
    _ANSWERS[kind](server, call, exchange, data)
    exchange.callback = call.body
    return _response(exchange, kind) if call.query.get("with_response") in ("1", "true") else None


def _find(server: DiscordServer, call: Call) -> Exchange:
    exchange = server.exchanges.get(call.id("interaction_id"))
    if exchange is None or exchange.token != call.values["interaction_token"]:
        raise ApiError(404, 10062, "Unknown interaction", breaks_rule=True)
    if exchange.callback is not None:
        # A client whose first answer was lost by a fault may try again; it gets the error, but did nothing wrong.
        raise ApiError(400, 40060, "Interaction has already been acknowledged.", breaks_rule=not exchange.is_answer_lost)
    if server.clock.now() - exchange.sent_at > server.callback_s:
        raise ApiError(404, 10062, "Unknown interaction", breaks_rule=True)
    return exchange


def _reply(server: DiscordServer, call: Call, exchange: Exchange, data: dict[str, Any]) -> None:
    message = new_message(server, call, data, exchange.channel, is_reply=True)
    put(server, exchange, message)
    exchange.message = message


def _defer(server: DiscordServer, call: Call, exchange: Exchange, data: dict[str, Any]) -> None:
    flags = data.get("flags") or 0
    if flags & ~EPHEMERAL:
        raise invalid("a deferral may only be ephemeral; other flags come with the edit", "data", "flags")
    world = server.world
    message = Message(world.clock.snowflake(), exchange.channel, world.bot, world.clock.at(), flags=flags | LOADING)
    put(server, exchange, message)
    exchange.message = message


def _update(server: DiscordServer, call: Call, exchange: Exchange, data: dict[str, Any]) -> None:
    assert exchange.source
    edit_message(server, call, exchange.source, data, is_reply=True)
    exchange.message = exchange.source


def _defer_update(server: DiscordServer, call: Call, exchange: Exchange, data: dict[str, Any]) -> None:
    exchange.message = exchange.source


def _choose(server: DiscordServer, call: Call, exchange: Exchange, data: dict[str, Any]) -> None:
    check(list(choices_problems(data.get("choices") or [], ("data", "choices"))))


def _open_modal(server: DiscordServer, call: Call, exchange: Exchange, data: dict[str, Any]) -> None:
    check([Problem(("data", *problem.path), problem.code, problem.message) for problem in modal_problems(data)])


_ANSWERS = {
    REPLY: _reply,
    DEFER: _defer,
    DEFER_UPDATE: _defer_update,
    UPDATE: _update,
    CHOICES: _choose,
    MODAL: _open_modal,
}


def put(server: DiscordServer, exchange: Exchange, message: Message) -> None:
    """Add an answer to its channel, marked with the interaction that it answers."""
    message.interaction = exchange.metadata
    if message.is_ephemeral:
        message.viewer = exchange.user
    server.world.add_message(message)


def _response(exchange: Exchange, kind: int) -> dict[str, Any]:
    interaction: dict[str, Any] = {"id": str(exchange.id), "type": exchange.kind}
    body: dict[str, Any] = {"interaction": interaction}
    if exchange.message:
        interaction |= {
            "response_message_id": str(exchange.message.id),
            "response_message_loading": exchange.message.is_loading,
            "response_message_ephemeral": exchange.message.is_ephemeral,
        }
    if kind in (REPLY, UPDATE) and exchange.message:
        body["resource"] = {"type": kind, "message": exchange.message.to_json()}
    return body
