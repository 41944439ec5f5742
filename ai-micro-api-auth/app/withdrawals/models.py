"""The table `withdrawals`."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base


class Kind(StrEnum):
    """What was withdrawn."""

    SESSION = "session"
    ACCOUNT = "account"


class Withdrawal(Base):
    """A session that ended, or an account whose tokens from before a moment are good no more.

    Without a foreign key: it outlives what it names, for as long as an access token can.
    """

    __tablename__ = "withdrawals"
    __table_args__ = (CheckConstraint("kind IN ('session', 'account')", name="kind"),)

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    withdrawn_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"), index=True)
