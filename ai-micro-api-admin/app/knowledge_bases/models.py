"""The table `knowledge_bases`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.models import Base, Timestamps, UuidPrimaryKey


class KnowledgeBase(UuidPrimaryKey, Timestamps, Base):
    """A set of documents that is searched together, with one embedding model for all of it."""

    __tablename__ = "knowledge_bases"
    __table_args__ = (
        CheckConstraint("visibility IN ('private', 'shared')", name="visibility"),
        CheckConstraint("char_length(description) <= 10000", name="description_length"),
        UniqueConstraint("langchain_collection_id"),
        Index(None, "created_at", "id"),
    )

    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    visibility: Mapped[str] = mapped_column(String(10), server_default=text("'private'"))
    owner_id: Mapped[UUID]
    embedding_provider: Mapped[str] = mapped_column(String(50))
    embedding_model: Mapped[str] = mapped_column(String(200))
    embedding_dimensions: Mapped[int]
    langchain_collection_id: Mapped[UUID] = mapped_column(ForeignKey("langchain_pg_collection.uuid"))
    meta_summary: Mapped[str | None] = mapped_column(Text)
    meta_statistics: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    meta_summary_model: Mapped[str | None] = mapped_column(String(200))
    meta_summary_updated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def embedding(self) -> dict[str, object]:
        """Which model made the vectors of this knowledge base."""
        return {
            "provider": self.embedding_provider,
            "model": self.embedding_model,
            "dimensions": self.embedding_dimensions,
        }
