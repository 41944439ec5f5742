"""What joins the log lines of several services: the request id, and the trace of W3C Trace Context.

https://www.w3.org/TR/trace-context/: a valid `traceparent` is continued with a span of our own, an invalid or missing
one begins a new trace. `service_client` hands both on to the services that are called meanwhile.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from secrets import token_hex
from typing import Final

import structlog
from starlette.datastructures import Headers

REQUEST_ID = "X-Request-ID"
TRACEPARENT = "traceparent"
TRACESTATE = "tracestate"
REQUEST_ID_PATTERN: Final = "[A-Za-z0-9._-]{1,64}"
"""What a caller may choose itself: short and without anything that could forge a log line."""
_ACCEPTABLE_ID = re.compile(REQUEST_ID_PATTERN)
# Version, trace id, parent id, flags; versions after 00 may append fields (section 3.2.2).
_TRACEPARENT = re.compile(r"(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_FIRST_VERSION = "00"
_SAMPLED = 0x01
# Section 3.3.1.5: this much has to be handed on; more may be dropped.
_ACCEPTABLE_STATE = re.compile(r"[\x20-\x7e]{1,512}")


@dataclass(frozen=True, slots=True)
class TraceContext:
    """Where one request, or one call of our own, belongs.

    Attributes:
        request_id: the same in every service that one request of a client leads to.
        trace_id: 32 hexadecimal digits, likewise.
        span_id: 16 hexadecimal digits: this service's part of the trace.
        is_sampled: whether the caller recorded the trace; a trace that begins here is recorded in the log.
        state: the `tracestate` of other tracing systems, handed on as it is; empty where there is none.
        parent_id: the caller's span; empty where a trace begins here.
        is_recorded: True where `span_id` is that of a span which `service_kit.observability.tracing` exports, or would
            if it were sampled.
    """

    request_id: str
    trace_id: str
    span_id: str
    is_sampled: bool = True
    state: str = ""
    parent_id: str = ""
    is_recorded: bool = False

    @classmethod
    def of(cls, headers: Headers) -> "TraceContext":
        """Return the context of a request with these headers: continued, or new."""
        ids, parents, states = _values(headers, REQUEST_ID, TRACEPARENT, TRACESTATE)
        new = token_hex(40)
        request_id = (acceptable_id(ids[0]) if ids else None) or new[:32]
        parent = _TRACEPARENT.fullmatch(parents[0]) if len(parents) == 1 else None
        if parent is None or (parent[1] == _FIRST_VERSION and parent[5]):
            return cls(request_id, new[32:64], new[64:])
        state = ",".join(states)
        return cls(
            request_id,
            parent[2],
            new[64:],
            is_sampled=bool(int(parent[4], 16) & _SAMPLED),
            state=state if _ACCEPTABLE_STATE.fullmatch(state) else "",
            parent_id=parent[3],
        )

    @property
    def traceparent(self) -> str:
        """The header of that name in a request that is made within this context."""
        flags = _SAMPLED if self.is_sampled else 0
        return f"{_FIRST_VERSION}-{self.trace_id}-{self.span_id}-{flags:02x}"

    def headers(self) -> dict[str, str]:
        """Return the headers of a request that is made within this context."""
        headers = {REQUEST_ID: self.request_id, TRACEPARENT: self.traceparent}
        return headers | {TRACESTATE: self.state} if self.state else headers


def acceptable_id(request_id: str | None) -> str | None:
    """Return a request id that came from elsewhere, or None where there is none that may be used."""
    return request_id if request_id is not None and _ACCEPTABLE_ID.fullmatch(request_id) else None


def _values(headers: Headers, *names: str) -> list[list[str]]:
    # Every request asks for them: one look at each header instead of one for each name.
    found: dict[bytes, list[str]] = {name.lower().encode(): [] for name in names}
    for name, value in headers.raw:
        if name in found:
            found[name].append(value.decode("latin-1"))
    return list(found.values())


_current: ContextVar[TraceContext | None] = ContextVar("trace_context", default=None)


def enter(context: TraceContext) -> None:
    """Make a context the current one of this task: calls carry it, and every log line names it."""
    _current.set(context)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**_named(context))


@contextmanager
def resumed(request_id: str | None, traceparent: str | None) -> Iterator[None]:
    """Belong to an earlier request while inside: what it left to be done later carries its id and goes on in its trace.

    Args:
        request_id: of that request; None where there was none.
        traceparent: what a call that it leads to carries.
    """
    known = {REQUEST_ID: request_id, TRACEPARENT: traceparent}
    with within(TraceContext.of(Headers({name: value for name, value in known.items() if value is not None}))):
        yield


@contextmanager
def within(context: TraceContext) -> Iterator[None]:
    """Make a context the current one while inside; the one before is it again afterwards."""
    before = _current.set(context)
    try:
        with structlog.contextvars.bound_contextvars(**_named(context)):
            yield
    finally:
        _current.reset(before)


def _named(context: TraceContext) -> dict[str, str]:
    return {"request_id": context.request_id, "trace_id": context.trace_id, "span_id": context.span_id}


def entered() -> TraceContext | None:
    """Return the context of this task; None outside a request."""
    return _current.get()


def current() -> TraceContext:
    """Return the current context; outside a request, a new one each time."""
    return entered() or TraceContext.of(Headers())
