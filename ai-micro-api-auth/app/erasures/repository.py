"""The outbox of erasures, and what is put into it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, insert
from sqlalchemy.orm import Session

from app.erasures.models import AccountErasure
from service_kit.database.models import table_of
from service_kit.observability import origin
from service_kit.outbox.queue import Outbox

OUTBOX = Outbox(table_of(AccountErasure))


class ErasureRepository:
    """Adds erasures in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, user_id: UUID, services: Sequence[str], *, after_seconds: float) -> None:
        """Put the erasure of an account into the outbox, once for each service.

        Args:
            user_id: the account.
            services: their names.
            after_seconds: how long it waits before it is delivered.
        """
        if not services:
            return
        statement = insert(AccountErasure).values(next_attempt_at=func.now() + timedelta(seconds=after_seconds))
        came_from = origin.current()
        shared = {"user_id": user_id, "request_id": came_from.request_id, "traceparent": came_from.traceparent}
        self._session.execute(statement, [{**shared, "service": name} for name in services])
