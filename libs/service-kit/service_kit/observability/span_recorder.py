"""Makes spans with OpenTelemetry's SDK and exports them over OTLP; imported only where traces are on.

The provider is not made the global one: FastAPI and other libraries would then record spans of their own, with query
strings in them. A collector that is away, hangs or is slow costs spans and nothing else: they wait in a bounded queue,
a thread of their own sends them, and what does not fit is dropped.
"""

import logging
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Final, Literal

import structlog
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    StatusCode,
    TraceFlags,
    TraceState,
    set_span_in_context,
)
from starlette.datastructures import Headers

from service_kit.observability.trace_context import TRACEPARENT, TraceContext

Kind = Literal["internal", "server", "client", "producer", "consumer"]
Attributes = Mapping[str, str | int]

END_SECONDS: Final = 1.5
"""How long the end of a process waits for spans to be sent: services get ten seconds in a container, for everything."""
_EXPORT_SECONDS: Final = 3.0
_SCOPE: Final = "service_kit"
# The exporter and the queue say each failure again and again; `_WatchedExporter` says the first one.
_REPETITIVE: Final = ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "opentelemetry.sdk._shared_internal")

logger = structlog.get_logger("service_kit.observability.tracing")


class RecordedSpan:
    """A span that has begun.

    Args:
        span: OpenTelemetry's.
        context: of the span.

    Attributes:
        context: what is made within this span belongs to.
    """

    def __init__(self, span: Span, context: TraceContext) -> None:
        self._span = span
        self._has_failed = False
        self.context = context

    def name(self, name: str, attributes: Attributes) -> None:
        """Give the span the name that was not known when it began."""
        self._span.update_name(name)
        self._span.set_attributes(attributes)

    def answered(self, status: int, *, failed_from: int = HTTPStatus.BAD_REQUEST) -> None:
        """Say how a request was answered.

        Args:
            status: of HTTP.
            failed_from: from here on the span counts as failed: 400 where one asks, 500 where one answers.
        """
        self._span.set_attribute("http.response.status_code", status)
        if status >= failed_from:
            self.failed(str(status))

    def failed(self, kind: str) -> None:
        """Mark the span as an error; the first kind stays.

        Args:
            kind: a status, an SQLSTATE or the name of an exception's class; never a message, which may quote values.
        """
        if not self._has_failed:
            self._has_failed = True
            self._span.set_attribute("error.type", kind)
            self._span.set_status(StatusCode.ERROR)

    def end(self) -> None:
        """End the span."""
        self._span.end()

    @contextmanager
    def ending(self) -> Iterator[None]:
        """End the span when this is left; with an exception, as an error."""
        try:
            yield
        except Exception as error:
            self.failed(type(error).__name__)
            raise
        finally:
            self.end()


class SpanRecorder:
    """Starts spans, and exports those that have ended.

    Args:
        service_name: what they say of their origin where the environment does not.
    """

    def __init__(self, service_name: str) -> None:
        _unset_empty_variables()
        own = {} if SERVICE_NAME in OTELResourceDetector().detect().attributes else {SERVICE_NAME: service_name}
        for name in _REPETITIVE:
            logging.getLogger(name).addFilter(_REASONS)
        self._provider = TracerProvider(resource=Resource.create(own), shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(_WatchedExporter()))
        self._tracer = self._provider.get_tracer(_SCOPE)

    def start(
        self,
        name: str,
        context: TraceContext,
        *,
        kind: Kind,
        attributes: Attributes | None = None,
        links: Sequence[str | None] = (),
    ) -> RecordedSpan:
        """Start a span.

        Args:
            name: of the span.
            context: what it belongs to; a caller's, or a span's of this process.
            kind: of the span.
            attributes: known by now.
            links: `traceparent` of other spans; those that are none are left out.
        """
        span = self._tracer.start_span(
            name,
            _parent_of(context),
            SpanKind[kind.upper()],
            attributes,
            [Link(linked) for linked in map(_linked, links) if linked is not None],
            record_exception=False,
            set_status_on_exception=False,
        )
        own = span.get_span_context()
        return RecordedSpan(
            span,
            replace(
                context,
                trace_id=f"{own.trace_id:032x}",
                span_id=f"{own.span_id:016x}",
                is_sampled=own.trace_flags.sampled,
                is_recorded=True,
            ),
        )

    def end(self) -> None:
        """Send what is left, and give up on it after `END_SECONDS`."""
        # The provider's own end takes up to thirty seconds where a collector hangs. The thread ends with the process.
        ending = threading.Thread(target=self._provider.shutdown, name="traces-end", daemon=True)
        ending.start()
        ending.join(END_SECONDS)


def _unset_empty_variables() -> None:
    # The specification says that an empty value is as none; the SDK takes some for a wrong one. A compose file hands
    # on what is not set as an empty value.
    for name in [name for name, value in os.environ.items() if name.startswith("OTEL_") and not value.strip()]:
        del os.environ[name]


def _parent_of(context: TraceContext) -> Context:
    """Return the context that a span's parent is found in: empty for the first span of a trace."""
    parent_id = context.span_id if context.is_recorded else context.parent_id
    if not parent_id:
        return Context()
    parent = SpanContext(
        int(context.trace_id, 16),
        int(parent_id, 16),
        not context.is_recorded,
        TraceFlags(TraceFlags.SAMPLED if context.is_sampled else TraceFlags.DEFAULT),
        TraceState.from_header([context.state]),
    )
    return set_span_in_context(NonRecordingSpan(parent), Context())


def _linked(traceparent: str | None) -> SpanContext | None:
    context = TraceContext.of(Headers({TRACEPARENT: traceparent or ""}))
    if not context.parent_id:
        return None
    return SpanContext(int(context.trace_id, 16), int(context.parent_id, 16), is_remote=True)


class _Reasons(logging.Filter):
    """Keeps what the exporter logs from the log, and remembers the first line of it."""

    def __init__(self) -> None:
        super().__init__()
        self.first: str | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        if self.first is None:
            self.first = record.getMessage()
        return False


_REASONS = _Reasons()


class _WatchedExporter(SpanExporter):
    """The exporter that the environment describes; says once that spans are lost, and once that they arrive again."""

    def __init__(self) -> None:
        is_timeout_set = any(
            os.environ.get(name) for name in ("OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT")
        )
        self._exporter = OTLPSpanExporter(timeout=None if is_timeout_set else _EXPORT_SECONDS)
        self._is_failing = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send spans."""
        _REASONS.first = None
        result = self._exporter.export(spans)
        is_failing = result is not SpanExportResult.SUCCESS
        if is_failing and not self._is_failing:
            logger.warning(
                "traces_lost",
                reason=_REASONS.first or "unknown",
                meaning="spans are dropped until the collector answers",
            )
        elif self._is_failing and not is_failing:
            logger.info("traces_delivered")
        self._is_failing = is_failing
        return result

    def shutdown(self) -> None:
        """Send no more."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]
