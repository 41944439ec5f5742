"""The one middleware around every request: its id, its log line, its metrics, the headers of its answer.

Pure ASGI: Starlette's BaseHTTPMiddleware costs a task group and a stream a request.
"""

import time
from http import HTTPMethod, HTTPStatus
from typing import TYPE_CHECKING

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service_kit.http.problems import InternalError, PayloadTooLarge
from service_kit.observability import origin, trace_context, tracing
from service_kit.observability.trace_context import REQUEST_ID, TraceContext
from service_kit.server.metrics import Metrics
from service_kit.server.middleware.request_body import BodyPace, RequestBody
from service_kit.server.middleware.safe_headers import add_safe_headers
from service_kit.settings.service_settings import WITHDRAWALS_PATH

if TYPE_CHECKING:
    from service_kit.observability.span_recorder import RecordedSpan

_QUIET_ROUTES = frozenset({"/healthz", "/readyz", "/metrics", WITHDRAWALS_PATH})
_UNMATCHED = "unmatched"
_METHODS = frozenset(HTTPMethod)

logger = structlog.get_logger("service_kit.server.middleware.request_context")


class RequestContext:
    """Give each request an id, log it, count it, and never let a connection go without a problem document.

    Args:
        app: the next ASGI application.
        metrics: where requests are counted.
        pace: how slowly a body may come.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, pace: BodyPace) -> None:
        self.app = app
        self.metrics = metrics
        self.pace = pace
        # Bound once: the logger of a module looks for the set-up at each call.
        self._logger = logger.bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        context = TraceContext.of(Headers(scope=scope))
        span = None
        if (recorder := tracing.recorder()) is not None and scope["path"] not in _QUIET_ROUTES:
            span = recorder.start("request", context, kind="server")
            context = span.context
        trace_context.enter(context)
        origin.enter(scope)
        body = RequestBody(scope, receive, self.pace)
        method = scope["method"]
        if method == "HEAD":
            # RFC 9110 section 9.3.2: what GET answers, without its content, which the server leaves out.
            scope = {**scope, "method": "GET"}
        exchange = _Exchange(context.request_id, scope, send, body)
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
            status = exchange.status or HTTPStatus.INTERNAL_SERVER_ERROR
            self._record(method, scope, status, time.perf_counter() - started)
            if span is not None:
                _end(span, method, route_template(scope), status)

    def _record(self, method: str, scope: Scope, status: int, seconds: float) -> None:
        route = route_template(scope)
        self.metrics.in_progress.dec()
        self.metrics.answered(method, route, status, seconds)
        if route not in _QUIET_ROUTES:
            self._logger.info(
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


def _end(span: "RecordedSpan", method: str, route: str, status: int) -> None:
    # Neither path nor query: a client may write into both what no other person should see. A method of no standard is
    # as OpenTelemetry's conventions for HTTP want it.
    method = method if method in _METHODS else "_OTHER"
    span.name(f"{method} {route}", {"http.request.method": method, "http.route": route})
    span.answered(status, failed_from=HTTPStatus.INTERNAL_SERVER_ERROR)
    span.end()


class _Exchange:
    """One response on its way out."""

    def __init__(self, request_id: str, scope: Scope, send: Send, body: RequestBody) -> None:
        self.status: int | None = None
        self._request_id = request_id
        self._scope = scope
        self._send = send
        self._body = body
        self._replacement: bytes | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if message["status"] >= HTTPStatus.BAD_REQUEST:
                await self._body.drain()
            headers = MutableHeaders(scope=message)
            headers.append(REQUEST_ID, self._request_id)
            # A service that ends tells the client to go elsewhere; and a server with a body left to read would go on
            # reading it, however long it gets.
            if self._scope["app"].state.ending.has_begun or not self._body.is_complete:
                headers["Connection"] = "close"
            if self.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                self._replace_plain_413(headers)
            add_safe_headers(message, self._scope)
        elif self._replacement is not None and message["type"] == "http.response.body":
            message = {"type": "http.response.body", "body": self._replacement}
        await self._send(message)

    def _replace_plain_413(self, headers: MutableHeaders) -> None:
        # Starlette's body limit answers in plain text by itself, past every exception handler.
        if headers.get("content-type", "").startswith("text/plain"):
            response = PayloadTooLarge().response()
            self._replacement = bytes(response.body)
            headers["content-type"] = response.headers["content-type"]
            headers["content-length"] = response.headers["content-length"]
