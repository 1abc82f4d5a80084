"""Deeds that wait for a yes: offered with a button to the one who asked, kept in the store, so a restart forgets none.

The button's custom id is `confirm:<key>`; what it stands for lies under that key among the facts. A new deed is a function
`async (desk, asker, **options) -> Reply` and a line in DEEDS. It must be harmless when it runs twice.
"""

import json
import re
import secrets
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, cast

from bot.cards import Button, Reply
from bot.desk import Asker, Desk
from bot.feeds.keeping import keep, remove_now
from bot.feeds.transfer import add_starter
from handlers.errors import QuestionError

CONFIRM = re.compile(r"confirm:(?P<key>[0-9a-f]{24})")
MOST_WAITING = 2000
"""The oldest offers are forgotten first."""

Deed = Callable[..., Coroutine[Any, Any, Reply]]

DEEDS: Mapping[str, Deed] = {"feed add": keep, "feed remove": remove_now, "feed starter": add_starter}


async def offer(desk: Desk, asker: Asker, label: str, deed: str, options: Mapping[str, object]) -> Button:
    """A button that does the deed for this asker, in this server."""
    key = secrets.token_hex(12)
    waiting = {"deed": deed, "options": dict(options), "user": asker.user_id, "guild": asker.guild_id}
    async with desk.store.write() as unit:
        await unit.facts.set(f"confirm:{key}", json.dumps(waiting))
        await unit.facts.prune("confirm:", MOST_WAITING)
    return Button(label, action=f"confirm:{key}")


def key_in(custom_id: str) -> str | None:
    """None for whatever Parley did not write."""
    match = CONFIRM.fullmatch(custom_id)
    return match["key"] if match else None


def offered(reply: Reply) -> str | None:
    """The key of the deed that a reply offers, for a face without buttons."""
    return next((key for button in reply.buttons if button.action and (key := key_in(button.action))), None)


async def confirm(desk: Desk, asker: Asker, key: str) -> Reply:
    """Do what was offered. QuestionError when it was offered to somebody else, or is done or forgotten."""
    async with desk.store.read() as unit:
        stored = await unit.facts.get(f"confirm:{key}")
    if stored is None:
        raise QuestionError("This was done already, or is too old. Ask again.")
    waiting = cast("dict[str, Any]", json.loads(stored))
    if (waiting["user"], waiting["guild"]) != (asker.user_id, asker.guild_id):
        raise QuestionError("Only the one who asked may do that.")
    reply = await DEEDS[waiting["deed"]](desk, asker, **waiting["options"])
    # Last: a crash before it leaves the offer standing, and a deed that is done twice changes nothing.
    async with desk.store.write() as unit:
        await unit.facts.forget(f"confirm:{key}")
    return reply
