"""Routes that register application commands, globally or for one guild, and the registry that they fill."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.discord_server.call import Call, route
from tests.discord_server.errors import ApiError, check, missing_access, unknown
from tests.discord_server.limits import command_problems, commands_problems

if TYPE_CHECKING:
    from tests.discord_server.server import DiscordServer

Command = dict[str, Any]
GLOBAL = "/applications/{application_id}/commands"
IN_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
ONE, ONE_IN_GUILD = GLOBAL + "/{command_id}", IN_GUILD + "/{command_id}"
EDITABLE = ("name", "description", "options", "default_member_permissions", "contexts", "integration_types", "nsfw")


class Created(dict[str, Any]):
    """A new thing: answered with 201."""


class Registry:
    """The registered commands of each scope; the scope None is global."""

    def __init__(self) -> None:
        self.scopes: dict[int | None, list[Command]] = {}
        self.writes = 0
        """How often commands were put, created, changed or removed."""

    def of(self, guild_id: int | None) -> list[Command]:
        return self.scopes.setdefault(guild_id, [])

    def find(self, name: str, kind: int, guild_id: int | None) -> Command | None:
        """As a user of this guild sees it; the guild's own command hides a global one."""
        scopes = [guild_id, None] if guild_id is not None else [None]
        for scope in scopes:
            for command in self.of(scope):
                if command["name"] == name and command["type"] == kind:
                    return command
        return None


@route("GET", GLOBAL)
@route("GET", IN_GUILD)
def list_commands(server: DiscordServer, call: Call) -> Any:
    return server.registry.of(_scope(server, call))


@route("PUT", GLOBAL)
@route("PUT", IN_GUILD)
def put_commands(server: DiscordServer, call: Call) -> Any:
    scope = _scope(server, call)
    check(commands_problems(call.body))
    server.registry.scopes[scope] = [_stored(server, command, scope) for command in call.body]
    server.registry.writes += 1
    return server.registry.of(scope)


@route("POST", GLOBAL)
@route("POST", IN_GUILD)
def post_command(server: DiscordServer, call: Call) -> Any:
    scope = _scope(server, call)
    standing = server.registry.of(scope)
    others = [known for known in standing if not _is_same(known, call.body)]
    check(command_problems(call.body) or commands_problems([*others, call.body]))
    stored = _stored(server, call.body, scope)
    server.registry.scopes[scope] = [*others, stored]
    server.registry.writes += 1
    return stored if len(others) < len(standing) else Created(stored)


@route("GET", ONE)
@route("GET", ONE_IN_GUILD)
def get_command(server: DiscordServer, call: Call) -> Any:
    return _command(server, call)


@route("PATCH", ONE)
@route("PATCH", ONE_IN_GUILD)
def patch_command(server: DiscordServer, call: Call) -> Any:
    command = _command(server, call)
    changed = {**command, **{key: call.body[key] for key in EDITABLE if key in call.body}}
    check(command_problems(changed))
    command.update(_stored(server, changed, _scope(server, call)))
    server.registry.writes += 1
    return command


@route("DELETE", ONE)
@route("DELETE", ONE_IN_GUILD)
def delete_command(server: DiscordServer, call: Call) -> None:
    server.registry.of(_scope(server, call)).remove(_command(server, call))
    server.registry.writes += 1


def _scope(server: DiscordServer, call: Call) -> int | None:
    if call.id("application_id") != server.world.application_id:
        raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
    if "guild_id" not in call.values:
        return None
    guild = server.world.guilds.get(call.id("guild_id"))
    if guild is None or not guild.has_bot:
        raise missing_access()
    return guild.id


def _command(server: DiscordServer, call: Call) -> Command:
    wanted = str(call.id("command_id"))
    for command in server.registry.of(_scope(server, call)):
        if command["id"] == wanted:
            return command
    raise unknown("application command", 10063)


def _is_same(known: Command, sent: Command) -> bool:
    return known["name"] == sent["name"] and known["type"] == (sent.get("type") or 1)


def _stored(server: DiscordServer, sent: Command, scope: int | None) -> Command:
    """As Discord answers it: null and absent keys get their defaults; a command that existed keeps its id."""
    known = next((known for known in server.registry.of(scope) if _is_same(known, sent)), None)
    permissions = sent.get("default_member_permissions")
    stored = {
        "id": known["id"] if known else str(server.clock.snowflake()),
        "application_id": str(server.world.application_id),
        "version": str(server.clock.snowflake()),
        "type": sent.get("type") or 1,
        "name": sent["name"],
        "name_localizations": sent.get("name_localizations"),
        "description": sent.get("description") or "",
        "description_localizations": sent.get("description_localizations"),
        "default_member_permissions": None if permissions is None else str(permissions),
        "dm_permission": sent.get("dm_permission", True),
        "contexts": sent.get("contexts"),
        "integration_types": sent.get("integration_types") or [0],
        "nsfw": bool(sent.get("nsfw")),
    }
    if sent.get("options"):
        stored["options"] = sent["options"]
    return stored if scope is None else {**stored, "guild_id": str(scope)}
