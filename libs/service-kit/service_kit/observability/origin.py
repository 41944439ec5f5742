"""Where the request that is being answered comes from, for whatever records it."""

from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from starlette.types import Scope

from service_kit.observability import trace_context

_REMEMBERED_ADDRESSES = 4096


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """One request's origin.

    Attributes:
        ip_address: as text; None when it is not known.
        request_id: its `X-Request-ID`.
        traceparent: what a call that it leads to carries as its `traceparent`.
    """

    ip_address: str | None = None
    request_id: str | None = None
    traceparent: str | None = None


_address: ContextVar[str | None] = ContextVar("ip_address", default=None)


def enter(scope: Scope) -> None:
    """Remember the address that a request comes from, for the rest of its context."""
    client = scope.get("client")
    _address.set(known_address(client[0]) if client else None)


def current() -> RequestOrigin:
    """Return the origin of the request that is being answered; nothing is known outside of one."""
    context = trace_context.entered()
    if context is None:
        return RequestOrigin(_address.get())
    return RequestOrigin(_address.get(), context.request_id, context.traceparent)


@lru_cache(_REMEMBERED_ADDRESSES)  # reading one takes as long as checking a remembered token
def known_address(host: str | None) -> str | None:
    """Return an address in its usual form; None where there is none, as behind a Unix socket."""
    try:
        address = ip_address((host or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)
