"""A stand-in for the APIs of GitHub and GitLab, as far as comments go; for several parts' tests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Forge:
    """Comments of one pull request, as the APIs of GitHub and GitLab keep them."""

    def __init__(self) -> None:
        self.bodies: dict[int, str] = {}
        self.requests: list[tuple[str, str, str]] = []
        self.refusal: tuple[int, object] | None = None
        self.url = ""

    def answer(self, method: str, path: str, token: str, body: Any) -> tuple[int, object]:  # noqa: ANN401 - JSON
        self.requests.append((method, path, token))
        if self.refusal is not None:
            return self.refusal
        if method == "GET":
            page = int(path.rpartition("page=")[2])
            every = [{"id": number, "body": text} for number, text in self.bodies.items()]
            return 200, every[(page - 1) * 100 : page * 100]
        number = len(self.bodies) + 1 if method == "POST" else int(path.rpartition("/")[2])
        self.bodies[number] = body["body"]
        return 201, {"id": number}


@contextmanager
def serving(forge: Forge) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""
            status, content = forge.answer(self.command, self.path, token, body)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        do_GET = do_POST = do_PATCH = do_PUT = _answer  # noqa: N815 - names of http.server

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        forge.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()
        thread.join()
