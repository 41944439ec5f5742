"""The table `published_keys`."""

from datetime import datetime

from sqlalchemy import DateTime, String, text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base


class PublishedKey(Base):
    """A signing key that a replica publishes: its id alone. The keys themselves are files."""

    __tablename__ = "published_keys"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
