"""Writes and lists the system log."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.system_logs.events import Event
from app.system_logs.models import SystemLog
from service_kit.lists.filters import equals
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains

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
    ) -> None:
        """Add an entry.

        Args:
            event: what happened.
            message: a sentence for a person.
            level: `info`, `warning` or `error`.
            actor_id: the account that caused it; None where the service acted by itself.
            details: what a program may want to know; values that JSON can hold.
        """
        self._session.add(
            SystemLog(level=level, event=event, message=message, actor_id=actor_id, details=dict(details or {}))
        )

    def page(
        self, text: str | None, page: PageRequest, *, level: Level | None = None, event: Event | None = None
    ) -> Slice[SystemLog]:
        """Return a page of entries, newest first, of one level or event where that is asked for.

        With a text, of those whose message contains it.
        """
        statement = select(SystemLog).where(
            contains(text, SystemLog.message), equals(SystemLog.level, level), equals(SystemLog.event, event)
        )
        return paginate(self._session, statement, page, created_at=SystemLog.created_at, key=SystemLog.id)
