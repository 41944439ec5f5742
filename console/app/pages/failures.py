"""What a page says when an API gave no answer that can be shown."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from app.apis.problems import RefusedError, ServiceUnavailableError, SignedOutError
from app.pages import language
from app.pages.language import translated
from app.pages.rendering import page

SIGN_IN = "/sign-in"


def install(app: FastAPI) -> None:
    """Answer the exceptions of `app.apis.problems`, and pages that are not there."""
    app.add_exception_handler(SignedOutError, _signed_out)
    app.add_exception_handler(ServiceUnavailableError, _away)
    app.add_exception_handler(RefusedError, _refused)
    app.add_exception_handler(HTTPException, _http)


def is_fragment(request: Request) -> bool:
    """Return True if a page that is open asks for a part of itself."""
    return request.headers.get("hx-request") == "true"


async def _signed_out(request: Request, _: Exception) -> Response:
    session = getattr(request.state, "session", None)
    if session is not None:
        request.app.state.sessions.end(session)
    parameters = {"ended": "1"} if session is not None else {}
    if request.method == "GET" and not is_fragment(request) and request.url.path != "/":
        parameters["next"] = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    address = SIGN_IN + (f"?{urlencode(parameters)}" if parameters else "")
    if is_fragment(request):
        # The whole page goes there; a redirect would put the sign-in page into the fragment's place.
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


async def _away(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceUnavailableError)  # noqa: S101 - registered for it
    title = translated("The service %(name)s cannot answer now") % {"name": error.service}
    return _failure(request, HTTPStatus.SERVICE_UNAVAILABLE, title, error.reason)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)  # noqa: S101 - registered for it
    titles = {
        HTTPStatus.FORBIDDEN: translated("Your account may not do this"),
        HTTPStatus.NOT_FOUND: translated("This is not there, or not for your account"),
        HTTPStatus.PRECONDITION_FAILED: translated("It was changed meanwhile"),
        HTTPStatus.CONFLICT: translated("This is not possible now"),
    }
    title = titles.get(HTTPStatus(error.status), translated("This was refused"))
    return _failure(request, error.status, title, error.detail, request_id=error.request_id)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    if error.status_code == HTTPStatus.NOT_FOUND:
        return _failure(request, error.status_code, translated("There is no such page"), "")
    return _failure(request, error.status_code, translated("This was refused"), error.detail)


def _failure(request: Request, status: int, title: str, detail: str, *, request_id: str = "") -> Response:
    if is_fragment(request):
        # htmx leaves the page as it is; its script says that the news could not be had.
        return page(request, "failure_line.html", {"title": title, "detail": detail}, status=status)
    language.enter(request)
    values = {
        "title": title,
        "detail": detail,
        "request_id": request_id,
        "is_away": status == HTTPStatus.SERVICE_UNAVAILABLE,
    }
    return page(request, "failure.html", values, status=status)
