"""The client for calls to our own services: each carries the request id and the trace that it is made in."""

import os
import ssl
from typing import Any

import httpx

from service_kit.observability import trace_context, tracing

IDLE_SECONDS = 2.0
"""How long an idle connection is kept. A service ends one after five (uvicorn's `timeout_keep_alive`), which is httpx's
default too: a request that meets that end gets no answer.
"""


def service_client(*, timeout: float) -> httpx.AsyncClient:
    """Return a client for calls to our own services; each call carries the current context.

    Args:
        timeout: for connecting, and for each read and write, seconds.

    Raises:
        OSError: the file that `SERVICES_CA_FILE` names cannot be read.
    """
    # Its own variable: SSL_CERT_FILE would hold for servers of models too, whose certificates are public ones.
    authority = os.environ.get("SERVICES_CA_FILE")
    trusted = ssl.create_default_context(cafile=authority) if authority else True
    # trust_env=False: a proxy of the environment has no business between our own services.
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=IDLE_SECONDS)
    return _ServiceClient(timeout=timeout, trust_env=False, verify=trusted, limits=limits)


class _ServiceClient(httpx.AsyncClient):
    async def send(self, request: httpx.Request, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        """Send a request as a part of the current trace."""
        with tracing.outgoing(request.method, str(request.url)) as span:
            context = trace_context.current() if span is None else span.context
            for name, value in context.headers().items():
                request.headers.setdefault(name, value)
            response = await super().send(request, **options)
            if span is not None:
                span.answered(response.status_code)
            return response
