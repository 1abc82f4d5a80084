"""A loopback server that speaks the chat-completions protocol, well or badly, as a test tells it; it runs in a thread.

with ChatServer([says([row]), Page(status=500)]) as server:
    ... Endpoint(server.url, "model") ... server.requests
"""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass
class Page:
    """One answer. `drip_s`: seconds between two bytes of the body; `wait_s`: before the first."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    wait_s: float = 0
    drip_s: float = 0


def completion(content: object, *, tokens: int | None = 700, finish: str = "stop", **message: object) -> Page:
    """An answer in the protocol's form whose words are `content`."""
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    reply: dict[str, Any] = {"id": "1", "object": "chat.completion", "model": "stub", "choices": [choice]}
    if tokens is not None:
        reply["usage"] = {"prompt_tokens": tokens - 100, "completion_tokens": 100, "total_tokens": tokens}
    return Page(json.dumps(reply).encode())


def row(speaker: str, counterpart: str | None, stance: str, evidence: str, **more: object) -> dict[str, object]:
    told = {"speaker": speaker, "counterpart": counterpart, "stance": stance, "evidence": evidence}
    return {**told, "scope": None, "condition": None, "said_on": None, **more}


def says(rows: list[dict[str, object]], **more: Any) -> Page:
    return completion(json.dumps({"statements": rows}, ensure_ascii=False), **more)


class ChatServer:
    """Gives its answers in turn, the last one for ever. `requests` holds (path, headers, body)."""

    def __init__(self, answers: list[Page]) -> None:
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self._answers = answers

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.socket.close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                page = outer._answers[min(len(outer.requests), len(outer._answers) - 1)]
                outer.requests.append((self.path, dict(self.headers), body))
                self._send(page)

            def _send(self, page: Page) -> None:
                time.sleep(page.wait_s)
                try:
                    self.send_response(page.status)
                    for name, value in page.headers.items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(page.body)))
                    self.end_headers()
                    step = 1 if page.drip_s else 65_536
                    for at in range(0, len(page.body), step):
                        self.wfile.write(page.body[at : at + step])
                        time.sleep(page.drip_s)
                except ConnectionError:
                    pass  # whoever asked has given up

            def log_message(self, *_: object) -> None:
                pass

        return Handler
