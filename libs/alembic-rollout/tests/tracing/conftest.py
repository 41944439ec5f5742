"""A collector: a real HTTP server that takes OTLP over http/protobuf."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status


@dataclass
class Collector:
    """Takes spans.

    Attributes:
        bodies: of the requests, byte by byte.
        status: what it answers with.
        answers: cleared by a test, so that requests hang.
        url: what `OTEL_EXPORTER_OTLP_ENDPOINT` names.
    """

    bodies: list[bytes] = field(default_factory=list)
    status: int = 200
    answers: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    @property
    def services(self) -> set[str]:
        """The names of the services that sent something."""
        groups = [group for body in self.bodies for group in ExportTraceServiceRequest.FromString(body).resource_spans]
        return {str(attributes_of(group.resource)["service.name"]) for group in groups}

    @property
    def spans(self) -> dict[str, Span]:
        """The spans by name; each name came once."""
        found = [
            span
            for body in self.bodies
            for group in ExportTraceServiceRequest.FromString(body).resource_spans
            for scope in group.scope_spans
            for span in scope.spans
        ]
        named = {span.name: span for span in found}
        assert len(named) == len(found), [span.name for span in found]
        return named


def attributes_of(owner: Any) -> dict[str, Any]:  # noqa: ANN401 - a span or a resource of protobuf
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in owner.attributes}


def is_error(span: Span) -> bool:
    return span.status.code == Status.STATUS_CODE_ERROR


@pytest.fixture
def collector() -> Iterator[Collector]:
    collector = Collector()
    collector.answers.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/traces" and collector.status == 200:
                collector.bodies.append(body)
            collector.answers.wait()
            self.send_response(collector.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    collector.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield collector
    collector.answers.set()
    server.shutdown()
    server.server_close()
    thread.join()
