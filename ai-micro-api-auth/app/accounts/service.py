"""The rules of accounts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.problems import AccountGone, AccountNotFound, LastAdministrator
from app.accounts.repository import AccountRepository, find_active
from app.accounts.schemas import AccountFilter, AccountOut, AccountPatch
from app.audit_trail import TRAIL, Act
from app.tokens.repository import RefreshTokenRepository
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target, changes_between, fields_of
from service_kit.database.row_queries import FoundRow
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.http.problems import Forbidden
from service_kit.lists.pagination import PageRequest, Slice
from service_kit.tokens.verification import Subject


class AccountService:
    """Finds and changes accounts.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def read_own(self, *, by: Subject) -> FoundRow:
        """Return the row of the caller's own account.

        Raises:
            AccountGone: it was deactivated or removed since the token was issued.
        """
        with self._database.reading() as connection:
            row = find_active(connection, by.id)
        if row is None:
            raise AccountGone
        return row

    def search(self, wanted: AccountFilter, page: PageRequest, *, by: Subject) -> Slice[User]:
        """Return a page of the accounts; see `AccountRepository.search`.

        Raises:
            Forbidden: the caller is no longer an administrator.
        """
        with self._database.session() as session:
            accounts = AccountRepository(session)
            _require_administrator(accounts, by)
            return accounts.search(wanted, page)

    def get(self, user_id: UUID, *, by: Subject) -> User:
        """Return an account.

        Raises:
            Forbidden: the caller is no longer an administrator.
            AccountNotFound: there is none.
        """
        with self._database.session() as session:
            accounts = AccountRepository(session)
            _require_administrator(accounts, by)
            user = accounts.get(user_id)
        if user is None:
            raise AccountNotFound
        return user

    def change(self, user_id: UUID, body: AccountPatch, condition: Precondition, *, by: Subject) -> User:
        """Change the roles or the state of an account, and sign its clients out when something did change.

        Access tokens that are out live on until they expire; none is issued from an old sign-in any more.

        Raises:
            Forbidden: the caller is no longer an administrator.
            AccountNotFound: there is none.
            PreconditionFailed: it is not as the caller has read it.
            LastAdministrator: there would be no administrator.
        """
        with self._database.session() as session:
            accounts = AccountRepository(session)
            # Always first and in one order: whatever else a transaction locks comes after the administrators.
            administrators = accounts.lock_active_administrators()
            if by.id not in administrators:
                raise Forbidden
            user = accounts.lock(user_id)
            if user is None:
                raise AccountNotFound
            condition.check(lambda: AccountOut.model_validate(user))
            wanted = body.model_dump(exclude_unset=True)
            fields = {name: value for name, value in wanted.items() if getattr(user, name) != value}
            if not fields:
                return user
            stays = fields.get("is_active", user.is_active) and "admin" in fields.get("roles", user.roles)
            if administrators == {user.id} and not stays:
                raise LastAdministrator
            RefreshTokenRepository(session).revoke_all(user.id)
            _record(session, user, fields, by)
            if fields.get("is_active"):
                fields["is_approved"] = True
            return accounts.update(user, fields)

    def end_sessions(self, user_id: UUID, *, by: Subject) -> None:
        """Sign all clients of an account out; its access tokens are refused everywhere within five seconds.

        Raises:
            Forbidden: the caller is no longer an administrator.
            AccountNotFound: there is none.
        """
        with self._database.session() as session:
            accounts = AccountRepository(session)
            _require_administrator(accounts, by)
            if accounts.get(user_id) is None:
                raise AccountNotFound
            RefreshTokenRepository(session).revoke_all(user_id)
            TRAIL.record(session, Act.ALL_SESSIONS_ENDED, by=by, target=Target(TargetType.ACCOUNT, user_id))


def _record(session: Session, user: User, fields: dict[str, Any], by: Subject) -> None:
    for name, act in (
        ("roles", Act.ACCOUNT_ROLES_CHANGED),
        ("is_active", Act.ACCOUNT_ACTIVATED if fields.get("is_active") else Act.ACCOUNT_DEACTIVATED),
    ):
        if name in fields:
            changed = {name: fields[name]}
            changes = changes_between(fields_of(user, changed), changed)
            TRAIL.record(session, act, by=by, target=Target(TargetType.ACCOUNT, user.id), changes=changes)


def _require_administrator(accounts: AccountRepository, subject: Subject) -> None:
    # The token's roles are up to fifteen minutes old; here the truth is one query away.
    if not accounts.is_active_administrator(subject.id):
        raise Forbidden


async def account_service(database: DatabaseDep) -> AccountService:
    """Return the service."""
    return AccountService(database)


Accounts = Annotated[AccountService, Depends(account_service)]
