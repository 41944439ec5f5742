"""What comes to `POST /auth/token`: OAuth 2.0's own answers to requests that are none (RFC 6749 section 5.2)."""

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPBasic
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.authentication.problems import InvalidTokenRequest, UnsupportedGrantType
from app.clients.problems import InvalidClient
from service_kit.http.problems import MalformedRequest, UnsupportedMediaType
from service_kit.server.error_handlers import faults
from service_kit.server.routing import Handler, Route


class TokenRoute(Route):
    """Answers 400 with `error` where another endpoint answers 400, 415 or 422."""

    misfit = InvalidTokenRequest

    def get_route_handler(self) -> Handler:
        """Return the handler, with OAuth 2.0's errors for what FastAPI and `Route` refuse."""
        handler = super().get_route_handler()

        async def checked(request: Request) -> Response:
            try:
                return await handler(request)
            except RequestValidationError as error:
                raise _refusal(error) from None
            except UnsupportedMediaType as error:
                raise InvalidTokenRequest(error.detail) from None
            except HTTPException as error:
                # FastAPI's own, of a form that cannot be read.
                if type(error) is HTTPException and error.status_code == MalformedRequest.status:
                    raise InvalidTokenRequest(MalformedRequest.default_detail()) from None
                raise

        return checked


class ClientBasic(HTTPBasic):
    """A client's name and secret as HTTP Basic (RFC 6749 section 2.3.1): one that cannot be read is `InvalidClient`."""

    def __init__(self) -> None:
        super().__init__(auto_error=False, scheme_name="client", description="A service's name and secret.")

    def make_not_authenticated_error(self) -> HTTPException:  # type: ignore[override]  # FastAPI names its own subclass
        """Return what FastAPI raises for a header that it cannot read."""
        return InvalidClient()


def _refusal(error: RequestValidationError) -> InvalidTokenRequest | UnsupportedGrantType:
    errors = faults(error.errors())
    if any(fault["loc"] == ["body", "grant_type"] and fault["type"] == "literal_error" for fault in errors):
        return UnsupportedGrantType()
    return InvalidTokenRequest(errors=errors)
