"""Queries on audit events."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit_logs.models import AuditEvent
from app.audit_logs.schemas import AuditFilter
from service_kit.database.models import table_of
from service_kit.lists.pagination import PageRequest, Slice, paginate

Position = tuple[datetime, UUID]

_ADD = insert(table_of(AuditEvent)).on_conflict_do_nothing()


class AuditEventRepository:
    """Reads and adds audit events in a session; there is no way to change one."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, fields: Mapping[str, Any]) -> tuple[AuditEvent, bool]:
        """Insert an event, unless it is there already.

        Returns:
            The event as it is stored, and whether it is new.
        """
        statement = insert(AuditEvent).values(**fields).on_conflict_do_nothing().returning(AuditEvent)
        added = self._session.scalars(statement).one_or_none()
        if added is not None:
            return added, True
        return self._session.get_one(AuditEvent, fields["id"]), False

    def add_all(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert events, except those that are there already."""
        self._session.execute(_ADD, rows)

    def page(self, wanted: AuditFilter, page: PageRequest) -> Slice[AuditEvent]:
        """Return a page of events, the latest first."""
        return paginate(self._session, _matching(wanted), page, created_at=AuditEvent.occurred_at, key=AuditEvent.id)

    def following(self, wanted: AuditFilter, after: Position | None, limit: int) -> Sequence[AuditEvent]:
        """Return events in the order in which they happened, from a position on."""
        statement = _matching(wanted)
        if after is not None:
            statement = statement.where(tuple_(AuditEvent.occurred_at, AuditEvent.id) > tuple_(*after))
        statement = statement.order_by(AuditEvent.occurred_at, AuditEvent.id).limit(limit)
        return self._session.scalars(statement).all()

    def of_request(self, request_id: str, *, limit: int) -> Sequence[AuditEvent]:
        """Return the first events of a request, oldest first."""
        return self.following(AuditFilter(request_id=request_id), None, limit)


def _matching(wanted: AuditFilter) -> Select[AuditEvent]:
    statement = select(AuditEvent)
    for name, value in asdict(wanted).items():
        if value is None:
            continue
        if name == "since":
            statement = statement.where(AuditEvent.occurred_at >= value)
        elif name == "until":
            statement = statement.where(AuditEvent.occurred_at < value)
        else:
            statement = statement.where(getattr(AuditEvent, name) == value)
    return statement
