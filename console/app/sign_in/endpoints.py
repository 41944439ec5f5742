"""Signing in and out, and the choice of a language."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app import language
from app.apis import signed_in
from app.apis.problems import RefusedError, ServiceUnavailableError, SignedOutError
from app.apis.signed_in import tokens_of
from app.language import translated
from app.pages.rendering import page
from app.pages.signed_in import ApisDep
from app.sessions.cookie import forget_session_id, session_id_of, set_session_id
from app.sessions.sessions import Session

router = APIRouter()

HOME = "/"
A_YEAR = 31_536_000


@router.get("/")
async def home(apis: ApisDep) -> Response:
    """Go to the first page that is for the account: the databases are for administrators."""
    return RedirectResponse("/databases" if apis.session.is_administrator else "/knowledge", HTTPStatus.SEE_OTHER)


@router.get("/sign-in")
async def sign_in_page(request: Request, next: str = HOME, ended: bool = False) -> Response:  # noqa: A002 - in addresses
    """Show the form."""
    said = translated("Your sign-in has ended. Sign in again.") if ended else ""
    return _form(request, next, said=said)


@router.post("/sign-in")
async def sign_in(
    request: Request,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = HOME,  # noqa: A002 - in addresses
) -> Response:
    """Sign in at the auth service, and keep what it gives."""
    transport = request.app.state.transport
    try:
        answer = await transport.send(
            "auth",
            "POST",
            "/auth/login",
            json={"email": email, "password": password},
            headers=_origin(request),
        )
        tokens = tokens_of(answer.json())
        bearer = {"Authorization": f"Bearer {tokens.access}"}
        account = (await transport.send("auth", "GET", "/auth/me", headers=bearer)).json()
    except SignedOutError:
        said = translated("This email and password do not belong together, or the account is closed.")
        return _form(request, next, email=email, said=said, status=HTTPStatus.UNAUTHORIZED)
    except ServiceUnavailableError as error:
        said = translated("The service %(name)s cannot answer now") % {"name": error.service}
        return _form(request, next, email=email, said=said, status=HTTPStatus.SERVICE_UNAVAILABLE)
    except RefusedError as error:
        return _form(request, next, email=email, said=error.detail, status=error.status)
    old = request.app.state.sessions.find(session_id_of(request))
    if old is not None:
        await _end(request, old)
    session = request.app.state.sessions.begin(tokens, email=account["email"], roles=tuple(account["roles"]))
    response = RedirectResponse(own_path(next), HTTPStatus.SEE_OTHER)
    set_session_id(response, request, session.id)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, apis: ApisDep) -> Response:
    """End the session here and at the auth service."""
    await _end(request, apis.session)
    response = RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    forget_session_id(response, request)
    return response


@router.post("/language")
async def choose_language(
    request: Request,
    to: Annotated[str, Form()],
    next: Annotated[str, Form()] = HOME,  # noqa: A002 - in addresses
) -> Response:
    """Remember a language for a year."""
    response = RedirectResponse(own_path(next), HTTPStatus.SEE_OTHER)
    if to in language.LANGUAGES:
        is_secure = request.url.scheme == "https"
        response.set_cookie(
            language.COOKIE, to, max_age=A_YEAR, httponly=True, samesite="lax", secure=is_secure, path="/"
        )
    return response


async def _end(request: Request, session: Session) -> None:
    request.app.state.sessions.end(session)
    if not await signed_in.sign_out(request.app.state.transport, session):
        request.app.state.logger.warning("sign_out_not_heard_by_auth")


def _origin(request: Request) -> dict[str, str]:
    """Return the headers by which the auth service knows the browser: it counts failures by network, lists devices.

    It believes the address only where its FORWARDED_ALLOW_IPS names the console.
    """
    headers = {"User-Agent": request.headers.get("user-agent", "")}
    return headers | ({"X-Forwarded-For": request.client.host} if request.client else {})


def own_path(path: str) -> str:
    """Return a path of this server as it is, and the first page for everything else: no way out to another site."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_own else HOME


def _form(request: Request, next_: str, *, email: str = "", said: str = "", status: int = HTTPStatus.OK) -> Response:
    values = {"next": own_path(next_), "email": email, "said": said, "session": None}
    return page(request, "sign_in.html", values, status=status)
