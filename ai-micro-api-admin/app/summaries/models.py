"""The table `stale_summaries`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base


class StaleSummary(Base):
    """A knowledge base whose summary is to be made again: its documents have changed, or it was asked for.

    A table of its own and no column: a mark must change neither the knowledge base's row nor its ETag.
    """

    __tablename__ = "stale_summaries"

    knowledge_base_id: Mapped[UUID] = mapped_column(
        ForeignKey("knowledge_bases.id", ondelete="CASCADE"), primary_key=True
    )
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    claimed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
