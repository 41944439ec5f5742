"""A stand-in for an OpenAI-compatible model server: a real HTTP server that answers as a test scripts it."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[[dict[str, Any]], Iterator[bytes]]


def streamed(*pieces: str, end: bool = True) -> Iterator[bytes]:
    """Yield an answer as such a server streams it, one event for each piece."""
    for piece in pieces:
        delta = {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}
        yield f"data: {json.dumps(delta)}\n\n".encode()
    if end:
        finish = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        yield f"data: {json.dumps(finish)}\n\ndata: [DONE]\n\n".encode()


class ModelServer:
    """Answers every request by its script.

    Attributes:
        script: makes the parts of the body from the request's.
        status, headers: of the answer.
        received: the bodies of the requests.
        authorizations: their Authorization headers.
        left: set when a caller closed the connection before the end.
    """

    def __init__(self) -> None:
        self.script: Script = lambda _: streamed("はい。[1]")
        self.status = 200
        self.headers = {"Content-Type": "text/event-stream"}
        self.received: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        self.left = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner.received.append(body)
                owner.authorizations.append(self.headers["Authorization"])
                self.send_response(owner.status)
                for name, value in owner.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    for part in owner.script(body):
                        self.wfile.write(part)
                        self.wfile.flush()
                except OSError:
                    owner.left.set()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def prompt(self) -> str:
        """Return the messages of the last request, joined."""
        return "\n".join(message["content"] for message in self.received[-1]["messages"])

    def close(self) -> None:
        """Refuse connections from now on."""
        self._server.shutdown()
        self._server.server_close()
