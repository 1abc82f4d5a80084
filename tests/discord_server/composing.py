"""A request's body and files -> a stored message, or a change of one. Everything is checked before anything changes."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.discord_server.call import Call
from tests.discord_server.errors import check, empty_message, invalid
from tests.discord_server.guild import Channel
from tests.discord_server.limits import file_problems, message_problems
from tests.discord_server.message import COMPONENTS_V2, EPHEMERAL, LOADING, Message, StoredFile, pings, walk
from tests.discord_server.permissions import Permission

if TYPE_CHECKING:
    from tests.discord_server.server import DiscordServer

PICTURE = {"description": None, "spoiler": False}
SELECT = {"min_values": 1, "max_values": 1}
DEFAULTS: dict[int, dict[str, Any]] = {
    **dict.fromkeys((3, 5, 6, 7, 8), SELECT),
    11: PICTURE,
    13: {"name": None, "size": None, "spoiler": False},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}
KEPT_BY_EDIT = EPHEMERAL | COMPONENTS_V2  # flags that no edit removes


def new_message(server: DiscordServer, call: Call, body: dict[str, Any], channel: Channel, *, is_reply: bool) -> Message:
    """Checked, but in no channel yet."""
    flags = body.get("flags") or 0
    message = Message(server.clock.snowflake(), channel, server.world.bot, server.clock.at(), flags=flags)
    _fill(server, call, message, body, is_reply=is_reply)
    message.nonce = None if body.get("nonce") is None else str(body["nonce"])
    return message


def edit_message(server: DiscordServer, call: Call, message: Message, body: dict[str, Any], *, is_reply: bool) -> None:
    """A key that is absent stays as it was; null empties it."""
    flags = message.flags & ~LOADING if body.get("flags") is None else (message.flags & KEPT_BY_EDIT) | body["flags"]
    standing = {"content": message.content, "embeds": message.embeds, "components": message.components}
    merged = {**standing, **body, "flags": flags}
    changed = copy.copy(message)
    changed.flags = flags
    if "attachments" not in body:
        merged["attachments"] = [*_uploaded(call), *({"id": stored.id} for stored in message.files)]
    _fill(server, call, changed, merged, is_reply=is_reply)
    if not message.is_loading:
        changed.pings = message.pings  # an edit notifies nobody
    changed.edits += 0 if message.is_loading else 1
    changed.edited_at = message.edited_at if message.is_loading else server.clock.at()
    message.__dict__.update(changed.__dict__)
    server.world.announce_edit(message)


def _fill(server: DiscordServer, call: Call, message: Message, body: dict[str, Any], *, is_reply: bool) -> None:
    listed = body.get("attachments")
    listed = _uploaded(call) if listed is None else listed
    kept = {stored.id: stored for stored in message.files}
    check(file_problems(listed, {index: len(upload.data) for index, upload in call.uploads.items()}, set(kept)))
    files = [_file(server, call, message, entry, kept) for entry in listed]
    check(message_problems(body, is_reply=is_reply, filenames={stored.filename for stored in files}))
    content, embeds = (body.get("content") or "").strip(), body.get("embeds") or []
    components = body.get("components") or []
    if not (content or embeds or components or files or body.get("sticker_ids") or body.get("poll")):
        raise empty_message()
    urls = {f"attachment://{stored.filename}": stored.url for stored in files}
    message.content, message.components, message.files = content, _completed(components, urls), files
    message.embeds = [_embed(embed, urls) for embed in embeds]
    may_ping_all = bool(server.world.permissions(message.channel, message.author) & Permission.MENTION_EVERYONE)
    message.pings = pings(message, body.get("allowed_mentions"), may_ping_all=may_ping_all, is_reply=is_reply)


def _uploaded(call: Call) -> list[dict[str, Any]]:
    return [{"id": index, "filename": upload.filename} for index, upload in call.uploads.items()]


def _file(
    server: DiscordServer, call: Call, message: Message, entry: dict[str, Any], kept: dict[int, StoredFile]
) -> StoredFile:
    identity = int(entry["id"])
    if identity in kept:
        return kept[identity]
    upload = call.uploads[identity]
    filename = entry.get("filename") or upload.filename
    if not filename:
        raise invalid("a file needs a name", "attachments", code="BASE_TYPE_REQUIRED")
    return server.store_file(filename, upload.data, message.channel, entry.get("description"))


def _completed(components: list[dict[str, Any]], urls: dict[str, str]) -> list[dict[str, Any]]:
    """As Discord stores them: each with an id, with the values that it assumes, with links to the files."""
    components = copy.deepcopy(components)
    taken = {component["id"] for component in walk(components) if component.get("id")}
    free = iter(number for number in range(1, 1000) if number not in taken)
    for component in walk(components):
        sent = {key: value for key, value in component.items() if value is not None}
        component.clear()
        component |= {**DEFAULTS.get(sent["type"], {}), **sent}
        component["id"] = component.get("id") or next(free)
        component["items"] = [{**PICTURE, **item} for item in component.pop("items", [])]
        for shown in [component, *component["items"]]:
            media = shown.get("media") or shown.get("file")
            if media:
                url = urls.get(media["url"], media["url"])
                media.update({"id": "0", "url": url, "proxy_url": url, "width": None, "height": None, "content_type": None})
        if not component["items"]:
            del component["items"]
    return components


def _embed(embed: dict[str, Any], urls: dict[str, str]) -> dict[str, Any]:
    stored = {"type": "rich", **copy.deepcopy(embed)}
    for key in ("image", "thumbnail"):
        if stored.get(key):
            stored[key]["url"] = urls.get(stored[key]["url"], stored[key]["url"])
    return stored
