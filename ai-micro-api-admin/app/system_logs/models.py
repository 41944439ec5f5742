"""The table `system_logs`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base, UuidPrimaryKey


class SystemLog(UuidPrimaryKey, Base):
    """One event; `actor_id` is the account that caused it, or null where the service acted by itself.

    `request_id` is that of the request that caused it, which a worker knows of since revision 024, and null in entries
    of releases before revision 022.
    """

    __tablename__ = "system_logs"
    __table_args__ = (
        CheckConstraint("level IN ('info', 'warning', 'error')", name="level"),
        Index(None, "created_at", "id"),
        Index(None, "request_id"),
    )

    level: Mapped[str] = mapped_column(String(10))
    event: Mapped[str] = mapped_column(String(100))
    message: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    request_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
