"""The loopback server catches what Discord would refuse: requests sent to it by hand, one fault in each."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from tests.discord_server import DiscordServer, Permission
from tests.discord_server.openapi import DESCRIPTION

V2 = 1 << 15
Ask = Callable[..., Awaitable[tuple[int, Any]]]
described = pytest.mark.skipif(not DESCRIPTION.exists(), reason="Discord's description is not beside the repository")


def text(words: str) -> dict[str, Any]:
    return {"type": 10, "content": words}


def button(**keys: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", **({} if "url" in keys else {"custom_id": "go"}), **keys}


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


def layout(*components: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {"flags": V2, "components": list(components), **keys}


def command(**keys: Any) -> dict[str, Any]:
    return {"name": "stance", "description": "What they say", "type": 1, **keys}


def option(**keys: Any) -> dict[str, Any]:
    return {"name": "actor", "description": "Who", "type": 3, **keys}


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as server:
        server.checks_itself = True
        yield server


@pytest.fixture
async def ask(server: DiscordServer) -> AsyncIterator[Ask]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {server.token}"}) as session:

        async def ask(method: str, path: str, body: Any = None, **keys: Any) -> tuple[int, Any]:
            async with session.request(method, server.api_url + path, json=body, **keys) as answer:
                data = await answer.read()
                assert not data or answer.headers["Content-Type"] == "application/json"
                return answer.status, json.loads(data) if data else None

        yield ask


VALID = [
    {"content": "x" * 2000},
    {"embeds": [{"description": "x" * 4096}]},
    {"content": "a", "components": [row(*(button(custom_id=str(index)) for index in range(5)))]},
    {"content": "a", "nonce": "n" * 25, "enforce_nonce": True, "allowed_mentions": {"parse": []}},
    layout({"type": 17, "components": [text("a"), {"type": 14}, row(button())]}),
    layout(*(text("x" * 100) for _ in range(40))),
    layout({"type": 9, "components": [text("a")], "accessory": button(style=5, url="https://example.org", label="b")}),
]


@pytest.mark.parametrize("body", VALID)
async def test_message_within_the_limits_is_stored(server: DiscordServer, ask: Ask, body: dict[str, Any]) -> None:
    status, stored = await ask("POST", f"/channels/{server.channel.id}/messages", body)
    assert (status, stored["id"]) == (200, str(server.channel.messages[0].id))
    assert server.violations == []


FAULTY = {
    "long content": {"content": "x" * 2001},
    "eleven embeds": {"embeds": [{"title": "a"}] * 11},
    "long title": {"embeds": [{"title": "x" * 257}]},
    "empty embed": {"embeds": [{}]},
    "empty field": {"embeds": [{"fields": [{"name": "a", "value": ""}]}]},
    "6001 characters": {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3001}]},
    "embed link": {"embeds": [{"title": "a", "url": "javascript:alert(1)"}]},
    "content with layout": layout(text("a"), content="b"),
    "embed with layout": layout(text("a"), embeds=[{"title": "b"}]),
    "layout without flag": {"components": [text("a")]},
    "41 components": layout(*({"type": 17, "components": [text("a")] * 9} for _ in range(4)), text("b")),
    "4001 characters": layout(text("x" * 2000), text("x" * 2001)),
    "empty text": layout(text("")),
    "blank text": layout(text("  ")),
    "empty container": layout({"type": 17, "components": []}),
    "nested containers": layout({"type": 17, "components": [{"type": 17, "components": [text("a")]}]}),
    "button outside a row": layout(button()),
    "section without accessory": layout({"type": 9, "components": [text("a")]}),
    "six buttons": layout(row(*(button(custom_id=str(index)) for index in range(6)))),
    "six rows": {"content": "a", "components": [row(button(custom_id=str(index))) for index in range(6)]},
    "long custom id": layout(row(button(custom_id="x" * 101))),
    "custom id twice": layout(row(button(), button())),
    "no custom id": layout(row(button(custom_id=None))),
    "long label": layout(row(button(label="x" * 81))),
    "no label": layout(row(button(label=None))),
    "long link": layout(row(button(style=5, url="https://e.org/" + "x" * 500))),
    "strange link": layout(row(button(style=5, url="file:///etc/passwd"))),
    "link with custom id": layout(row(button(style=5, url="https://e.org", custom_id="x"))),
    "missing picture": layout({"type": 12, "items": [{"media": {"url": "attachment://chart.png"}}]}),
    "26 options": layout(
        row({"type": 3, "custom_id": "s", "options": [{"label": str(n), "value": str(n)} for n in range(26)]})
    ),
    "long nonce": {"content": "a", "nonce": "n" * 26},
    "parse and list": {"content": "a", "allowed_mentions": {"parse": ["roles"], "roles": ["5"]}},
    "ephemeral in a channel": {"content": "a", "flags": 64},
    "file that was not sent": {"content": "a", "attachments": [{"id": 0, "filename": "a.txt"}]},
    "reply to nothing": {"content": "a", "message_reference": {"message_id": "5"}},
}


@pytest.mark.parametrize("fault", FAULTY)
async def test_faulty_message_is_refused_and_noted(server: DiscordServer, ask: Ask, fault: str) -> None:
    status, answer = await ask("POST", f"/channels/{server.channel.id}/messages", FAULTY[fault])
    assert (status, answer["code"]) == (400, 50035)
    assert len(server.violations) == 1
    assert server.channel.messages == []


@described
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/channels/{channel}/messages", {"content": 5}),
        ("POST", "/channels/{channel}/messages", {"content": "a", "embeds": {"title": "a"}}),
        ("POST", "/channels/{channel}/messages", {"content": "a", "components": [{"type": 99}]}),
        ("POST", "/channels/{channel}/messages", layout({"type": 17, "accent_color": 1 << 24, "components": [text("a")]})),
        ("POST", "/channels/{channel}/messages", None),
        ("GET", "/channels/{channel}/messages?limit=101", None),
        ("GET", "/channels/general/messages", None),
        ("POST", "/users/@me/channels", {"recipient_id": "reader"}),
    ],
)
async def test_description_is_enforced(server: DiscordServer, ask: Ask, method: str, path: str, body: Any) -> None:
    status, answer = await ask(method, path.format(channel=server.channel.id), body)
    assert (status, answer["code"]) == (400, 50035)
    assert len(server.violations) == 1


async def test_error_names_the_field_as_discord_does(server: DiscordServer, ask: Ask) -> None:
    _status, answer = await ask("POST", f"/channels/{server.channel.id}/messages", layout(row(button(label="x" * 81))))
    label = answer["errors"]["components"]["0"]["components"]["0"]["label"]
    assert label["_errors"][0]["code"] in ("BASE_TYPE_BAD_LENGTH", "MAXLENGTH")


COMMANDS = {
    "upper case": [command(name="Stance")],
    "space": [command(name="stance of")],
    "no description": [command(description="")],
    "long description": [command(description="x" * 101)],
    "name twice": [command(), command()],
    "26 options": [command(options=[option(name=f"o{index}") for index in range(26)])],
    "26 choices": [command(options=[option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])])],
    "long choice": [command(options=[option(choices=[{"name": "x" * 101, "value": "a"}])])],
    "required last": [command(options=[option(), option(name="other", required=True)])],
    "choices and autocomplete": [command(options=[option(autocomplete=True, choices=[{"name": "a", "value": "a"}])])],
    "subcommand beside option": [command(options=[option(), {"type": 1, "name": "add", "description": "Add"}])],
    "8001 characters": [
        command(
            options=[
                option(name=f"o{n}", choices=[{"name": f"{c:0>99}", "value": "v" * 100} for c in range(5)]) for n in range(9)
            ]
        )
    ],
    "menu with description": [{"name": "Find", "type": 3, "description": "Finds"}],
    "101 commands": [command(name=f"c{index}") for index in range(101)],
}


@pytest.mark.parametrize("fault", COMMANDS)
async def test_faulty_commands_are_refused_and_noted(server: DiscordServer, ask: Ask, fault: str) -> None:
    status, answer = await ask("PUT", f"/applications/{server.world.application_id}/commands", COMMANDS[fault])
    assert (status, answer["code"]) == (400, 50035)
    assert len(server.violations) == 1
    assert server.registry.of(None) == []


async def test_commands_keep_their_ids_and_a_single_one_can_be_changed(server: DiscordServer, ask: Ask) -> None:
    path = f"/applications/{server.world.application_id}/commands"
    _status, (first,) = await ask("PUT", path, [command()])
    _status, (same, menu) = await ask("PUT", path, [command(description="Other"), {"name": "Find", "type": 3}])
    assert (same["id"], same["description"], menu["description"]) == (first["id"], "Other", "")
    assert (await ask("POST", path, command(name="status")))[0] == 201
    assert (await ask("POST", path, command(name="status")))[0] == 200
    assert (await ask("PATCH", f"{path}/{same['id']}", {"description": "Third"}))[1]["description"] == "Third"
    assert (await ask("DELETE", f"{path}/{same['id']}"))[0] == 204
    assert [known["name"] for known in (await ask("GET", path))[1]] == ["Find", "status"]
    assert (server.registry.writes, server.violations) == (6, [])


@pytest.mark.parametrize(
    ("denied", "body", "code"),
    [
        (Permission.VIEW_CHANNEL, {"content": "a"}, 50001),
        (Permission.SEND_MESSAGES, {"content": "a"}, 50013),
        (Permission.EMBED_LINKS, {"embeds": [{"title": "a"}]}, 50013),
    ],
)
async def test_bot_needs_permission_to_send(
    server: DiscordServer, ask: Ask, denied: Permission, body: dict[str, Any], code: int
) -> None:
    server.world.overwrite(server.channel, server.world.bot, deny=denied)
    status, answer = await ask("POST", f"/channels/{server.channel.id}/messages", body)
    assert (status, answer["code"]) == (403, code)
    assert server.violations == []


async def test_private_message_may_be_refused_by_its_reader(server: DiscordServer, ask: Ask) -> None:
    _status, opened = await ask("POST", "/users/@me/channels", {"recipient_id": str(server.reader.id)})
    path = f"/channels/{opened['id']}/messages"
    assert (await ask("POST", path, {"content": "a"}))[0] == 200
    server.reader.accepts_dms = False
    assert (await ask("POST", path, {"content": "a"}))[1]["code"] == 50007


async def test_same_nonce_gives_the_first_message_for_some_minutes(server: DiscordServer, ask: Ask) -> None:
    path, body = f"/channels/{server.channel.id}/messages", {"content": "a", "nonce": "once", "enforce_nonce": True}
    first, again = await ask("POST", path, body), await ask("POST", path, body)
    assert first[1]["id"] == again[1]["id"]
    await ask("POST", path, {**body, "enforce_nonce": False})
    server.clock.advance(600)
    await ask("POST", path, body)
    assert len(server.channel.messages) == 3


async def test_history_is_read_in_pages(server: DiscordServer, ask: Ask) -> None:
    said = [server.world.post(server.channel, server.reader, str(number)) for number in range(6)]
    path = f"/channels/{server.channel.id}/messages?limit=2&"

    async def read(query: str) -> str:
        return "".join(message["content"] for message in (await ask("GET", path + query))[1])

    assert await read("") == "54"
    assert await read(f"before={said[3].id}") == "21"
    assert await read(f"after={said[1].id}") == "32"
    assert await read(f"around={said[3].id}") == "43"
    assert server.violations == []


async def test_mentions_ping_only_whom_they_may(server: DiscordServer, ask: Ask) -> None:
    open_role = server.world.add_role(server.guild, "alerts", mentionable=True)
    closed = server.world.add_role(server.guild, "staff")
    body = {"content": f"@everyone {server.reader.mention} {open_role.mention} {closed.mention}"}
    path = f"/channels/{server.channel.id}/messages"
    await ask("POST", path, body)
    await ask("POST", path, {**body, "allowed_mentions": {"parse": [], "roles": [str(open_role.id)]}})
    await ask("POST", path, {**body, "allowed_mentions": {"parse": []}})
    reader, role = str(server.reader.id), str(open_role.id)
    assert [message.pings for message in server.channel.messages] == [{reader, role}, {role}, set()]


@pytest.mark.parametrize("path", ["/guilds/1/audit-logs", "/nowhere"])
async def test_unexpected_request_is_noted(server: DiscordServer, ask: Ask, path: str) -> None:
    assert (await ask("GET", path))[0] == 404
    assert server.violations == [f"GET {path}: unexpected request"]


async def test_wrong_token_is_unauthorized(server: DiscordServer, ask: Ask) -> None:
    assert (await ask("GET", "/users/@me", headers={"Authorization": "Bot other"}))[0] == 401
