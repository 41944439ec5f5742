"""The one middleware around every request: its id, its log line, its metrics.

Pure ASGI: Starlette's BaseHTTPMiddleware costs a task group and a stream a request.
"""

import re
import time
from http import HTTPStatus
from uuid import uuid4

import anyio
import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.metrics import Metrics
from service_kit.problems import InternalError, PayloadTooLarge

HEADER = "X-Request-ID"
# What a caller may choose itself: short and without anything that could forge a log line.
_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET_ROUTES = frozenset({"/healthz", "/readyz", "/metrics"})
_UNMATCHED = "unmatched"
# Twice the largest upload, and as long as a slow line may take for it: past that, a reset is the answer.
_DRAINED_BYTES = 104_857_600
_DRAIN_SECONDS = 30.0

logger = structlog.get_logger("service_kit.requests")


class RequestContext:
    """Give each request an id, log it, count it, and never let a connection go without a problem document.

    Args:
        app: the next ASGI application.
        metrics: where requests are counted.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        proposed = Headers(scope=scope).get(HEADER, "")
        request_id = proposed if _ACCEPTABLE_ID.fullmatch(proposed) else uuid4().hex
        body = _RequestBody(scope, receive)
        exchange = _Exchange(request_id, send, body)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        self.metrics.in_progress.inc()
        started = time.perf_counter()
        try:
            await self.app(scope, body.receive, exchange.send)
        except Exception as error:
            logger.exception("unhandled_exception", exc_info=error)
            if exchange.status is not None:
                raise
            await InternalError().response()(scope, body.receive, exchange.send)
        finally:
            self._record(scope, exchange.status or HTTPStatus.INTERNAL_SERVER_ERROR, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = route_template(scope)
        method = scope["method"]
        self.metrics.in_progress.dec()
        self.metrics.requests.labels(method, route, status).inc()
        self.metrics.duration.labels(method, route).observe(seconds)
        if route not in _QUIET_ROUTES:
            logger.info(
                "request",
                method=method,
                path=scope["path"],
                status=status,
                duration_ms=round(seconds * 1000, 2),
            )


def route_template(scope: Scope) -> str:
    """Return the path template of the route that matched (`/profiles/{user_id}`): few values, good as a label."""
    path = getattr(scope.get("route"), "path_format", None) or getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) else _UNMATCHED


class _RequestBody:
    """One request's body on its way in."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._is_complete = False

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            self._is_complete = True
        return message

    async def drain(self) -> None:
        """Read and drop what is still on its way.

        A client that is still sending when the connection is closed sees a reset, and never the answer that says why.
        """
        remaining = _DRAINED_BYTES if self._is_being_sent() else 0
        with anyio.move_on_after(_DRAIN_SECONDS):
            while remaining > 0 and not self._is_complete:
                message = await self.receive()
                remaining -= len(message.get("body", b""))

    def _is_being_sent(self) -> bool:
        headers = Headers(scope=self._scope)
        has_body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        # Who waits for `100 Continue` has sent nothing, and is told by the answer not to (RFC 9110 section 10.1.1).
        return has_body and "expect" not in headers


class _Exchange:
    """One response on its way out."""

    def __init__(self, request_id: str, send: Send, body: _RequestBody) -> None:
        self.status: int | None = None
        self._request_id = request_id
        self._send = send
        self._body = body
        self._replacement: bytes | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if message["status"] >= HTTPStatus.BAD_REQUEST:
                await self._body.drain()
            headers = MutableHeaders(scope=message)
            headers[HEADER] = self._request_id
            headers["X-Content-Type-Options"] = "nosniff"
            self._replace_plain_413(headers)
        elif self._replacement is not None and message["type"] == "http.response.body":
            message = {"type": "http.response.body", "body": self._replacement}
        await self._send(message)

    def _replace_plain_413(self, headers: MutableHeaders) -> None:
        # Starlette's body limit answers in plain text by itself, past every exception handler.
        plain = headers.get("content-type", "").startswith("text/plain")
        if plain and self.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            response = PayloadTooLarge().response()
            self._replacement = bytes(response.body)
            headers["content-type"] = response.headers["content-type"]
            headers["content-length"] = response.headers["content-length"]
