"""Queries on accounts."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, Select, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.schemas import AccountFilter
from service_kit.database.models import table_of
from service_kit.database.row_queries import FoundRow, RowQuery
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains
from service_kit.tokens.verification import ADMINISTRATOR_ROLE

_USERS = table_of(User)
# Core statements that are built once: building one takes longer than the database does.
_BY_ID = RowQuery(select(_USERS).where(User.id == bindparam("user_id"), User.is_active))
# The account as it was while the password was checked: active, and with the hash that was compared.
_SIGN_IN = (
    update(_USERS)
    .where(_USERS.c.id == bindparam("user_id"), _USERS.c.password_hash == bindparam("checked_hash"), _USERS.c.is_active)
    .values(last_login_at=func.now(), password_hash=func.coalesce(bindparam("better_hash"), _USERS.c.password_hash))
    .returning(_USERS.c.roles)
)
_BY_EMAIL = RowQuery(select(_USERS).where(User.email == bindparam("email")))


def find_active(connection: Connection, user_id: UUID) -> FoundRow | None:
    """Return an active account's row, or None."""
    return _BY_ID.one_or_none(connection, user_id=user_id)


def find_by_email(connection: Connection, email: str) -> FoundRow | None:
    """Return the row of the account with this normalised address, or None."""
    return _BY_EMAIL.one_or_none(connection, email=email)


class AccountRepository:
    """Reads and writes accounts in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, email: str, fields: Mapping[str, object]) -> User | None:
        """Insert an account and return it, or None when the address is taken."""
        statement = insert(User).values(email=email, **fields).on_conflict_do_nothing().returning(User)
        return self._session.scalars(statement).one_or_none()

    def get(self, user_id: UUID) -> User | None:
        """Return an account, or None."""
        return self._session.get(User, user_id)

    def sign_in(self, user_id: UUID, *, checked_hash: str, better_hash: str | None) -> list[str] | None:
        """Note a sign-in and return the account's roles, locked until the transaction ends.

        Args:
            user_id: the account.
            checked_hash: what the password was compared with.
            better_hash: replaces it; None if it is not outdated.

        Returns:
            None if the account is gone, not active, or has another password by now.
        """
        values = {"user_id": user_id, "checked_hash": checked_hash, "better_hash": better_hash}
        roles: list[str] | None = self._session.execute(_SIGN_IN, values).scalar_one_or_none()
        return roles

    def lock(self, user_id: UUID) -> User | None:
        """Return an account as it is now, locked until the transaction ends, or None."""
        statement = select(User).where(User.id == user_id).with_for_update()
        return self._session.scalars(statement.execution_options(populate_existing=True)).one_or_none()

    def lock_by_email(self, email: str) -> User | None:
        """Return the account with this normalised address, locked until the transaction ends, or None."""
        return self._session.scalars(select(User).where(User.email == email).with_for_update()).one_or_none()

    def lock_active_administrators(self) -> set[UUID]:
        """Return the ids of all active administrators, locked so that no two transactions remove the last two."""
        statement = self._active_administrators().order_by(User.id).with_for_update()
        return {user.id for user in self._session.scalars(statement)}

    def is_active_administrator(self, user_id: UUID) -> bool:
        """Return True if an account is an active administrator's at this moment, whatever its token says."""
        return self._session.scalar(self._active_administrators().where(User.id == user_id)) is not None

    def _active_administrators(self) -> Select[User]:
        return select(User).where(User.is_active, User.roles.contains([ADMINISTRATOR_ROLE]))

    def update(self, user: User, fields: Mapping[str, object]) -> User:
        """Set fields of an account and return it as the database now holds it."""
        for name, value in fields.items():
            setattr(user, name, value)
        self._session.flush()
        self._session.refresh(user)
        return user

    def delete(self, user: User) -> None:
        """Delete an account, with its sessions."""
        self._session.delete(user)
        self._session.flush()

    def search(self, wanted: AccountFilter, page: PageRequest) -> Slice[User]:
        """Return a page of the accounts that a filter lets through, newest first."""
        statement = select(User).where(contains(wanted.q, User.email))
        if wanted.is_active is not None:
            statement = statement.where(User.is_active.is_(wanted.is_active))
        if wanted.is_approved is not None:
            statement = statement.where(User.is_approved.is_(wanted.is_approved))
        if wanted.role is not None:
            statement = statement.where(User.roles.contains([wanted.role]))
        if wanted.id is not None:
            statement = statement.where(User.id.in_(wanted.id))
        return paginate(self._session, statement, page, created_at=User.created_at, key=User.id)
