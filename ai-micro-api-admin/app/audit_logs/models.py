"""The table `audit_events`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from service_kit.audit.tables import AUDIT_EVENTS
from service_kit.database.models import Base


class AuditEvent(Base):
    """One act of any service; insert-only. The service that it happened in chooses the id."""

    __table__ = AUDIT_EVENTS.to_metadata(Base.metadata)

    id: Mapped[UUID]
    service: Mapped[str]
    action: Mapped[str]
    result: Mapped[str]
    reason: Mapped[str | None]
    actor_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    target_type: Mapped[str | None]
    target_id: Mapped[str | None]
    ip_address: Mapped[str | None]
    request_id: Mapped[str | None]
    changes: Mapped[dict[str, Any]]
    occurrences: Mapped[int]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


# Of this service alone: the others only add events and deliver them.
Index(None, AuditEvent.__table__.c.request_id)
