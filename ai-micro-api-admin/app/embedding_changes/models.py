"""The tables `embedding_changes` and `new_chunk_vectors`."""

from datetime import datetime
from uuid import UUID

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base


class EmbeddingChange(Base):
    """A knowledge base that is to have the vectors of another model."""

    __tablename__ = "embedding_changes"
    __table_args__ = (Index(None, "requested_at"),)

    knowledge_base_id: Mapped[UUID] = mapped_column(
        ForeignKey("knowledge_bases.id", ondelete="CASCADE"), primary_key=True
    )
    provider: Mapped[str] = mapped_column(String(50))
    model: Mapped[str] = mapped_column(String(200))
    dimensions: Mapped[int]
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("clock_timestamp()"))
    # That of the first request for it; null where it came before revision 026.
    request_id: Mapped[str | None] = mapped_column(String(64))
    # The chunks up to this one have new vectors, but for those that were added or changed meanwhile.
    done_up_to: Mapped[str | None]
    # Why the last vectors could not be made; they are tried again.
    error: Mapped[str | None] = mapped_column(Text)
    claimed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def embedding(self) -> dict[str, object]:
        """Which model makes the new vectors."""
        return {"provider": self.provider, "model": self.model, "dimensions": self.dimensions}


class NewChunkVector(Base):
    """The vector that a chunk gets when all chunks of its knowledge base have one.

    A trigger on `langchain_pg_embedding` deletes it where the chunk's text is changed.
    """

    __tablename__ = "new_chunk_vectors"

    chunk_id: Mapped[str] = mapped_column(ForeignKey("langchain_pg_embedding.id", ondelete="CASCADE"), primary_key=True)
    embedding: Mapped[list[float]] = mapped_column(VECTOR)
