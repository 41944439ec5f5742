"""The table `login_throttles`, which only the release before this one uses. A later contract revision drops it."""

from datetime import datetime

from sqlalchemy import DateTime, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base


class LoginThrottle(Base):
    """Failed logins with one email from one network since the window began; an email need not have an account."""

    __tablename__ = "login_throttles"

    email: Mapped[str] = mapped_column(String(320), primary_key=True)
    network: Mapped[str] = mapped_column(String(49), primary_key=True)
    failures: Mapped[int]
    window_started_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=text("now()"), index=True
    )
