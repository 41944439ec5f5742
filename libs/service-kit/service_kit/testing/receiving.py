"""Another service's stand-in for what is delivered to it: a real HTTP server that remembers what it got."""

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from service_kit.observability.trace_context import REQUEST_ID, TRACEPARENT


class ReceivingServer:
    """Answers every POST with the status that a test sets; 201 otherwise, and 204 for a batch.

    Args:
        path: of its address; it answers at every other one too.
        port: to listen on; any free one by default.
        takes_batches: False for a receiver of a release that knows none.

    Attributes:
        received: the messages, those of batches too.
        traces: of each message: its request id and its traceparent.
        batches: the number of messages of each batch that came.
    """

    def __init__(self, path: str, port: int = 0, *, takes_batches: bool = True) -> None:
        self.statuses: list[int] = []
        self.answer = b""
        self.received: list[dict[str, Any]] = []
        self.authorizations: list[str] = []
        self.traces: list[tuple[str | None, str | None]] = []
        self.batches: list[int] = []
        self.open = threading.Event()
        self.open.set()
        self._changed = threading.Condition()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                is_json = self.headers["Content-Type"] == "application/json"
                body = json.loads(content) if is_json else dict(parse_qsl(content.decode()))
                owner.open.wait()
                with owner._changed:
                    status = owner._take(self, body, takes_batches=takes_batches)
                    owner._changed.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", str(len(owner.answer)))
                self.end_headers()
                self.wfile.write(owner.answer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}{path}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def _take(self, request: BaseHTTPRequestHandler, body: dict[str, Any], *, takes_batches: bool) -> int:
        self.authorizations.append(request.headers["Authorization"])
        if not request.path.endswith("/batch"):
            self.received.append(body)
            self.traces.append((request.headers[REQUEST_ID], request.headers[TRACEPARENT]))
            return self.statuses.pop(0) if self.statuses else 201
        messages = body["messages"]
        self.batches.append(len(messages))
        if not takes_batches:
            return HTTPStatus.NOT_FOUND
        status = self.statuses.pop(0) if self.statuses else HTTPStatus.NO_CONTENT
        if status == HTTPStatus.NO_CONTENT:
            self.received += [enclosed["message"] for enclosed in messages]
            self.traces += [(enclosed["request_id"], enclosed["traceparent"]) for enclosed in messages]
        return status

    def wait_for_trace(self) -> tuple[str | None, str]:
        """Return the request id and the trace id of the first request, once it has arrived."""
        self.wait_for(1)
        request_id, traceparent = self.traces[0]
        return request_id, (traceparent or "").split("-")[1]

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
