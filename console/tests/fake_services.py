"""A small HTTP server that plays the services: it answers what a test has laid down, and keeps what it was asked."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from typing import Any

PASSWORD = "correct horse battery"
ACCOUNT = {"email": "hanako@example.com", "password": PASSWORD}
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Asked:
    """One request: `headers` have names in small letters; `body` is None for one that is no JSON."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Answer:
    """What is sent back: `body` as JSON, bytes as they are, or parts, each as it comes."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


Rule = Callable[[Asked], Answer]


class FakeServices:
    """All services at one address.

    Attributes:
        rules: the answer to a method and path, such as `"GET /auth/me"`.
        asked: every request, in order.
        generation: how often tokens were renewed; only the latest are good.
        is_closed: the account is deactivated.
        received: the parts of bodies that come without a length, as they come.
    """

    def __init__(self) -> None:
        self.rules: dict[str, Rule] = {
            "POST /auth/login": self._log_in,
            "POST /auth/refresh": self._refresh,
            "POST /auth/logout": lambda _: Answer(204),
            "GET /auth/me": self.checked(lambda _: Answer(200, {"email": "hanako@example.com", "roles": ["user"]})),
        }
        self.asked: list[Asked] = []
        self.generation = 0
        self.expires_in = 900
        self.is_closed = False
        self.received: SimpleQueue[bytes] = SimpleQueue()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def count(self, rule: str) -> int:
        return sum(f"{asked.method} {asked.path}" == rule for asked in self.asked)

    def last(self, rule: str) -> Asked:
        return [asked for asked in self.asked if f"{asked.method} {asked.path}" == rule][-1]

    def checked(self, rule: Rule) -> Rule:
        """Answer only to the latest access token."""

        def answer(asked: Asked) -> Answer:
            good = asked.headers.get("authorization") == f"Bearer access-{self.generation}"
            return rule(asked) if good and not self.is_closed else Answer(401, {"detail": "The token is not valid."})

        return answer

    def _tokens(self) -> dict[str, Any]:
        number = self.generation
        return {"access_token": f"access-{number}", "refresh_token": f"refresh-{number}", "expires_in": self.expires_in}

    def _log_in(self, asked: Asked) -> Answer:
        if asked.body["password"] != PASSWORD:
            return Answer(401, {"detail": "no", "code": "INVALID_CREDENTIALS"})
        return Answer(200, self._tokens())

    def _refresh(self, asked: Asked) -> Answer:
        if self.is_closed or asked.body["refresh_token"] != f"refresh-{self.generation}":
            return Answer(401, {"detail": "The refresh token was used already."})
        self.generation += 1
        return Answer(200, self._tokens())

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        services = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _answer(self) -> None:
                content = _read(self, services.received)
                headers = {name.lower(): value for name, value in self.headers.items()}
                path, _, query = self.path.partition("?")
                asked = Asked(self.command, path, query, headers, json.loads(content or "null"))
                with services._lock:
                    services.asked.append(asked)
                    rule = services.rules.get(f"{asked.method} {asked.path}", lambda _: Answer(404, {"detail": "none"}))
                    answer = rule(asked)  # type: ignore[no-untyped-call]  # in a thread of http.server
                _send(self, answer)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815 - http.server's names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
                """Write nothing: the tests look at `asked`."""

        return Handler


def _read(request: BaseHTTPRequestHandler, parts: SimpleQueue[bytes]) -> bytes:
    """Return a body that has a length; of one that has none, put the parts into a queue as they come."""
    if request.headers.get("transfer-encoding") != "chunked":
        return request.rfile.read(int(request.headers.get("content-length", 0)))
    while length := int(request.rfile.readline(), 16):
        parts.put(request.rfile.read(length))
        request.rfile.readline()
    request.rfile.readline()
    return b""


def _send(request: BaseHTTPRequestHandler, answer: Answer) -> None:
    request.send_response(answer.status)
    for name, value in {"Content-Type": "application/json", **answer.headers}.items():
        request.send_header(name, value)
    if isinstance(answer.body, Iterator):
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        for part in answer.body:
            request.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
        request.wfile.write(b"0\r\n\r\n")
        return
    body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    if answer.status in {204, 304}:
        body = b""
    else:
        request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)
