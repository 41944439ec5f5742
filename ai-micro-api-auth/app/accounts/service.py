"""The rules of accounts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy import Row

from app.accounts import passwords
from app.accounts.models import User
from app.accounts.repository import AccountRepository, find_active
from app.accounts.schemas import AccountPatch, Signup
from app.tokens.repository import RefreshTokenRepository
from service_kit.database import Database, SessionDep
from service_kit.pagination import PageRequest, Slice
from service_kit.problems import Forbidden, Problem, Unauthorized
from service_kit.tokens import Subject


class EmailTaken(Problem, status=409, code="EMAIL_TAKEN"):
    """There is an account with this email address already; sign in instead."""


class AccountNotFound(Problem, status=404, code="ACCOUNT_NOT_FOUND"):
    """There is no such account."""


class LastAdministrator(Problem, status=409, code="LAST_ADMINISTRATOR"):
    """This is the last active administrator; make somebody else one first."""


class AccountGone(Unauthorized, status=401, code="ACCOUNT_GONE"):
    """The account of this access token no longer exists or is not active."""

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


def read_own(database: Database, subject: Subject) -> Row[Any]:
    """Return the row of the caller's own account.

    Raises:
        AccountGone: it was deactivated or removed since the token was issued.
    """
    with database.reading() as connection:
        row = find_active(connection, subject.id)
    if row is None:
        raise AccountGone
    return row


class AccountService:
    """Creates, finds and changes accounts.

    Args:
        accounts: the repository, in the request's session.
        refresh_tokens: revoked where a change must reach signed-in clients.
    """

    def __init__(self, accounts: AccountRepository, refresh_tokens: RefreshTokenRepository) -> None:
        self._accounts = accounts
        self._refresh_tokens = refresh_tokens

    def sign_up(self, body: Signup) -> User:
        """Create an account with the role `user`.

        Raises:
            EmailTaken: the address has an account.
        """
        user = self._accounts.add(body.email, {"password_hash": passwords.hash_password(body.password)})
        if user is None:
            raise EmailTaken
        return user

    def search(self, text: str | None, page: PageRequest, *, by: Subject) -> Slice[User]:
        """Return a page of the accounts whose address contains a text, or of all.

        Raises:
            Forbidden: the caller is no longer an administrator.
        """
        self._require_administrator(by)
        return self._accounts.search(text, page)

    def get(self, user_id: UUID, *, by: Subject) -> User:
        """Return an account.

        Raises:
            Forbidden: the caller is no longer an administrator.
            AccountNotFound: there is none.
        """
        self._require_administrator(by)
        user = self._accounts.get(user_id)
        if user is None:
            raise AccountNotFound
        return user

    def change(self, user_id: UUID, body: AccountPatch, *, by: Subject) -> User:
        """Change the roles or the state of an account, and sign its clients out when something did change.

        Access tokens that are out live on until they expire; none is issued from an old sign-in any more.

        Raises:
            Forbidden: the caller is no longer an administrator.
            AccountNotFound: there is none.
            LastAdministrator: nobody would be left to administer.
        """
        # Always first and in one order: whatever else a transaction locks comes after the administrators.
        administrators = self._accounts.lock_active_administrators()
        if by.id not in administrators:
            raise Forbidden
        user = self._accounts.lock(user_id)
        if user is None:
            raise AccountNotFound
        wanted = body.model_dump(exclude_unset=True)
        fields = {name: value for name, value in wanted.items() if getattr(user, name) != value}
        if not fields:
            return user
        stays = fields.get("is_active", user.is_active) and "admin" in fields.get("roles", user.roles)
        if administrators == {user.id} and not stays:
            raise LastAdministrator
        self._refresh_tokens.revoke_all(user.id)
        return self._accounts.update(user, fields)

    def _require_administrator(self, subject: Subject) -> None:
        # The token's roles are up to fifteen minutes old; here the truth is one query away.
        if not self._accounts.is_active_administrator(subject.id):
            raise Forbidden


async def account_service(session: SessionDep) -> AccountService:
    """Return the service in the request's session."""
    return AccountService(AccountRepository(session), RefreshTokenRepository(session))


Accounts = Annotated[AccountService, Depends(account_service)]
