"""Cross-origin requests of browsers (https://fetch.spec.whatwg.org/#http-cors-protocol), refused in our own words."""

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response

from service_kit.http.problems import Problem

_OF_THE_TEXT = ("content-length", "content-type")


class CrossOriginRefused(Problem, status=400, code="CROSS_ORIGIN_REFUSED"):
    """This service does not let pages of that origin send such a request; see `CORS_ORIGINS`."""


class Cors(CORSMiddleware):
    """Answers preflights, and adds the headers that let a page of another origin read an answer."""

    def preflight_response(self, request_headers: Headers) -> Response:
        """Return the answer to a preflight; a refusal says what is refused."""
        response = super().preflight_response(request_headers)
        if response.status_code < CrossOriginRefused.status:
            return response
        headers = {name: value for name, value in response.headers.items() if name not in _OF_THE_TEXT}
        return CrossOriginRefused(f"{bytes(response.body).decode()}.", headers=headers).response()
