"""What a page says when an API gave no answer that can be shown."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from app import language
from app.apis.problems import RefusedError, ServiceUnavailableError, SignedOutError, faults_of
from app.language import translated
from app.pages import forms
from app.pages.rendering import page
from app.sessions.cookie import session_id_of

_Handler = Callable[[Request, Exception], Awaitable[Response]]

SIGN_IN = "/sign-in"
_FORM = "application/x-www-form-urlencoded"


def install(app: FastAPI) -> None:
    """Answer the exceptions of `app.apis.problems`, and pages that are not there."""
    for error, answer in (
        (SignedOutError, _signed_out),
        (ServiceUnavailableError, _away),
        (RefusedError, _refused),
        (HTTPException, _http),
        (RequestValidationError, _invalid),
    ):
        app.add_exception_handler(error, _in_its_language(answer))


def _in_its_language(answer: _Handler) -> _Handler:
    async def handler(request: Request, error: Exception) -> Response:
        # A page that is not there has no endpoint, whose dependency would have entered it.
        language.enter(request)
        return await answer(request, error)

    return handler


def is_fragment(request: Request) -> bool:
    """Return True if a page that is open asks for a part of itself."""
    return request.headers.get("hx-request") == "true"


async def _signed_out(request: Request, _: Exception) -> Response:
    session = getattr(request.state, "session", None)
    if session is not None:
        request.app.state.sessions.end(session)
        request.state.session = None
    if await _sent_text(request) and not is_fragment(request):
        said = translated("Your sign-in has ended. Sign in again.")
        return await _failure(request, HTTPStatus.UNAUTHORIZED, said, "", is_signed_out=True)
    # One that was idle for too long is not found any more, but the browser sends its id still.
    parameters = {"ended": "1"} if session_id_of(request) else {}
    if page_ := _page_of(request):
        parameters["next"] = page_
    address = SIGN_IN + (f"?{urlencode(parameters)}" if parameters else "")
    if is_fragment(request):
        # The whole page goes there; a redirect would put the sign-in page into the fragment's place.
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _page_of(request: Request) -> str:
    """Return the address of the page to come back to, empty where there is none."""
    if is_fragment(request):  # of a page that is open, which htmx names; the sign-in takes paths of this server alone
        url = urlsplit(request.headers.get("hx-current-url", ""))
        path, query = url.path, url.query
    elif request.method == "GET":
        path, query = request.url.path, request.url.query
    else:
        return ""
    if path in {"", "/"}:
        return ""
    return path + (f"?{query}" if query else "")


async def _away(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceUnavailableError)  # noqa: S101 - registered for it
    title = translated("The service %(name)s cannot answer now") % {"name": error.service}
    return await _failure(request, HTTPStatus.SERVICE_UNAVAILABLE, title, error.reason, request_id=error.request_id)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)  # noqa: S101 - registered for it
    titles: dict[int, str] = {
        HTTPStatus.FORBIDDEN: translated("Your account may not do this"),
        HTTPStatus.NOT_FOUND: translated("This is not there, or not for your account"),
        HTTPStatus.PRECONDITION_FAILED: translated("It was changed meanwhile"),
        HTTPStatus.CONFLICT: translated("This is not possible now"),
    }
    title = titles.get(error.status, translated("This was refused"))
    return await _failure(request, error.status, title, error.explanation, request_id=error.request_id)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    if error.status_code == HTTPStatus.NOT_FOUND:
        return await _failure(request, error.status_code, translated("There is no such page"), "")
    return await _failure(request, error.status_code, translated("This was refused"), error.detail)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    if any(fault["loc"][0] == "path" for fault in error.errors()):
        return await _failure(request, HTTPStatus.NOT_FOUND, translated("There is no such page"), "")
    said = " ".join(f"{name}: {text}" for name, text in faults_of(error.errors()).items())
    return await _failure(request, HTTPStatus.UNPROCESSABLE_ENTITY, translated("This was refused"), said)


async def _sent_text(request: Request) -> dict[str, str]:
    """Return what a person has filled in, so that it is sent again and not lost."""
    if request.method != "POST" or not request.headers.get("content-type", "").startswith(_FORM):
        return {}
    fields = await forms.fields_of(request)
    return {name: value for name, value in fields.items() if "password" not in name}


async def _failure(
    request: Request, status: int, title: str, detail: str, *, request_id: str = "", is_signed_out: bool = False
) -> Response:
    if is_fragment(request):
        # htmx leaves the page as it is; its script says that the news could not be had.
        said = {"title": title, "detail": detail, "request_id": request_id}
        return page(request, "failure_line.html", said, status=status)
    values = {
        "title": title,
        "detail": detail,
        "request_id": request_id,
        "is_away": status == HTTPStatus.SERVICE_UNAVAILABLE,
        "is_signed_out": is_signed_out,
        "sent": await _sent_text(request),
    }
    return page(request, "failure.html", values, status=status)
