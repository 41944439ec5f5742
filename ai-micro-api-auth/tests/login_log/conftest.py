"""The admin service's stand-in: a real HTTP server that remembers what it got."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings


class LogService:
    """Answers `POST /api/logs/login` with what it is told to.

    Args:
        port: to listen on; any free one by default.
    """

    def __init__(self, port: int = 0) -> None:
        self.statuses: list[int] = []
        self.received: list[dict[str, Any]] = []
        self.authorizations: list[str] = []
        self.open = threading.Event()
        self.open.set()
        self._changed = threading.Condition()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner.open.wait()
                with owner._changed:
                    owner.authorizations.append(self.headers["Authorization"])
                    owner.received.append(body)
                    status = owner.statuses.pop(0) if owner.statuses else 201
                    owner._changed.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/api/logs/login"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        """Return what has arrived once it is this many."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.received) >= count, timeout=20), self.received
            return list(self.received)

    def close(self) -> None:
        """Refuse connections from now on."""
        self.open.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def log_service() -> Iterator[LogService]:
    service = LogService()
    yield service
    service.close()


@pytest.fixture
def settings(settings: Settings, log_service: LogService) -> Settings:
    return settings.model_copy(update={"login_log_url": log_service.url})


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, client=("192.0.2.1", 50000), raise_server_exceptions=False) as client:
        yield client
