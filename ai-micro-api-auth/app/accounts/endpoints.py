"""`/auth/signup`, `/auth/me` and `/auth/users`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.accounts.creation import Creations
from app.accounts.models import User
from app.accounts.problems import (
    AccountGone,
    AccountNotFound,
    DomainNotAllowed,
    EmailTaken,
    LastAdministrator,
    SignUpClosed,
    TooManySignUps,
)
from app.accounts.schemas import AccountCreate, AccountFilter, AccountOut, AccountPatch, AccountWithPassword, Signup
from app.accounts.service import Accounts
from app.accounts.sign_up import SignUps
from app.limits.origin import RequestOrigin
from app.passwords.problems import PasswordQueueFull
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, CurrentSubject

router = APIRouter(prefix="/auth", tags=["accounts"], route_class=Route)


@router.post(
    "/signup",
    status_code=201,
    response_model=AccountOut,
    responses=problems(EmailTaken, SignUpClosed, DomainNotAllowed, TooManySignUps, PasswordQueueFull),
)
async def sign_up(body: Signup, sign_ups: SignUps, origin: RequestOrigin) -> User:
    """Create an account. Where the policy is `approval` it is inactive until an administrator activates it."""
    return await sign_ups.sign_up(body, origin=origin)


@router.get("/me", response_model=AccountOut, responses=problems(AccountGone))
def me(subject: CurrentSubject, accounts: Accounts) -> Response:
    """Return one's own account."""
    return AccountOut.respond(accounts.read_own(by=subject))


@router.get("/users", response_model=Page[AccountOut], responses=problems(InvalidCursor))
def search(
    *,
    subject: Administrator,
    accounts: Accounts,
    page: Paging,
    wanted: Annotated[AccountFilter, Depends()],
) -> Slice[User]:
    """List accounts, newest first, for administrators; `q` is part of an email."""
    return accounts.search(wanted, page, by=subject)


@router.post(
    "/users", status_code=201, response_model=AccountWithPassword, responses=problems(EmailTaken, PasswordQueueFull)
)
async def create(
    body: AccountCreate, subject: Administrator, creations: Creations, response: Response
) -> AccountWithPassword:
    """Create an account with a generated password, which only this answer shows. For administrators."""
    account = await creations.create(body, by=subject)
    response.headers["Location"] = f"/auth/users/{account.id}"
    response.headers["ETag"] = account.etag()
    response.headers["Cache-Control"] = "no-store"
    return account


@router.get("/users/{user_id}", response_model=AccountOut, responses=problems(AccountNotFound))
def get(user_id: UUID, subject: Administrator, accounts: Accounts) -> User:
    """Return an account, for administrators."""
    return accounts.get(user_id, by=subject)


@router.patch("/users/{user_id}", response_model=AccountOut, responses=problems(AccountNotFound, LastAdministrator))
def change(
    user_id: UUID, body: AccountPatch, subject: Administrator, condition: Conditional, accounts: Accounts
) -> User:
    """Change the roles or the state of an account; its clients are signed out. For administrators."""
    return accounts.change(user_id, body, condition, by=subject)


@router.delete("/users/{user_id}/sessions", status_code=204, responses=problems(AccountNotFound))
def end_sessions(user_id: UUID, subject: Administrator, accounts: Accounts) -> None:
    """Sign all clients of an account out; its access tokens end too. For administrators."""
    accounts.end_sessions(user_id, by=subject)
