"""Refuses requests that another site makes a browser send (cross-site request forgery)."""

from urllib.parse import urlsplit

import structlog
from fastapi.responses import PlainTextResponse
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

logger = structlog.get_logger(__name__)


class SameOrigin:
    """Let requests that change something come only from the console's own pages.

    Browsers say where a request comes from in `Sec-Fetch-Site`, older ones in `Origin`; one that says neither is not
    a browser's form (OWASP Cross-Site Request Forgery Prevention Cheat Sheet, "Fetch Metadata" and "Verifying Origin").

    Args:
        app: the next ASGI application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, or answer 403."""
        if scope["type"] != "http" or scope["method"] in SAFE_METHODS or is_of_this_origin(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        logger.warning("cross_site_request_refused", path=scope["path"])
        await PlainTextResponse("This request came from another site.", 403)(scope, receive, send)


def is_of_this_origin(headers: Headers) -> bool:
    """Return True if a browser says that a request comes from a page of this server."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")
