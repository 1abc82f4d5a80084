"""Options as a user types them -> the interaction's data, with what Discord resolves. Refuses what its client refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.discord_server.exchange import NotOffered
from tests.discord_server.guild import Channel, Role, User

if TYPE_CHECKING:
    from tests.discord_server.commands import Command
    from tests.discord_server.server import DiscordServer

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
PYTHON_TYPES: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    USER: (User,),
    CHANNEL: (Channel,),
    ROLE: (Role,),
    MENTIONABLE: (User, Role),
    NUMBER: (int, float),
    ATTACHMENT: (tuple,),
}
Resolved = dict[str, dict[str, Any]]


def find_leaf(command: Command, words: list[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The (sub)command that these words name, and the groups and subcommands on the way to it."""
    leaf, way = command, []
    for word in words:
        leaf = next((o for o in leaf.get("options", []) if o["name"] == word and o["type"] in (SUBCOMMAND, GROUP)), None)
        if leaf is None:
            raise NotOffered(f"/{command['name']} has no {' '.join(words)}")
        way.append(leaf)
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in leaf.get("options", [])):
        raise NotOffered(f"/{' '.join([command['name'], *words])} cannot be called: it has subcommands")
    return leaf, way


def nest(way: list[dict[str, Any]], options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for step in reversed(way):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    return options


def build(
    server: DiscordServer, leaf: dict[str, Any], given: dict[str, Any], channel: Channel, user: User
) -> tuple[list[dict[str, Any]], Resolved]:
    """Every option checked against the registered command; the resolved objects beside them."""
    known = {option["name"]: option for option in leaf.get("options", [])}
    if strange := set(given) - set(known):
        raise NotOffered(f"{leaf['name']} has no option {sorted(strange)}, only {sorted(known)}")
    if missing := [name for name, option in known.items() if option.get("required") and name not in given]:
        raise NotOffered(f"{leaf['name']} needs {missing}")
    resolved: Resolved = {}
    options = []
    for name, value in given.items():
        option = known[name]
        sent = _value(option, value)
        if option["type"] in (USER, CHANNEL, ROLE, MENTIONABLE, ATTACHMENT):
            sent = _resolve(server, value, channel, user, resolved)
        options.append({"name": name, "type": option["type"], "value": sent})
    return options, resolved


def typed(leaf: dict[str, Any], focused: str, text: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    """The options while a user still types in one of them: not validated, nothing resolved."""
    known = {option["name"]: option for option in leaf.get("options", [])}
    if not known.get(focused, {}).get("autocomplete"):
        raise NotOffered(f"{leaf['name']} has no option {focused!r} with autocomplete")
    options = [
        {"name": name, "type": known[name]["type"], "value": str(value.id) if hasattr(value, "id") else value}
        for name, value in given.items()
    ]
    return [*options, {"name": focused, "type": known[focused]["type"], "value": text, "focused": True}]


def _value(option: dict[str, Any], value: Any) -> Any:
    name, kind = option["name"], option["type"]
    if not isinstance(value, PYTHON_TYPES[kind]) or (kind in (INTEGER, NUMBER) and isinstance(value, bool)):
        raise NotOffered(f"option {name} takes {PYTHON_TYPES[kind]}, not {value!r}")
    if kind == CHANNEL and option.get("channel_types") and value.kind not in option["channel_types"]:
        raise NotOffered(f"option {name} takes channels of types {option['channel_types']}, not {value.kind}")
    if option.get("choices"):
        return _choice(option, value)
    measure = len(value) if kind == STRING else value if kind in (INTEGER, NUMBER) else None
    least, most = ("min_length", "max_length") if kind == STRING else ("min_value", "max_value")
    too_small = measure is not None and option.get(least) is not None and measure < option[least]
    too_large = measure is not None and measure > (option.get(most) if option.get(most) is not None else 2**53)
    if too_small or too_large or (kind == STRING and not 1 <= len(value) <= 6000):
        raise NotOffered(f"option {name} does not take {str(value)[:80]!r}")
    return value


def _choice(option: dict[str, Any], value: Any) -> Any:
    """By its name, as a user picks it, or by its value."""
    for choice in option["choices"]:
        if value in (choice["name"], choice["value"]):
            return choice["value"]
    raise NotOffered(f"option {option['name']} offers {[choice['name'] for choice in option['choices']]}, not {value!r}")


def _resolve(server: DiscordServer, value: Any, channel: Channel, user: User, resolved: Resolved) -> str:
    if isinstance(value, tuple):
        filename, data = value
        stored = server.store_file(filename, data, channel)
        resolved.setdefault("attachments", {})[str(stored.id)] = {**stored.to_json(), "ephemeral": True}
        return str(stored.id)
    identity = str(value.id)
    if isinstance(value, Channel):
        permissions = str(int(server.world.permissions(value, user)))
        resolved.setdefault("channels", {})[identity] = {**value.to_json(), "permissions": permissions}
    elif isinstance(value, Role):
        resolved.setdefault("roles", {})[identity] = value.to_json()
    else:
        resolved.setdefault("users", {})[identity] = value.to_json()
        if channel.guild and (member := channel.guild.members.get(value.id)):
            partial = {key: part for key, part in member.to_json().items() if key not in ("user", "deaf", "mute")}
            permissions = str(int(server.world.permissions(channel, value)))
            resolved.setdefault("members", {})[identity] = {**partial, "permissions": permissions}
    return identity
