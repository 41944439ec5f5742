"""The table `account_erasures`, an outbox."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base, UuidPrimaryKey


class AccountErasure(UuidPrimaryKey, Base):
    """A deleted account that one service does not know of yet; the row goes when it does.

    `attempts` and `next_attempt_at` belong to `service_kit.outbox`; `request_id` and `traceparent` are those of the
    request that deleted the account.
    """

    __tablename__ = "account_erasures"

    user_id: Mapped[UUID]
    service: Mapped[str] = mapped_column(String(100))
    request_id: Mapped[str | None] = mapped_column(String(64))
    traceparent: Mapped[str | None] = mapped_column(String(55))
    occurred_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_attempt_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"), index=True)
