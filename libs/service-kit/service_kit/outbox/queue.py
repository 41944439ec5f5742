"""Queries on an outbox.

A replica that delivers a message leases it: the row is invisible to others until `next_attempt_at`, and no transaction
stays open while the network is waited for. A replica that dies leaves messages that come due again when the lease ends.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Interval, Row, Table, bindparam, delete, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

_LONGEST_PAUSE_SECONDS = 3600


class Outbox:
    """One table of messages that wait for their delivery.

    Args:
        queue: has the columns `id`, `attempts` (deliveries that the receiver refused) and `next_attempt_at` (until then
            no other process may deliver it: the lease, or the pause after a refusal) and `traceparent` (of the
            request that the message comes from).
        contents: where the messages with these ids are; None where the queue holds them itself. Has `occurred_at` and
            `request_id`.
    """

    def __init__(self, queue: Table, contents: Table | None = None) -> None:
        # Built once: building a statement takes longer than the database does.
        self._lease = _lease_statement(queue, contents)
        of_these = queue.c.id.in_(bindparam("ids", expanding=True))
        self._remove = delete(queue).where(of_these)
        self._give_back = update(queue).where(of_these).values(next_attempt_at=func.now())
        pause = func.least(func.power(2, func.least(queue.c.attempts, 20)), _LONGEST_PAUSE_SECONDS)
        self._postpone = (
            update(queue)
            .where(of_these)
            .values(
                attempts=queue.c.attempts + 1,
                next_attempt_at=func.now() + func.make_interval(0, 0, 0, 0, 0, 0, pause),
            )
        )
        next_attempt = func.min(queue.c.next_attempt_at)
        self._wait = select(func.extract("epoch", next_attempt - func.clock_timestamp()))

    def lease(self, session: Session, limit: int, *, seconds: float) -> Sequence[Row[Any]]:
        """Take the messages that are due, oldest first, so that no other process delivers them.

        Args:
            session: the transaction to do it in.
            limit: how many at most.
            seconds: how long they are taken for.
        """
        values = {"most": limit, "lease": timedelta(seconds=seconds)}
        return sorted(session.execute(self._lease, values).all(), key=lambda row: row.occurred_at)

    def remove(self, session: Session, ids: Sequence[UUID]) -> None:
        """Forget messages that have arrived."""
        if ids:
            session.execute(self._remove, {"ids": ids})

    def give_back(self, session: Session, ids: Sequence[UUID]) -> None:
        """Make leased messages due at once: they were not even tried."""
        if ids:
            session.execute(self._give_back, {"ids": ids})

    def postpone(self, session: Session, ids: Sequence[UUID]) -> None:
        """Let messages that the receiver refuses wait, twice as long each time, at most an hour."""
        if ids:
            session.execute(self._postpone, {"ids": ids})

    def seconds_until_next(self, session: Session) -> float | None:
        """Return how long it is until a message comes due, or None when there is none."""
        wait = session.scalar(self._wait)
        return None if wait is None else max(0.0, float(wait))


def _lease_statement(queue: Table, contents: Table | None) -> ReturningUpdate[Any]:
    due = (
        select(queue.c.id)
        .where(queue.c.next_attempt_at <= func.now())
        .order_by(queue.c.next_attempt_at)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(queue)
        .where(queue.c.id.in_(due.scalar_subquery()))
        .values(next_attempt_at=func.now() + bindparam("lease", type_=Interval))
    )
    if contents is None:
        return statement.returning(*queue.c)
    return statement.where(contents.c.id == queue.c.id).returning(*contents.c, queue.c.attempts, queue.c.traceparent)
