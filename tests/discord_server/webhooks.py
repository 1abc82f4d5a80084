"""What follows the first answer to an interaction: edits of it and further messages, while its token lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.discord_server.call import Call, route
from tests.discord_server.callbacks import put
from tests.discord_server.composing import edit_message, new_message
from tests.discord_server.errors import ApiError, unknown
from tests.discord_server.exchange import Exchange
from tests.discord_server.message import EPHEMERAL, Message

if TYPE_CHECKING:
    from tests.discord_server.server import DiscordServer

WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
ORIGINAL, ONE = WEBHOOK + "/messages/@original", WEBHOOK + "/messages/{message_id}"
MAX_USER_INSTALL_FOLLOWUPS = 5


@route("POST", WEBHOOK, needs_token=False)
def post_followup(server: DiscordServer, call: Call) -> Any:
    exchange = _find(server, call)
    if exchange.is_user_install and len(exchange.followups) >= MAX_USER_INSTALL_FOLLOWUPS:
        raise ApiError(400, 40094, "This interaction has reached the maximum number of follow up messages", breaks_rule=True)
    original = exchange.message
    if original and original.is_loading and not original.is_deleted:
        # Documented: right after a deferral this endpoint edits the waiting answer, which stays ephemeral or not.
        edit_message(server, call, original, _without_ephemeral(call.body), is_reply=True)
        return original.to_json()
    message = new_message(server, call, call.body, exchange.channel, is_reply=True)
    put(server, exchange, message)
    exchange.followups.append(message)
    return message.to_json()


@route("GET", ORIGINAL, needs_token=False)
@route("GET", ONE, needs_token=False)
def get_answer(server: DiscordServer, call: Call) -> Any:
    return _message(_find(server, call), call).to_json()


@route("PATCH", ORIGINAL, needs_token=False)
@route("PATCH", ONE, needs_token=False)
def patch_answer(server: DiscordServer, call: Call) -> Any:
    exchange = _find(server, call)
    message = _message(exchange, call)
    edit_message(server, call, message, call.body, is_reply=True)
    exchange.edits += 1
    return message.to_json()


@route("DELETE", ORIGINAL, needs_token=False)
@route("DELETE", ONE, needs_token=False)
def delete_answer(server: DiscordServer, call: Call) -> None:
    server.world.delete(_message(_find(server, call), call))


def _find(server: DiscordServer, call: Call) -> Exchange:
    token = call.values["webhook_token"]
    exchange = next((known for known in server.exchanges.values() if known.token == token), None)
    if exchange is None or exchange.callback is None or call.id("webhook_id") != server.world.application_id:
        raise ApiError(404, 10015, "Unknown Webhook", breaks_rule=True)
    if server.clock.now() - exchange.sent_at > server.token_s:
        raise ApiError(401, 50027, "Invalid Webhook Token", breaks_rule=True)
    return exchange


def _message(exchange: Exchange, call: Call) -> Message:
    if call.template == ORIGINAL:
        found = exchange.message
    else:
        wanted = call.id("message_id")
        candidates = [exchange.message, *exchange.followups]
        found = next((message for message in candidates if message and message.id == wanted), None)
    if found is None or found.is_deleted:
        raise unknown("Message", 10008)
    return found


def _without_ephemeral(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "flags": (body.get("flags") or 0) & ~EPHEMERAL}
