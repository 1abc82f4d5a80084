"""What a request may be answered instead of success: Discord's error codes, and the form of an invalid body.

ApiError <- Invalid (400, code 50035, one Problem for each field). Errors that only a faulty client can cause have
`breaks_rule`: they are noted in `server.violations`.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    path: tuple[str | int, ...]
    code: str
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path)) or 'body'}: {self.code} {self.message}"


class ApiError(Exception):
    def __init__(self, status: int, code: int, message: str, *, breaks_rule: bool = False) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message
        self.breaks_rule = breaks_rule

    def to_json(self) -> dict[str, Any]:
        return {"message": self.message, "code": self.code}


class Invalid(ApiError):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(400, 50035, "Invalid Form Body", breaks_rule=True)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(map(str, self.problems))

    def to_json(self) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        for problem in self.problems:
            node = errors
            for step in problem.path:
                node = node.setdefault(str(step), {})
            node.setdefault("_errors", []).append({"code": problem.code, "message": problem.message})
        return {**super().to_json(), "errors": errors}


def invalid(message: str, *path: str | int, code: str = "BASE_TYPE_BAD") -> Invalid:
    return Invalid([Problem(path, code, message)])


def check(problems: list[Problem]) -> None:
    if problems:
        raise Invalid(problems)


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def not_found() -> ApiError:
    return ApiError(404, 0, "404: Not Found")


def unknown(what: str, code: int) -> ApiError:
    return ApiError(404, code, f"Unknown {what}")


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def cannot_dm() -> ApiError:
    return ApiError(403, 50007, "Cannot send messages to this user")


def empty_message() -> ApiError:
    return ApiError(400, 50006, "Cannot send an empty message", breaks_rule=True)
