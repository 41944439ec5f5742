"""A collector's stand-in: a real HTTP server that takes OTLP over http/protobuf and keeps what it got."""

import threading
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from service_kit.testing.waiting import eventually


@dataclass(frozen=True, slots=True)
class ReceivedSpan:
    """One span, as it arrived.

    Attributes:
        service: which service it comes from.
        name: of the span.
        kind: as `SERVER` or `CLIENT`.
        trace_id: 32 hexadecimal digits.
        span_id: 16 hexadecimal digits.
        parent_id: likewise; empty for the first span of a trace.
        attributes: with their values as Python's.
        is_error: True if it is marked so.
        links: the trace ids of what it is linked to.
    """

    service: str
    name: str
    kind: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: dict[str, Any]
    is_error: bool
    links: tuple[str, ...]


class Collector:
    """Takes spans until it is closed.

    Attributes:
        bodies: of the requests, byte by byte.
        headers: of the requests, with names in lower case.
        requests: how many have come.
        status: what it answers the next ones with; it keeps nothing of those that it refuses.
        answers: cleared by a test, so that requests hang until it is set again.
    """

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.requests = 0
        self.status: int = HTTPStatus.OK
        self.answers = threading.Event()
        self.answers.set()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = owner.status
                owner.requests += 1
                if status == HTTPStatus.OK and self.path == "/v1/traces":
                    owner.headers.append({name.lower(): value for name, value in self.headers.items()})
                    owner.bodies.append(body)
                owner.answers.wait()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        """What `OTEL_EXPORTER_OTLP_ENDPOINT` names."""
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def spans(self) -> list[ReceivedSpan]:
        """All spans until now."""
        return [span for body in list(self.bodies) for span in _spans_of(body)]

    def named(self, name: str) -> ReceivedSpan:
        """Return the one span of this name, once it has arrived."""
        (found,) = self.all_named(name, 1)
        return found

    def all_named(self, name: str, count: int) -> list[ReceivedSpan]:
        """Return the spans of this name, once so many have arrived."""
        eventually(lambda: sum(span.name == name for span in self.spans) >= count)
        return [span for span in self.spans if span.name == name]

    def close(self) -> None:
        """Refuse connections from now on."""
        self.answers.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _spans_of(body: bytes) -> list[ReceivedSpan]:
    return [
        ReceivedSpan(
            service=_values(group.resource.attributes)["service.name"],
            name=span.name,
            kind=Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
            trace_id=span.trace_id.hex(),
            span_id=span.span_id.hex(),
            parent_id=span.parent_span_id.hex(),
            attributes=_values(span.attributes),
            is_error=span.status.code == Status.STATUS_CODE_ERROR,
            links=tuple(link.trace_id.hex() for link in span.links),
        )
        for group in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in group.scope_spans
        for span in scope.spans
    ]


def _values(attributes: Any) -> dict[str, Any]:  # noqa: ANN401 - protobuf's
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}
