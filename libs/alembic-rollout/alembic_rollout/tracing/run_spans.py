"""What a command did and when, noted while it runs and exported when it has ended.

Off unless the environment names a collector. Nothing of OpenTelemetry is imported before the end, when no lock is held
any more: a collector cannot slow a migration.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from alembic_rollout.tracing.noted_span import NotedSpan

PREFIX = "alembic_rollout."
"""What the names of our attributes begin with."""

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

logger = logging.getLogger(__name__)


_outermost: ContextVar[NotedSpan | None] = ContextVar("alembic_rollout_outermost_span", default=None)
_innermost: ContextVar[NotedSpan | None] = ContextVar("alembic_rollout_innermost_span", default=None)


def is_wanted() -> bool:
    """Return True if the environment names a collector and does not switch traces off; an empty value counts as none.

    https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
    """
    has_endpoint = any(os.environ.get(name) for name in _ENDPOINTS)
    is_disabled = os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    has_exporter = os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() != "none"
    return has_endpoint and has_exporter and not is_disabled


@contextmanager
def noted_run(name: str) -> Iterator[None]:
    """Note a command while inside; when the outermost one has ended, export what was noted.

    Args:
        name: of the command, as `alembic upgrade`.

    Raises:
        BaseException: what the command raised.
    """
    if not is_wanted():
        yield
        return
    outermost = _outermost.get()
    span = NotedSpan(name, {}) if outermost is None else note_inside(name, {})
    assert span is not None  # noqa: S101 - there is one around it
    tokens = _outermost.set(outermost or span), _innermost.set(span)
    try:
        yield
    except BaseException as error:
        span.end(error=type(error).__name__)
        raise
    finally:
        span.end()
        _innermost.reset(tokens[1])
        _outermost.reset(tokens[0])
        if outermost is None:
            _export(span)


def note_inside(name: str, attributes: Mapping[str, str | int]) -> NotedSpan | None:
    """Note that something has begun inside the command that runs; None where no command is noted."""
    innermost = _innermost.get()
    if innermost is None:
        return None
    span = NotedSpan(name, dict(attributes))
    innermost.children.append(span)
    return span


def describe_run(*, service: str = "", attributes: Mapping[str, str | int] | None = None) -> None:
    """Add to what is known of the command that runs.

    Args:
        service: whose databases it works with.
        attributes: of its span.
    """
    outermost, innermost = _outermost.get(), _innermost.get()
    if outermost is not None and innermost is not None:
        outermost.service = outermost.service or service
        innermost.attributes.update(attributes or {})


def _export(span: NotedSpan) -> None:
    try:
        from alembic_rollout.tracing.exporting import export  # noqa: PLC0415 - loads OpenTelemetry's SDK
    except ImportError as error:
        logger.warning("Traces are not sent: %s. Install them with: pip install 'alembic-rollout[otel]'", error)
        return
    reason = export(span)
    if reason is not None:
        logger.warning("The traces of this run are lost: %s", reason)
