"""The table `notes`."""

from uuid import UUID

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base, Timestamps, UuidPrimaryKey


class Note(UuidPrimaryKey, Timestamps, Base):
    """A note; its owner is an account, the `sub` of their tokens."""

    __tablename__ = "notes"
    __table_args__ = (Index(None, "owner_id", "created_at", "id"),)

    owner_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
