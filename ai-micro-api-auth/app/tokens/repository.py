"""Queries on refresh tokens. What is no longer good is deleted, so a row is always a client that is signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Insert, Integer, Interval, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.limits.origin import Origin
from app.tokens.models import RefreshTokenFamily
from app.tokens.policy import SessionPolicy
from app.tokens.refresh_token import RefreshToken
from app.tokens.rotation import Line
from app.withdrawals.repository import WithdrawalRepository, withdrawing_sessions
from service_kit.database.models import table_of


@dataclass(frozen=True, slots=True)
class Family:
    """A family as it is, locked.

    Attributes:
        session_id: its id.
        user_id: the account.
        roles: the account's roles at this moment.
        is_active: whether the account is active.
        line: where its tokens stand.
        now: the database's clock.
    """

    session_id: UUID
    user_id: UUID
    roles: list[str]
    is_active: bool
    line: Line
    now: datetime


class RefreshTokenRepository:
    """Starts, rotates and ends families in a session. Whatever ends one withdraws its access tokens as well."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._withdrawals = WithdrawalRepository(session)

    def start(self, user_id: UUID, token: RefreshToken, *, policy: SessionPolicy, origin: Origin) -> tuple[UUID, float]:
        """Start a family with its first token, and end those of the account that have expired or are too many.

        The caller has locked the account, so that two sign-ins do not count past each other.

        Returns:
            The family's id, and for how many seconds its token is good.
        """
        values = {
            "account": user_id,
            "others": policy.max_per_account - 1,
            "new_selector": token.selector,
            "new_hash": token.hash(),
            "time_to_live": min(policy.idle, policy.lifetime),
            "client": origin.user_agent,
            "client_network": origin.network,
        }
        session_id, seconds, surplus = self._session.execute(_START, values).one()
        if surplus:
            self._session.execute(_END_SURPLUS, {"account": user_id, "others": values["others"], "new_id": session_id})
            self._withdrawals.forget_some_old()
        return session_id, float(seconds)

    def lock(self, token: RefreshToken) -> Family | None:
        """Return the family of a token, new or used, locked until the transaction ends, or None."""
        statement = (
            select(
                RefreshTokenFamily.id,
                User.id,
                User.roles,
                User.is_active,
                RefreshTokenFamily.token_hash,
                RefreshTokenFamily.successor_nonce,
                RefreshTokenFamily.rotated_at,
                RefreshTokenFamily.expires_at,
                func.clock_timestamp(),
            )
            .join(User, User.id == RefreshTokenFamily.user_id)
            .where(RefreshTokenFamily.selector == token.selector)
            .with_for_update(of=RefreshTokenFamily)
        )
        row = self._session.execute(statement).one_or_none()
        if row is None:
            return None
        session_id, user_id, roles, is_active, *line, now = row
        return Family(session_id, user_id, roles, is_active, Line(*line), now)

    def rotate(
        self, family: Family, successor: RefreshToken, nonce: bytes, *, policy: SessionPolicy, origin: Origin
    ) -> float:
        """Put a successor in the place of the newest token; return for how many seconds it is good."""
        statement = (
            update(RefreshTokenFamily)
            .where(RefreshTokenFamily.id == family.session_id)
            .values(
                token_hash=successor.hash(),
                successor_nonce=nonce,
                rotated_at=func.clock_timestamp(),
                expires_at=func.least(func.now() + policy.idle, RefreshTokenFamily.created_at + policy.lifetime),
                user_agent=origin.user_agent,
                network=origin.network,
            )
            .returning(_seconds_left())
        )
        return float(self._session.execute(statement, execution_options={"synchronize_session": False}).scalar_one())

    def end(self, session_id: UUID) -> None:
        """End a family."""
        self._end(RefreshTokenFamily.id == session_id)

    def end_own(self, session_id: UUID, *, user_id: UUID) -> bool:
        """End a family of an account; return False when it has no such family."""
        return bool(self._end(RefreshTokenFamily.id == session_id, RefreshTokenFamily.user_id == user_id))

    def revoke_all(self, user_id: UUID, *, but: UUID | None = None) -> None:
        """End every family of an account; with all of them, every access token that it has.

        Args:
            user_id: the account.
            but: the family that stays.
        """
        # The account first, as every transaction that ends several families does: no two wait for each other in a ring.
        self._session.execute(select(User.id).where(User.id == user_id).with_for_update())
        if but is None:
            self._end(RefreshTokenFamily.user_id == user_id)
            self._withdrawals.add_account(user_id)
        else:
            self._end(RefreshTokenFamily.user_id == user_id, RefreshTokenFamily.id != but)

    def _end(self, *conditions: ColumnElement[bool]) -> list[UUID]:
        statement = delete(RefreshTokenFamily).where(*conditions).returning(RefreshTokenFamily.id)
        ended = list(self._session.scalars(statement, execution_options={"synchronize_session": False}))
        self._withdrawals.add_sessions(ended)
        return ended


def _seconds_left() -> ColumnElement[Any]:
    return func.extract("epoch", RefreshTokenFamily.expires_at - func.now())


def _start_statement() -> Insert:
    """Return the statement that starts a family, and says how many others of the account have to end.

    Two statements for what is rare, because planning the whole takes longer than all else that PostgreSQL does.
    """
    families = table_of(RefreshTokenFamily)
    others = families.alias()
    alive = func.count().filter(others.c.expires_at > func.now())
    surplus = select(func.count() - func.least(alive, bindparam("others", type_=Integer))).where(
        others.c.user_id == bindparam("account")
    )
    return (
        insert(families)
        .values(
            user_id=bindparam("account"),
            selector=bindparam("new_selector"),
            token_hash=bindparam("new_hash"),
            expires_at=func.now() + bindparam("time_to_live", type_=Interval),
            user_agent=bindparam("client"),
            network=bindparam("client_network"),
        )
        .returning(families.c.id, _seconds_left(), surplus.scalar_subquery())
    )


def _end_surplus_statement() -> Insert:
    """Return the statement that ends an account's families but a new one and those that were used last."""
    families = table_of(RefreshTokenFamily)
    of_the_account = families.c.user_id == bindparam("account"), families.c.id != bindparam("new_id")
    kept = (
        select(families.c.id)
        .where(*of_the_account, families.c.expires_at > func.now())
        .order_by(families.c.updated_at.desc(), families.c.id)
        .limit(bindparam("others", type_=Integer))
    )
    ended = (
        delete(families)
        .where(*of_the_account, families.c.id.not_in(kept.scalar_subquery()))
        .returning(families.c.id)
        .cte("ended")
    )
    return withdrawing_sessions(ended)


_START = _start_statement()
_END_SURPLUS = _end_surplus_statement()
