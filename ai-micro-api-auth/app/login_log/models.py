"""The table `login_events`, the outbox."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base, UuidPrimaryKey


class LoginEvent(UuidPrimaryKey, Base):
    """A login attempt on its way to the admin service; deleted once it has arrived.

    Attempts that were refused unchecked share an event; `occurrences` says how many they were, and `ip_address` is
    their network.
    `attempts` counts deliveries that the receiver refused. Until `next_attempt_at` no other process may deliver it:
    that is the lease of the replica that is at it, or the pause after a refusal.
    """

    __tablename__ = "login_events"

    user_id: Mapped[UUID | None]
    email: Mapped[str] = mapped_column(String(320))
    succeeded: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(50))
    ip_address: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(String(512))
    request_id: Mapped[str | None] = mapped_column(String(64))
    traceparent: Mapped[str | None] = mapped_column(String(55))
    occurrences: Mapped[int] = mapped_column(server_default=text("1"))
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"), index=True)
