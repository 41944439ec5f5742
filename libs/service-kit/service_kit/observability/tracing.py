"""Traces for OpenTelemetry: off unless the environment names a collector, and without cost then.

Nothing of OpenTelemetry's SDK is imported before `recording` begins. Spans are made for what begins something (a
request, a delivery, a document) and for what happens inside of that (statements, calls): polling leaves none.
What ties spans together is the `TraceContext` that log lines name too; OpenTelemetry's own context is not used.
"""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import structlog

from service_kit.observability import trace_context

if TYPE_CHECKING:
    from service_kit.observability.span_recorder import Attributes, Kind, RecordedSpan, SpanRecorder

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

_WORD: Final = re.compile(r"[a-z._-]*")

logger = structlog.get_logger(__name__)

_recorder: "SpanRecorder | None" = None


def is_wanted() -> bool:
    """Return True if the environment names a collector and does not switch traces off; an empty value counts as none.

    https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
    """
    has_endpoint = any(os.environ.get(name) for name in _ENDPOINTS)
    is_disabled = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    has_exporter = os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() != "none"
    return has_endpoint and has_exporter and not is_disabled


def recorder() -> "SpanRecorder | None":
    """Return what records spans now; None while traces are off."""
    return _recorder


@contextmanager
def recording(service_name: str) -> Iterator[None]:
    """Record spans and send them to the collector while inside, if the environment names one.

    At the end, what is left is sent, for `span_recorder.END_SECONDS` at most.

    Args:
        service_name: what the spans say where `OTEL_SERVICE_NAME` does not say it.
    """
    global _recorder  # noqa: PLW0603 - one for the process, as the variables are
    if not is_wanted():
        yield
        return
    try:
        from service_kit.observability.span_recorder import SpanRecorder  # noqa: PLC0415 - loads the SDK
    except ImportError as error:
        logger.warning("traces_off", reason=str(error), remedy="pip install 'service-kit[otel]'")
        yield
        return
    before, _recorder = _recorder, SpanRecorder(service_name)
    current = _recorder
    try:
        yield
    finally:
        _recorder = before
        current.end()


@asynccontextmanager
async def recording_async(service_name: str) -> AsyncIterator[None]:
    """Do the same, without holding the event loop up."""
    manager = recording(service_name)
    await asyncio.to_thread(manager.__enter__)
    try:
        yield
    finally:
        await asyncio.to_thread(manager.__exit__, None, None, None)


@contextmanager
def span(
    name: str, *, kind: "Kind" = "internal", attributes: "Attributes | None" = None, links: Sequence[str | None] = ()
) -> Iterator["RecordedSpan | None"]:
    """Record what happens inside as a span: of the current trace where there is one, else of a new one.

    Args:
        name: the same for everything of its sort.
        kind: as OpenTelemetry means it.
        attributes: without secrets and personal data.
        links: `traceparent` of what led to it, besides the current trace.

    Raises:
        Exception: what was raised inside; the span then names its class, and nothing of its text.
    """
    if _recorder is None:
        yield None
        return
    started = _recorder.start(name, trace_context.current(), kind=kind, attributes=attributes, links=links)
    with started.ending(), trace_context.within(started.context):
        yield started


@contextmanager
def outgoing(method: str, url: str, *, name: str | None = None) -> Iterator["RecordedSpan | None"]:
    """Record a request to another server as a span of the current trace; outside of a trace none is made.

    The current context stays as it is: a generator may be inside of this.

    Args:
        method: of HTTP.
        url: its host and port are shown, and without a name the words of its path; ids in it become `{}`.
        name: what is asked for, where the path is not fit to be shown.
    """
    current = trace_context.entered()
    if _recorder is None or current is None or not current.is_recorded:
        yield None
        return
    parts = urlsplit(url)
    attributes: dict[str, str | int] = {"http.request.method": method, "server.address": parts.hostname or ""}
    if parts.port is not None:
        attributes["server.port"] = parts.port
    started = _recorder.start(
        f"{method} {name or _template_of(parts.path)}", current, kind="client", attributes=attributes
    )
    with started.ending():
        yield started


def _template_of(path: str) -> str:
    """Return a path with `{}` for each part that is an id, or may be: few names, and nothing that was typed."""
    return "/".join(part if _WORD.fullmatch(part) else "{}" for part in path.split("/"))
