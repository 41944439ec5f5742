"""Queries on the outbox.

A replica that delivers an event leases it: the row is invisible to others until `next_attempt_at`, and no transaction
stays open while the network is waited for. A replica that dies leaves events that come due again when the lease ends.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.login_log.models import LoginEvent

THROTTLED = "throttled"
_LONGEST_PAUSE_SECONDS = 3600


class LoginEventRepository:
    """Adds, leases and removes events in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        *,
        user_id: UUID | None,
        email: str,
        reason: str | None,
        ip_address: str | None,
        user_agent: str | None,
    ) -> None:
        """Put an attempt into the outbox; it succeeded when there is no reason for a failure."""
        self._session.execute(
            insert(LoginEvent).values(
                user_id=user_id,
                email=email,
                succeeded=reason is None,
                reason=reason,
                ip_address=ip_address,
                user_agent=user_agent,
            )
        )

    def add_refused(self, email: str, network: str, *, occurrences: int) -> None:
        """Put attempts that were refused unchecked into the outbox, as one event with their number.

        Args:
            email: as it was typed, normalised; the account that has it is named.
            network: stands for the addresses in it.
            occurrences: how many attempts.
        """
        account = select(User.id).where(User.email == email).scalar_subquery()
        self._session.execute(
            insert(LoginEvent).values(
                user_id=account,
                email=email,
                succeeded=False,
                reason=THROTTLED,
                ip_address=network,
                occurrences=occurrences,
            )
        )

    def lease(self, limit: int, *, seconds: float) -> Sequence[Row[Any]]:
        """Take the events that are due, oldest first, so that nobody else delivers them.

        Args:
            limit: how many at most.
            seconds: how long they are taken for.
        """
        due = (
            select(LoginEvent.id)
            .where(LoginEvent.next_attempt_at <= func.now())
            .order_by(LoginEvent.next_attempt_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(LoginEvent)
            .where(LoginEvent.id.in_(due.scalar_subquery()))
            .values(next_attempt_at=func.now() + timedelta(seconds=seconds))
            .returning(*LoginEvent.__table__.columns)
        )
        rows = self._session.execute(statement, execution_options={"synchronize_session": False}).all()
        return sorted(rows, key=lambda row: row.occurred_at)

    def remove(self, ids: Sequence[UUID]) -> None:
        """Forget events that have arrived."""
        if ids:
            self._session.execute(delete(LoginEvent).where(LoginEvent.id.in_(ids)))

    def give_back(self, ids: Sequence[UUID]) -> None:
        """Make leased events due at once: they were not even tried."""
        if ids:
            self._session.execute(
                update(LoginEvent).where(LoginEvent.id.in_(ids)).values(next_attempt_at=func.now()),
                execution_options={"synchronize_session": False},
            )

    def postpone(self, ids: Sequence[UUID]) -> None:
        """Let events that the receiver refuses wait, twice as long each time, at most an hour."""
        if ids:
            pause = func.least(func.power(2, func.least(LoginEvent.attempts, 20)), _LONGEST_PAUSE_SECONDS)
            self._session.execute(
                update(LoginEvent)
                .where(LoginEvent.id.in_(ids))
                .values(
                    attempts=LoginEvent.attempts + 1,
                    next_attempt_at=func.now() + func.make_interval(0, 0, 0, 0, 0, 0, pause),
                ),
                execution_options={"synchronize_session": False},
            )

    def seconds_until_next(self) -> float | None:
        """Return how long it is until an event comes due, or None when there is none."""
        wait = self._session.scalar(
            select(func.extract("epoch", func.min(LoginEvent.next_attempt_at) - func.clock_timestamp()))
        )
        return None if wait is None else max(0.0, float(wait))
