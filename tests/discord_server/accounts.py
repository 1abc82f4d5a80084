"""Routes about the application, users and guilds: what a client asks at login or to fill its memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.discord_server.call import Call, route
from tests.discord_server.errors import missing_access, unknown
from tests.discord_server.guild import Guild

if TYPE_CHECKING:
    from tests.discord_server.server import DiscordServer


@route("GET", "/gateway", needs_token=False)
def get_gateway(server: DiscordServer, call: Call) -> Any:
    return {"url": server.gateway_url}


@route("GET", "/gateway/bot")
def get_bot_gateway(server: DiscordServer, call: Call) -> Any:
    limit = {"total": 1000, "remaining": 1000 - server.gateway.identified, "reset_after": 86_400_000, "max_concurrency": 1}
    return {"url": server.gateway_url, "shards": 1, "session_start_limit": limit}


@route("GET", "/users/@me")
def get_self(server: DiscordServer, call: Call) -> Any:
    return {**server.world.bot.to_json(), "verified": True, "mfa_enabled": True, "email": None, "locale": "en-US"}


@route("GET", "/applications/@me")
@route("GET", "/oauth2/applications/@me")
def get_application(server: DiscordServer, call: Call) -> Any:
    owner = server.owner.to_json()
    return {
        "id": str(server.world.application_id),
        "name": server.world.bot.name,
        "icon": None,
        "description": "",
        "summary": "",
        "type": None,
        "bot": server.world.bot.to_json(),
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": owner,
        "team": None,
        "verify_key": "0" * 64,
        "flags": 0,
        "hook": True,
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "approximate_guild_count": sum(guild.has_bot for guild in server.world.guilds.values()),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "eligible_oauth2_scopes": ["applications.commands", "bot"],
        "explicit_content_filter": 0,
        "flags_new": "0",
        "integration_types_config": {"0": {}, "1": {}},
    }


@route("GET", "/users/{user_id}")
def get_user(server: DiscordServer, call: Call) -> Any:
    user = server.world.users.get(call.id("user_id"))
    if user is None:
        raise unknown("User", 10013)
    return user.to_json()


@route("POST", "/users/@me/channels")
def open_dm(server: DiscordServer, call: Call) -> Any:
    user = server.world.users.get(int(call.body["recipient_id"]))
    if user is None:
        raise unknown("User", 10013)
    return server.world.dm(user).to_json()


@route("GET", "/users/@me/guilds")
def list_guilds(server: DiscordServer, call: Call) -> Any:
    joined = [guild for guild in server.world.guilds.values() if guild.has_bot]
    return [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(int(server.world.permissions(guild, server.world.bot))),
            "features": [],
        }
        for guild in joined
    ]


@route("DELETE", "/users/@me/guilds/{guild_id}")
def leave_guild(server: DiscordServer, call: Call) -> None:
    server.world.remove_guild(_guild(server, call))


@route("GET", "/guilds/{guild_id}")
def get_guild(server: DiscordServer, call: Call) -> Any:
    return _guild(server, call).to_json()


@route("GET", "/guilds/{guild_id}/channels")
def list_channels(server: DiscordServer, call: Call) -> Any:
    return [channel.to_json() for channel in _guild(server, call).channels.values()]


@route("GET", "/guilds/{guild_id}/roles")
def list_roles(server: DiscordServer, call: Call) -> Any:
    return [role.to_json() for role in _guild(server, call).roles.values()]


@route("GET", "/guilds/{guild_id}/roles/{role_id}")
def get_role(server: DiscordServer, call: Call) -> Any:
    role = _guild(server, call).roles.get(call.id("role_id"))
    if role is None:
        raise unknown("Role", 10011)
    return role.to_json()


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def get_member(server: DiscordServer, call: Call) -> Any:
    member = _guild(server, call).members.get(call.id("user_id"))
    if member is None:
        raise unknown("Member", 10007)
    return member.to_json()


def _guild(server: DiscordServer, call: Call) -> Guild:
    guild = server.world.guilds.get(call.id("guild_id"))
    if guild is None:
        raise unknown("Guild", 10004)
    if not guild.has_bot:
        raise missing_access()
    return guild
