"""Webhooks to be told, good and bad."""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from alembic_rollout.settings import Settings
from alembic_rollout.upgrade.webhook.delivery import notify

TOKEN = "xoxb-4711-SECRETTOKEN"
PATH = f"/services/T0001/{TOKEN}"
MOST_SECONDS = 5.0


@dataclass
class Webhook:
    """A server that answers each request with the next of its statuses; the last one stays."""

    statuses: list[int] = field(default_factory=lambda: [200])
    requests: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    location: str = ""
    url: str = ""

    def settings(self, **others: str) -> Settings:
        return Settings(webhook_url=f"{self.url}{PATH}?key=q-{TOKEN}", **others)  # type: ignore[arg-type]


@contextmanager
def listening() -> Iterator[Webhook]:
    """Serve a webhook on a free port while inside."""
    hook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"].startswith("application/json")
            hook.requests.append(json.loads(body))
            self._answer()

        def do_GET(self) -> None:  # what a redirect would become
            hook.requests.append({})
            self._answer()

        def _answer(self) -> None:
            hook.paths.append(self.path)
            status = hook.statuses.pop(0) if len(hook.statuses) > 1 else hook.statuses[0]
            self.send_response(status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: the test's output is the test's."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def serve_raw(
    answer: Callable[[socket.socket, threading.Event], None], over: threading.Event
) -> tuple[str, threading.Thread]:
    """Serve every connection by a function; it ends when `over` is set."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)

    def serve() -> None:
        answering = []
        while not over.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            thread = threading.Thread(target=answer, args=(connection, over))
            thread.start()
            answering.append((thread, connection))
        for thread, connection in answering:
            thread.join()
            connection.close()
        server.close()

    thread = threading.Thread(target=serve)
    thread.start()
    return f"http://127.0.0.1:{server.getsockname()[1]}", thread


def say_nothing(_connection: socket.socket, over: threading.Event) -> None:
    over.wait()


def drip(connection: socket.socket, over: threading.Event) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX-Padding: " + b"x" * 1000:
        try:
            connection.sendall(bytes([byte]))
        except OSError:
            return
        if over.wait(0.2):
            return


def told(settings: Settings, text: str = "it failed", **fields: object) -> float:
    started = time.monotonic()
    notify(settings, text=text, fields=fields)
    return time.monotonic() - started


def warning(caplog: pytest.LogCaptureFixture) -> str:
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    return record.getMessage()


def assert_no_token(text: str) -> None:
    for secret in (TOKEN, PATH, "T0001", f"q-{TOKEN}"):
        assert secret not in text
