"""Checks a call against Discord's own OpenAPI description where it lies beside the repository; elsewhere finds nothing.

As its README says: a union means one of its members (picked here by their `type`), and integers may be written as strings.
Ids may also be written as integers, which Discord accepts and discord.py does.
"""

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from jsonschema import validators
from jsonschema.exceptions import ValidationError

from tests.discord_server.call import Call
from tests.discord_server.errors import Problem

DESCRIPTION = Path(__file__).parents[3] / "shared" / "discord-openapi.json"
Schema = dict[str, Any]


def problems(call: Call) -> list[Problem]:
    document = _document()
    if document is None or call.template is None:
        return []
    item = document["paths"].get(call.template, {})
    operation = item.get(call.method.lower())
    if operation is None:
        return [Problem((), "UNKNOWN_OPERATION", f"{call.method} {call.template} is not in Discord's description")]
    return [*_parameter_problems(call, item, operation), *_body_problems(call, operation)]


def reply_problems(call: Call, body: Any) -> list[Problem]:
    """The same for what the server itself answers: keeps the loopback honest."""
    document = _document()
    if document is None or call.template is None:
        return []
    replies = document["paths"][call.template][call.method.lower()]["responses"]
    described = next((reply.get("content", {}) for status, reply in replies.items() if status[0] == "2"), {})
    schema = described.get("application/json", {}).get("schema")
    return _errors(BodyValidator(schema), body) if schema and body is not None else []


def _parameter_problems(call: Call, item: Schema, operation: Schema) -> Iterator[Problem]:
    for parameter in [*item.get("parameters", []), *operation.get("parameters", [])]:
        name = parameter["name"]
        value = (call.values if parameter["in"] == "path" else call.query).get(name)
        if value is not None:
            is_number = _resolve(parameter["schema"]).get("type") == "integer" and value.isdecimal()
            yield from _errors(QueryValidator(parameter["schema"]), int(value) if is_number else value, name)
        elif parameter.get("required"):
            yield Problem((name,), "BASE_TYPE_REQUIRED", "This field is required")


def _body_problems(call: Call, operation: Schema) -> list[Problem]:
    described = operation.get("requestBody")
    if described is None:
        return []
    if call.body is None:
        return [Problem((), "BASE_TYPE_REQUIRED", "a body is required")] if described.get("required") else []
    content = described["content"]
    kind = "application/json" if "application/json" in content else next(iter(content))
    return _errors(BodyValidator(content[kind]["schema"]), call.body)


def _errors(validator: Any, instance: Any, *prefix: str) -> list[Problem]:
    return [
        Problem((*prefix, *error.absolute_path), str(error.validator).upper(), error.message[:300])
        for error in validator.iter_errors(instance)
    ]


@functools.cache
def _document() -> Schema | None:
    return json.loads(DESCRIPTION.read_text("utf-8")) if DESCRIPTION.exists() else None


def _resolve(schema: Schema) -> Schema:
    while (pointer := schema.get("$ref")) is not None:
        target: Any = _document()
        for step in pointer.removeprefix("#/").split("/"):
            target = target[step]
        schema = target
    return schema


def _ref(validator: Any, pointer: str, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    yield from validator.descend(instance, _resolve({"$ref": pointer}))


def _type(validator: Any, types: Any, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    is_id = schema.get("format") == "snowflake" and isinstance(instance, int) and not isinstance(instance, bool)
    if not (is_id and instance >= 0):
        yield from jsonschema.Draft202012Validator.VALIDATORS["type"](validator, types, instance, schema)


def _union(validator: Any, members: list[Schema], instance: Any, schema: Schema) -> Iterator[ValidationError]:
    fitting = [member for member in members if _may_be(_resolve(member), instance)]
    tried = [list(validator.descend(instance, member)) for member in fitting]
    if not tried:
        yield ValidationError(f"{str(instance)[:100]} is none of what may stand here")
    elif all(tried):
        yield from min(tried, key=len)


def _may_be(member: Schema, instance: Any) -> bool:
    """Whether the `type` of an object (component, option, callback) names this member of a union."""
    if not isinstance(instance, dict) or "type" not in instance:
        return True
    named = member.get("properties", {}).get("type", {}).get("enum")
    return named is None or instance["type"] in named


def _is_integer(checker: Any, instance: Any) -> bool:
    if isinstance(instance, str):
        return instance.removeprefix("-").isdecimal()
    return isinstance(instance, int) and not isinstance(instance, bool)


def _is_flag(checker: Any, instance: Any) -> bool:
    return instance in ("0", "1", "true", "false")


BodyValidator = validators.extend(
    jsonschema.Draft202012Validator,
    {"$ref": _ref, "type": _type, "anyOf": _union, "oneOf": _union},
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer),
)
QueryValidator = validators.extend(BodyValidator, type_checker=BodyValidator.TYPE_CHECKER.redefine("boolean", _is_flag))
