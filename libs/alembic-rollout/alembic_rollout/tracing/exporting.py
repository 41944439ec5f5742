"""Exports what was noted of a command, with OpenTelemetry's SDK, over OTLP (http/protobuf)."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.trace import SpanKind, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from alembic_rollout.tracing.noted_span import NotedSpan

END_SECONDS: Final = 2.0
"""How long a command waits at its end for a collector; what was not sent by then is lost."""
_EXPORTER_LOGGER: Final = "opentelemetry.exporter.otlp.proto.http.trace_exporter"


def export(root: NotedSpan) -> str | None:
    """Send a command's span and those inside of it, as a part of the trace that `TRACEPARENT` names, if it names one.

    Returns:
        Why they are lost; None where the collector has them.
    """
    # The specification says that an empty value is as none; the SDK takes some for a wrong one.
    for name in [name for name, value in os.environ.items() if name.startswith("OTEL_") and not value.strip()]:
        del os.environ[name]
    ended = _Ended()
    # Not the global provider: what else in this process knows OpenTelemetry has its own.
    provider = TracerProvider(resource=_resource(root.service), shutdown_on_exit=False)
    provider.add_span_processor(ended)
    parent = TraceContextTextMapPropagator().extract({"traceparent": os.environ.get("TRACEPARENT", "")}, Context())
    _make(root, provider.get_tracer("alembic_rollout"), parent)
    return _send(ended.spans) if ended.spans else None


class _Ended(SpanProcessor):
    """Keeps the spans that have ended and are sampled."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        """Keep one."""
        if span.context is not None and span.context.trace_flags.sampled:
            self.spans.append(span)


def _resource(service: str) -> Resource:
    is_named = SERVICE_NAME in OTELResourceDetector().detect().attributes
    return Resource.create({} if is_named else {SERVICE_NAME: service or "alembic-rollout"})


def _make(noted: NotedSpan, tracer: Tracer, parent: Context) -> None:
    span = tracer.start_span(noted.name, parent, SpanKind.INTERNAL, noted.attributes, start_time=noted.started)
    inside = set_span_in_context(span, Context())
    for child in noted.children:
        _make(child, tracer, inside)
    if noted.error is not None:
        span.set_attribute("error.type", noted.error)
        span.set_status(StatusCode.ERROR)
    span.end(noted.ended or None)


def _send(spans: list[ReadableSpan]) -> str | None:
    outcome: list[SpanExportResult] = []
    exporter = OTLPSpanExporter(timeout=END_SECONDS)
    with _said_by_exporter() as said:
        # A thread that ends with the process: a server that sends its answer byte by byte would hold the command up.
        sending = threading.Thread(target=lambda: outcome.append(exporter.export(spans)), daemon=True)
        sending.start()
        sending.join(END_SECONDS)
        if outcome == [SpanExportResult.SUCCESS]:
            return None
        return said[0] if said else f"the collector did not answer within {END_SECONDS:g} s"


@contextmanager
def _said_by_exporter() -> Iterator[list[str]]:
    """Keep what the exporter logs from the log while inside: it says each failure several times."""
    said: list[str] = []

    def keep(record: logging.LogRecord) -> bool:
        said.append(record.getMessage())
        return False

    exporter_logger = logging.getLogger(_EXPORTER_LOGGER)
    exporter_logger.addFilter(keep)
    try:
        yield said
    finally:
        exporter_logger.removeFilter(keep)
