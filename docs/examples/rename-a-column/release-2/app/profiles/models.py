"""The table `profiles`."""

from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base, Timestamps


class Profile(Timestamps, Base):
    """A user's profile; the key is the account's id, the `sub` of their tokens."""

    __tablename__ = "profiles"
    __table_args__ = (Index(None, "created_at", "user_id"),)

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(String(320))
    first_name: Mapped[str | None] = mapped_column("given_name", String(100), key="first_name")
    last_name: Mapped[str | None] = mapped_column(String(100))
    display_name: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(16))
    locale: Mapped[str | None] = mapped_column(String(35))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    bio: Mapped[str | None] = mapped_column(String(2000))
