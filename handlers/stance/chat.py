"""Messages come in, what an OpenAI-compatible chat server answers goes out: within one time limit, one size, no redirect.

Whatever goes wrong is one `EndpointError`, whose text holds neither the key nor the server's own words.
"""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp

from handlers.errors import EndpointError

MOST_BYTES = 1_000_000
"""Of one answer: some forty statements with their words are 20 kB."""
CHARACTERS_PER_TOKEN = 3
"""Fewer than English has (about 4): where a server does not say what it used, the budget counts rather too much."""

Message = dict[str, str]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server, its model and the key; `url` ends before `/chat/completions`, as such servers document it."""

    url: str
    model: str
    key: str | None = field(default=None, repr=False)
    timeout_s: float = 20

    @property
    def address(self) -> str:
        base = self.url.rstrip("/")
        return base if base.endswith("/chat/completions") else f"{base}/chat/completions"


@dataclass(frozen=True, slots=True)
class Answer:
    """The model's words, and how many tokens question and answer took."""

    text: str
    tokens: int


def tokens_of(text: str) -> int:
    """Estimate from above how many tokens a text has."""
    return len(text) // CHARACTERS_PER_TOKEN + 1


def ask(endpoint: Endpoint, messages: list[Message], schema: dict[str, object]) -> Answer:
    """Ask for an answer that follows a JSON schema; EndpointError for anything but an answer in words.

    A server that refuses the schema or the temperature (400, 422) is asked once more without them. Runs an event loop of
    its own, for the one time limit that holds over connecting, sending and a body that comes drop by drop.
    """
    try:
        return asyncio.run(_ask(endpoint, messages, schema))
    except TimeoutError as error:
        spent = tokens_of("".join(message["content"] for message in messages))
        raise EndpointError(f"it took longer than {endpoint.timeout_s:g} s", spent) from error
    except (aiohttp.ClientError, OSError, UnicodeError) as error:
        raise EndpointError(f"it could not be reached ({type(error).__name__})") from error


async def _ask(endpoint: Endpoint, messages: list[Message], schema: dict[str, object]) -> Answer:
    plain: dict[str, object] = {"model": endpoint.model, "messages": messages}
    named = {"name": "statements", "strict": True, "schema": schema}
    strict = {**plain, "temperature": 0, "response_format": {"type": "json_schema", "json_schema": named}}
    async with asyncio.timeout(endpoint.timeout_s), aiohttp.ClientSession(auto_decompress=False) as session:
        status, data = await _post(session, endpoint, strict)
        if status in {400, 422}:
            status, data = await _post(session, endpoint, plain)
    if status != 200:
        raise EndpointError(f"it answered with status {status}")
    return _answer(data, messages)


async def _post(session: aiohttp.ClientSession, endpoint: Endpoint, body: dict[str, object]) -> tuple[int, bytes]:
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    data = bytearray()
    # A redirect would carry the key to where nobody sent it.
    async with session.post(endpoint.address, json=body, headers=headers, allow_redirects=False) as response:
        async for chunk in response.content.iter_chunked(65_536):
            data += chunk
            if len(data) > MOST_BYTES:
                raise EndpointError(f"it answered with more than {MOST_BYTES // 1000} kB", MOST_BYTES)
        return response.status, bytes(data)


def _answer(data: bytes, messages: list[Message]) -> Answer:
    asked = tokens_of("".join(message["content"] for message in messages))
    try:
        reply: Any = json.loads(data)
        choice: Any = reply["choices"][0]
        content, refusal = choice["message"].get("content"), choice["message"].get("refusal")
        ended = choice.get("finish_reason")
        usage: Any = reply.get("usage")
        total: object = usage["total_tokens"] if usage else None
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
        raise EndpointError("it did not answer in the protocol's form", asked) from error
    text = _joined(content)
    tokens = total if isinstance(total, int) and total > 0 else asked + tokens_of(text)
    if refusal or ended == "content_filter":
        raise EndpointError("the model refused", tokens)
    if ended == "length":
        raise EndpointError("the answer was cut off", tokens)
    if not text.strip():
        raise EndpointError("the answer was empty", tokens)
    return Answer(text, tokens)


def _joined(content: object) -> str:
    """Give a message's words: a string, or parts of which those of type "text" count."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = [cast("dict[str, object]", part) for part in cast("list[object]", content) if isinstance(part, dict)]
    return "".join(str(part.get("text") or "") for part in parts if part.get("type") == "text")
