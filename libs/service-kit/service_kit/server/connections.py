"""uvicorn's HTTP/1.1, with limits of what a client may hold without a request: `uvicorn --http ...:BoundedHttp`.

uvicorn times a connection between two requests only: one that never sends its request, or never ends its headers, stays
for as long as the client likes (OWASP ASVS 5.0 section 15.2). What comes with a request is bounded elsewhere: its body
by `service_kit.server.middleware.request_body`, its wait for the database by `service_kit.database.admission`.
"""

import asyncio
import resource
import time
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Message
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from service_kit.database.admission import Overloaded
from service_kit.http.problems import MalformedRequest, RequestHeadersTooLarge, RequestTimeout
from service_kit.server.middleware.safe_headers import add_safe_headers

HEAD_SECONDS: Final = 10.0
# Request line and headers. Nginx and Apache allow 32 and 64 KiB.
HEAD_BYTES: Final = 65_536
# Descriptors for what is not a client: the database, the log, calls to other services, files.
_OTHER_DESCRIPTORS = 100
_MOST_CONNECTIONS = 10_000


def most_connections() -> int:
    """Return how many connections of clients the process can have open, from its limit of descriptors."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if descriptors == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(1, min(_MOST_CONNECTIONS, descriptors - _OTHER_DESCRIPTORS))


class BoundedHttp(HttpToolsProtocol):
    """One connection of a client.

    - 408 for a request line and headers that take longer than `HEAD_SECONDS`; a connection that has sent nothing by
      then is closed without a word.
    - 431 for more than `HEAD_BYTES` of them (RFC 6585 section 5).
    - Past `most_connections()` the connection is closed that has been without a request for longest; if each has one,
      the new one gets 503.
    - Problem documents in place of plain text.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head_bytes = 0
        self._head_has_begun = False
        self._head_timer: asyncio.TimerHandle | None = None
        # Not the loop's time, which stands still while it takes all connections that wait to be accepted.
        self._without_request_since = time.monotonic()

    @property
    def has_request(self) -> bool:
        """Return True while a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def can_give_way(self) -> bool:
        """Return True for a connection without a request that is not being closed already."""
        return not self.has_request and not self.transport.is_closing()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait_for_head()
        if len(self.connections) > most_connections():
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, for as long as the limits of a head allow."""
        super().data_received(data)
        if self.transport.is_closing() or (self.has_request and not self._head_has_begun):
            return
        # Empty lines before a request line begin no head, and end uvicorn's own patience.
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_BYTES:
            self._refuse(RequestHeadersTooLarge().response())
        elif self._head_timer is None:
            self._wait_for_head()

    def on_message_begin(self) -> None:
        """A request line begins."""
        self._head_has_begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is complete: answer it."""
        self._stop_waiting()
        if self.transport.is_closing():
            return
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES:
            self._refuse(RequestHeadersTooLarge().response())
            return
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of the body, unless its request was refused."""
        if not self.transport.is_closing():
            super().on_body(body)

    def on_message_complete(self) -> None:
        """The body ends."""
        if not self.transport.is_closing():
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """The connection waits for its next request."""
        self._without_request_since = time.monotonic()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP."""
        self._refuse(MalformedRequest(msg).response())

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _stop_waiting(self) -> None:
        self._head_has_begun = False
        self._head_bytes = 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        if self._head_bytes:
            self._refuse(RequestTimeout("The request's headers came too slowly.").response())
        else:
            self.transport.close()

    def _make_room(self) -> None:
        waiting = [
            connection
            for connection in self.connections
            if isinstance(connection, BoundedHttp) and connection is not self and connection.can_give_way
        ]
        if waiting:
            min(waiting, key=lambda connection: connection._without_request_since).transport.close()
        else:
            self._refuse(Overloaded().response())

    def _refuse(self, response: Response) -> None:
        self._stop_waiting()
        # Bytes of our own in the middle of another answer would be taken for a part of it.
        if not self.has_request and not self.transport.is_closing():
            self.transport.write(self._encoded(response))
        self.transport.close()

    def _encoded(self, response: Response) -> bytes:
        start: Message = {"type": "http.response.start", "headers": [*response.raw_headers, (b"connection", b"close")]}
        add_safe_headers(start, {"scheme": self.scheme})
        lines = [name + b": " + value + b"\r\n" for name, value in start["headers"]]
        return b"".join([STATUS_LINE[response.status_code], *lines, b"\r\n", bytes(response.body)])
