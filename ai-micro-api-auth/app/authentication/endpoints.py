"""`/auth/login`, `/auth/token` and `/auth/password/change`."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from app.accounts.problems import AccountGone, PasswordQueueFull
from app.accounts.schemas import PasswordChange
from app.authentication.password_change import Passwords
from app.authentication.problems import ApprovalPending, InvalidCredentials, SamePassword, TooManyLogins, WrongPassword
from app.authentication.schemas import Credentials, PasswordForm
from app.authentication.service import Logins
from app.limits.origin import RequestOrigin
from app.tokens.schemas import TokensOut
from service_kit.problems import problems
from service_kit.routing import Route
from service_kit.tokens import CurrentSubject

router = APIRouter(prefix="/auth", tags=["authentication"], route_class=Route)


@router.post("/login", responses=problems(InvalidCredentials, ApprovalPending, TooManyLogins, PasswordQueueFull))
async def login(body: Credentials, origin: RequestOrigin, logins: Logins, response: Response) -> TokensOut:
    """Sign in with email and password."""
    response.headers["Cache-Control"] = "no-store"  # RFC 6749 section 5.1
    return await logins.login(body.email, body.password, origin=origin)


@router.post("/token", responses=problems(InvalidCredentials, ApprovalPending, TooManyLogins, PasswordQueueFull))
async def token(
    form: Annotated[PasswordForm, Form()], origin: RequestOrigin, logins: Logins, response: Response
) -> TokensOut:
    """Sign in with a form, as the docs page's Authorize button does; the user name is the email."""
    response.headers["Cache-Control"] = "no-store"  # RFC 6749 section 5.1
    return await logins.login(form.username, form.password, origin=origin)


@router.post(
    "/password/change",
    status_code=204,
    responses=problems(AccountGone, WrongPassword, SamePassword, TooManyLogins, PasswordQueueFull),
)
async def change(body: PasswordChange, subject: CurrentSubject, passwords: Passwords, origin: RequestOrigin) -> None:
    """Change one's own password. The client that asks stays signed in, every other one is signed out."""
    await passwords.change(subject, current=body.current_password, new=body.new_password, origin=origin)
