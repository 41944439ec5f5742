"""The table `login_logs`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base


class LoginLog(Base):
    """One login attempt; the auth service chooses the id, so that a delivery can be repeated.

    Attempts that a limit refused share a row: `occurrences` says how many, and `ip_address` is their network and
    `request_id` the first one's. It is null in attempts that came before revision 022.
    """

    __tablename__ = "login_logs"
    __table_args__ = (Index(None, "occurred_at", "id"), Index(None, "request_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID | None]
    email: Mapped[str] = mapped_column(String(320))
    succeeded: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(100))
    ip_address: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(String(1000))
    occurrences: Mapped[int] = mapped_column(server_default=text("1"))
    request_id: Mapped[str | None] = mapped_column(String(64))
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
