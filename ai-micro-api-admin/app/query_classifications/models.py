"""The table `query_classifications`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base, UuidPrimaryKey


class QueryClassification(UuidPrimaryKey, Base):
    """How one question was understood, and how sure that is (0 to 1).

    `classification` has the two values that older releases read; `kind` says it in full, in rows of newer ones.
    """

    __tablename__ = "query_classifications"
    __table_args__ = (
        CheckConstraint("classification IN ('overview', 'content')", name="classification"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        Index(None, "knowledge_base_id", "created_at", "id"),
        Index(None, "asked_by", "created_at"),
    )

    knowledge_base_id: Mapped[UUID] = mapped_column(ForeignKey("knowledge_bases.id", ondelete="CASCADE"))
    asked_by: Mapped[UUID]
    query: Mapped[str] = mapped_column(Text)
    classification: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str | None] = mapped_column(String(20))
    confidence: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))

    @property
    def understood_as(self) -> str:
        """What kind of question it is."""
        return self.kind or self.classification
