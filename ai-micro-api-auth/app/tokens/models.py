"""The table `refresh_token_families`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base, Timestamps, UuidPrimaryKey


class RefreshTokenFamily(UuidPrimaryKey, Timestamps, Base):
    """What one sign-in led to: the chain of refresh tokens of which only the newest is good.

    A row is a session, a signed-in client; ending it deletes it. `selector` is the part of each token that finds the
    row, `token_hash` the SHA-256 of the newest token, `successor_nonce` what that was made with out of the one before.
    Only a refresh updates a row, so `updated_at` is when the session was last used, and `user_agent` and `network` are
    those of that moment.
    """

    __tablename__ = "refresh_token_families"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    selector: Mapped[UUID] = mapped_column(unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    successor_nonce: Mapped[bytes | None] = mapped_column(LargeBinary)
    rotated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    user_agent: Mapped[str | None] = mapped_column(String(512))
    network: Mapped[str | None] = mapped_column(String(49))
