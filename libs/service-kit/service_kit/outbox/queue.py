"""Queries on an outbox.

A replica that delivers a message leases it: the row is invisible to others until `next_attempt_at`, and no transaction
stays open while the network is waited for. A replica that dies leaves messages that come due again when the lease ends.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Table, delete, func, select, update
from sqlalchemy.orm import Session

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
        self._queue = queue
        self._contents = contents

    def lease(self, session: Session, limit: int, *, seconds: float) -> Sequence[Row[Any]]:
        """Take the messages that are due, oldest first, so that no other process delivers them.

        Args:
            session: the transaction to do it in.
            limit: how many at most.
            seconds: how long they are taken for.
        """
        queue, contents = self._queue.c, self._contents
        due = (
            select(queue.id)
            .where(queue.next_attempt_at <= func.now())
            .order_by(queue.next_attempt_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(self._queue)
            .where(queue.id.in_(due.scalar_subquery()))
            .values(next_attempt_at=func.now() + timedelta(seconds=seconds))
        )
        if contents is None:
            rows = session.execute(statement.returning(*queue)).all()
        else:
            statement = statement.where(contents.c.id == queue.id)
            rows = session.execute(statement.returning(*contents.c, queue.attempts, queue.traceparent)).all()
        return sorted(rows, key=lambda row: row.occurred_at)

    def remove(self, session: Session, ids: Sequence[UUID]) -> None:
        """Forget messages that have arrived."""
        if ids:
            session.execute(delete(self._queue).where(self._queue.c.id.in_(ids)))

    def give_back(self, session: Session, ids: Sequence[UUID]) -> None:
        """Make leased messages due at once: they were not even tried."""
        if ids:
            session.execute(update(self._queue).where(self._queue.c.id.in_(ids)).values(next_attempt_at=func.now()))

    def postpone(self, session: Session, ids: Sequence[UUID]) -> None:
        """Let messages that the receiver refuses wait, twice as long each time, at most an hour."""
        if ids:
            attempts = self._queue.c.attempts
            pause = func.least(func.power(2, func.least(attempts, 20)), _LONGEST_PAUSE_SECONDS)
            session.execute(
                update(self._queue)
                .where(self._queue.c.id.in_(ids))
                .values(
                    attempts=attempts + 1,
                    next_attempt_at=func.now() + func.make_interval(0, 0, 0, 0, 0, 0, pause),
                )
            )

    def seconds_until_next(self, session: Session) -> float | None:
        """Return how long it is until a message comes due, or None when there is none."""
        next_attempt = func.min(self._queue.c.next_attempt_at)
        wait = session.scalar(select(func.extract("epoch", next_attempt - func.clock_timestamp())))
        return None if wait is None else max(0.0, float(wait))
