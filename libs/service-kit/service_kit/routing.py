"""The route class of every service: a body of the wrong media type is refused before it is parsed."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, params
from fastapi.routing import APIRoute
from starlette.responses import Response

from service_kit.problems import UnsupportedMediaType
from service_kit.tokens import require_administrator

_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class Route(APIRoute):
    """Answers 415 when the Content-Type is not what the endpoint reads (RFC 9110 section 15.5.16)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with the check in front of it."""
        handler = super().get_route_handler()
        if self.body_field is None:
            return handler
        accepts_form = isinstance(self.body_field.field_info, params.Form)

        async def checked(request: Request) -> Response:
            media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if accepts_form:
                acceptable = media_type in _FORM_TYPES
            else:
                acceptable = media_type == "application/json" or media_type.endswith("+json")
            # Without a body there is nothing to misread: the schema says what is missing.
            if not acceptable and _has_body(request):
                expected = " or ".join(_FORM_TYPES) if accepts_form else "application/json"
                raise UnsupportedMediaType(f"Send the body as {expected}.")
            return await handler(request)

        return checked


class AdministratorRoute(Route):
    """Asks for an administrator's token before it reads the body: a stranger's large upload costs nothing.

    FastAPI reads a form whole before it resolves dependencies. The endpoint still declares `Administrator`.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with the check in front of it."""
        handler = super().get_route_handler()

        async def checked(request: Request) -> Response:
            await require_administrator(request)
            return await handler(request)

        return checked


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
