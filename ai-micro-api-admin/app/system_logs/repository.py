"""Writes and lists the system log."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.system_logs.events import Event
from app.system_logs.models import SystemLog
from service_kit.lists.filters import equals
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains
from service_kit.observability import origin

Level = Literal["info", "warning", "error"]


class SystemLogRepository:
    """The system log, in a session: an entry exists exactly when what it tells of was committed."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def record(
        self,
        event: Event,
        message: str,
        *,
        level: Level = "info",
        actor_id: UUID | None = None,
        details: Mapping[str, Any] | None = None,
        request_id: str | None = None,
    ) -> None:
        """Add an entry.

        Args:
            event: what happened.
            message: a sentence for a person.
            level: `info`, `warning` or `error`.
            actor_id: the account that caused it; None where the service acted by itself.
            details: what a program may want to know; values that JSON can hold.
            request_id: of the request that a worker's work was asked for by; else it is that which is being answered.
        """
        self._session.add(
            SystemLog(
                level=level,
                event=event,
                message=message,
                actor_id=actor_id,
                details=dict(details or {}),
                request_id=request_id or origin.current().request_id,
            )
        )

    def page(
        self,
        text: str | None,
        page: PageRequest,
        *,
        level: Level | None = None,
        event: Event | None = None,
        request_id: str | None = None,
    ) -> Slice[SystemLog]:
        """Return a page of entries, newest first, of one level, event or request where that is asked for.

        With a text, of those whose message contains it.
        """
        statement = select(SystemLog).where(
            contains(text, SystemLog.message),
            equals(SystemLog.level, level),
            equals(SystemLog.event, event),
            equals(SystemLog.request_id, request_id),
        )
        return paginate(self._session, statement, page, created_at=SystemLog.created_at, key=SystemLog.id)

    def of_request(self, request_id: str, *, limit: int) -> Sequence[SystemLog]:
        """Return the first entries that a request caused, oldest first."""
        statement = select(SystemLog).where(SystemLog.request_id == request_id)
        return self._session.scalars(statement.order_by(SystemLog.created_at, SystemLog.id).limit(limit)).all()
