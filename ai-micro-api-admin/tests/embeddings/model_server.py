"""A server that speaks `POST /v1/embeddings`, and can be told to lie."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.embeddings.hash_provider import HashEmbeddingProvider

Answer = Callable[[dict[str, Any]], tuple[int, bytes]]

_HASH = HashEmbeddingProvider()


def honest(request: dict[str, Any]) -> tuple[int, bytes]:
    """The vectors of the `hash` provider, the last text's first: the places say which is whose."""
    vectors = _HASH.embed_passages([text.removeprefix("query: ") for text in request["input"]])
    data = [{"index": place, "embedding": vector} for place, vector in enumerate(vectors)]
    return 200, json.dumps({"data": data[::-1]}).encode()


class ModelServer:
    """What the server was asked, and what it answers next."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answer: Answer = honest
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """Run a server on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append(request)
            state.headers.append(dict(self.headers))
            status, body = state.answer(request)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state = ModelServer(f"http://127.0.0.1:{server.server_port}/v1")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
