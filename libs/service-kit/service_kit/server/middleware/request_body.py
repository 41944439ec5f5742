"""One request's body on its way in: how slowly it may come, and what becomes of what is not read."""

import time
from dataclasses import dataclass

import anyio
from starlette.types import Message, Receive, Scope

from service_kit.http.problems import RequestTimeout

# Before the rate counts: time for a connection to get going.
_GRACE_SECONDS = 10.0
# Twice the largest upload, and as long as a slow line may take for it: past that, a reset is the answer.
_DRAINED_BYTES = 104_857_600
_DRAIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class BodyPace:
    """How slowly a body may come.

    Attributes:
        seconds: for the whole of it.
        bytes_per_second: the least that has to arrive on average, after the first seconds.
    """

    seconds: float
    bytes_per_second: float


class RequestBody:
    """Reads a body and gives up on one that comes too slowly.

    Only the time counts in which the service waits for the client: a server that is busy fails no upload.

    Args:
        scope: the request's.
        receive: the server's.
        pace: how slowly it may come.
    """

    def __init__(self, scope: Scope, receive: Receive, pace: BodyPace) -> None:
        headers = dict(scope["headers"])
        self._receive = receive
        self._pace = pace
        self._has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
        # Who waits for `100 Continue` has sent nothing, and learns from the answer not to (RFC 9110 section 10.1.1).
        self._is_announced_only = b"expect" in headers
        self._is_complete = not self._has_body
        self._is_late = False
        self._bytes = 0
        self._waited = 0.0

    @property
    def is_complete(self) -> bool:
        """Return True if nothing of it is left to come."""
        return self._is_complete

    async def receive(self) -> Message:
        """Return the next message of the request.

        Raises:
            RequestTimeout: the body comes too slowly.
        """
        if self._is_complete:
            return await self._receive()
        patience = min(self._pace.seconds, _GRACE_SECONDS + self._bytes / self._pace.bytes_per_second) - self._waited
        started = time.monotonic()
        try:
            with anyio.fail_after(max(patience, 0)):
                message = await self._receive()
        except TimeoutError:
            self._is_late = True
            raise RequestTimeout from None
        self._waited += time.monotonic() - started
        return self._seen(message)

    async def drain(self) -> None:
        """Read and drop what is still on its way.

        A client that is still sending when the connection is closed sees a reset, and never the answer that says why.
        """
        remaining = 0 if self._is_announced_only or self._is_late else _DRAINED_BYTES
        with anyio.move_on_after(_DRAIN_SECONDS):
            while remaining > 0 and not self._is_complete:
                remaining -= len(self._seen(await self._receive()).get("body", b""))

    def _seen(self, message: Message) -> Message:
        self._is_announced_only = False
        if message["type"] != "http.request" or not message.get("more_body", False):
            self._is_complete = True
        self._bytes += len(message.get("body", b""))
        return message
