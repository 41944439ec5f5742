"""Queries on withdrawals."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import CTE, Connection, String, delete, func, literal, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.orm import Session

from app.withdrawals.models import Kind, Withdrawal
from service_kit.database.models import table_of
from service_kit.tokens.withdrawals import Withdrawals, digest

# The longest ACCESS_TOKEN_TTL_SEC, and an hour: whatever it is set to, no token outlives its withdrawal.
KEPT_SECONDS = 86_400 + 3_600
_CLEANED_AT_ONCE = 200

_WITHDRAWALS = table_of(Withdrawal)
_old = (
    select(_WITHDRAWALS.c.kind, _WITHDRAWALS.c.subject_id)
    .where(_WITHDRAWALS.c.withdrawn_at <= func.now() - timedelta(seconds=KEPT_SECONDS))
    .limit(_CLEANED_AT_ONCE)
    .with_for_update(skip_locked=True)
    .cte("old")
)
_FORGET_SOME_OLD = delete(_WITHDRAWALS).where(
    _WITHDRAWALS.c.kind == _old.c.kind, _WITHDRAWALS.c.subject_id == _old.c.subject_id
)


class WithdrawalRepository:
    """Records, in the transaction that ends a right, that it has ended."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_sessions(self, ids: Sequence[UUID]) -> None:
        """Withdraw the access tokens of sessions."""
        self._add(Kind.SESSION, ids)

    def add_account(self, user_id: UUID) -> None:
        """Withdraw every access token of an account that was issued until now."""
        self._add(Kind.ACCOUNT, [user_id])

    def _add(self, kind: Kind, ids: Sequence[UUID]) -> None:
        if not ids:
            return
        values = [{"kind": kind, "subject_id": subject_id} for subject_id in ids]
        self._session.execute(_or_later(insert(_WITHDRAWALS).values(values)))
        self.forget_some_old()

    def forget_some_old(self) -> None:
        """Forget withdrawals that no token can outlive; nearly each call removes more than what led to it has added."""
        self._session.execute(_FORGET_SOME_OLD)


def withdrawing_sessions(found: CTE) -> Insert:
    """Return the statement that withdraws the access tokens of the sessions that another one ends, by their `id`."""
    return _or_later(
        insert(_WITHDRAWALS).from_select(["kind", "subject_id"], select(literal(Kind.SESSION, String), found.c.id))
    )


def _or_later(statement: Insert) -> Insert:
    return statement.on_conflict_do_update(
        index_elements=[_WITHDRAWALS.c.kind, _WITHDRAWALS.c.subject_id],
        set_={"withdrawn_at": statement.excluded.withdrawn_at},
    )


def read_withdrawals(connection: Connection, *, seconds: float) -> Withdrawals:
    """Return what was withdrawn in the last so many seconds: what is older withdraws no token that is alive."""
    statement = select(
        Withdrawal.kind, Withdrawal.subject_id, func.floor(func.extract("epoch", Withdrawal.withdrawn_at))
    ).where(Withdrawal.withdrawn_at > func.now() - timedelta(seconds=seconds))
    sessions, accounts = set(), {}
    for kind, subject_id, moment in connection.execute(statement):
        if kind == Kind.SESSION:
            sessions.add(digest(subject_id))
        else:
            accounts[digest(subject_id)] = int(moment)
    return Withdrawals(frozenset(sessions), accounts)
