"""`/auth/login`, `/auth/token` and `/auth/password/change`."""

from typing import Annotated
from urllib.parse import unquote_plus

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.security import HTTPBasicCredentials

from app.accounts.problems import AccountGone
from app.accounts.schemas import PasswordChange
from app.authentication.password_change import Passwords
from app.authentication.problems import (
    ApprovalPending,
    InvalidCredentials,
    InvalidTokenRequest,
    SamePassword,
    TooManyLogins,
    UnsupportedGrantType,
    WrongPassword,
)
from app.authentication.schemas import Credentials, TokenForm
from app.authentication.service import Logins
from app.authentication.token_requests import ClientBasic, TokenRoute
from app.clients.problems import InvalidClient, InvalidScope
from app.clients.schemas import ServiceTokenOut
from app.clients.service import Clients
from app.limits.origin import RequestOrigin
from app.passwords.problems import PasswordQueueFull
from app.settings import Settings
from app.tokens.schemas import TokensOut
from service_kit.http.problems import Unauthorized, problems
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject, Subject, current_subject

router = APIRouter(prefix="/auth", tags=["authentication"], route_class=Route)


async def present_subject(request: Request) -> Subject | None:
    """Return whom the request's access token speaks for; None where there is none that is good."""
    if "authorization" not in request.headers:
        return None
    try:
        return await current_subject(request)
    except Unauthorized:
        return None


PresentSubject = Annotated[Subject | None, Depends(present_subject)]


async def application_settings(request: Request) -> Settings:
    """Return the application's settings."""
    settings: Settings = request.app.state.settings
    return settings


AppSettings = Annotated[Settings, Depends(application_settings)]
# Apart from the others because OAuth 2.0 says how it refuses.
token_router = APIRouter(prefix="/auth", tags=["authentication"], route_class=TokenRoute)
_basic = ClientBasic()


@router.post("/login", responses=problems(InvalidCredentials, ApprovalPending, TooManyLogins, PasswordQueueFull))
async def login(
    body: Credentials, origin: RequestOrigin, logins: Logins, present: PresentSubject, response: Response
) -> TokensOut:
    """Sign in with email and password. A client that sends its access token ends the session that it had."""
    response.headers["Cache-Control"] = "no-store"  # RFC 6749 section 5.1
    return await logins.login(body.email, body.password, origin=origin, instead_of=present)


@token_router.post(
    "/token",
    responses=problems(
        InvalidCredentials,
        InvalidClient,
        InvalidScope,
        UnsupportedGrantType,
        ApprovalPending,
        TooManyLogins,
        PasswordQueueFull,
    ),
)
async def token(
    *,
    form: Annotated[TokenForm, Form()],
    basic: Annotated[HTTPBasicCredentials | None, Depends(_basic)],
    origin: RequestOrigin,
    logins: Logins,
    clients: Clients,
    settings: AppSettings,
    response: Response,
) -> TokensOut | ServiceTokenOut:
    """Sign in with a form, as the docs page's Authorize button does; the user name is the email.

    Services get tokens of their own with `grant_type=client_credentials`.
    """
    response.headers["Cache-Control"] = "no-store"  # RFC 6749 section 5.1
    if form.username is not None and form.password is not None and form.grant_type == "password":
        if not settings.takes_password_grant:
            raise UnsupportedGrantType
        return await logins.login(form.username, form.password, origin=origin)
    if basic is None:
        return clients.token(form.client_id, form.client_secret, scope=form.scope)
    if form.client_secret:
        raise InvalidTokenRequest("Send the client's name and secret in one way: in the form or as HTTP Basic.")
    # RFC 6749 section 2.3.1: encoded as in a form.
    return clients.token(unquote_plus(basic.username), unquote_plus(basic.password), scope=form.scope)


@router.post(
    "/password/change",
    status_code=204,
    responses=problems(AccountGone, WrongPassword, SamePassword, TooManyLogins, PasswordQueueFull),
)
async def change(body: PasswordChange, subject: CurrentSubject, passwords: Passwords, origin: RequestOrigin) -> None:
    """Change one's own password. The client that asks stays signed in, every other one is signed out."""
    await passwords.change(subject, current=body.current_password, new=body.new_password, origin=origin)
