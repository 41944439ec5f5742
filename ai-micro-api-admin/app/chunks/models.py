"""The LangChain tables, as `langchain_postgres.PGVector` 0.0.19 expects them, with the columns that search adds.

The columns from `document_id` on are ours; LangChain neither reads nor writes them.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import VECTOR
from sqlalchemy import DateTime, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSON, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base, UuidPrimaryKey


class LangchainCollection(Base):
    """LangChain's collection: one for each knowledge base (not one of our collections)."""

    __tablename__ = "langchain_pg_collection"
    __table_args__ = (UniqueConstraint("name"),)

    uuid: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    name: Mapped[str] = mapped_column(String)
    cmetadata: Mapped[dict[str, Any] | None] = mapped_column(JSON)


REPEATED = "repeated"
"""Key of a chunk's metadata: the characters at its beginning that come earlier in the document."""


class Chunk(Base):
    """A piece of a document with its vector. The id is a UUID of our own as text: LangChain's ids are global."""

    __tablename__ = "langchain_pg_embedding"
    __table_args__ = (
        Index(
            "ix_cmetadata_gin",
            "cmetadata",
            postgresql_using="gin",
            postgresql_ops={"cmetadata": "jsonb_path_ops"},
        ),
        Index(None, "collection_id"),
        Index(None, "document_id", "chunk_index", unique=True),
        Index(None, "lexemes", postgresql_using="gin"),
    )

    id: Mapped[str] = mapped_column(String, primary_key=True)
    collection_id: Mapped[UUID | None] = mapped_column(ForeignKey("langchain_pg_collection.uuid", ondelete="CASCADE"))
    embedding: Mapped[list[float] | None] = mapped_column(VECTOR)
    document: Mapped[str | None] = mapped_column(String)
    cmetadata: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    chunk_index: Mapped[int | None]
    lexemes: Mapped[str | None] = mapped_column(TSVECTOR)


class ChunkCorrection(UuidPrimaryKey, Base):
    """What a person wrote in the place of a chunk's text; `cmetadata.correction_id` of the chunk names it."""

    __tablename__ = "chunk_corrections"
    __table_args__ = (Index(None, "document_id"),)

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    original: Mapped[str] = mapped_column(Text)
    corrected_by: Mapped[UUID]
    corrected_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    text: Mapped[str] = mapped_column(Text)


class TermFrequency(Base):
    """In how many chunks of a knowledge base a term occurs."""

    __tablename__ = "term_frequencies"

    knowledge_base_id: Mapped[UUID] = mapped_column(
        ForeignKey("knowledge_bases.id", ondelete="CASCADE"), primary_key=True
    )
    term: Mapped[str] = mapped_column(Text, primary_key=True)
    chunk_count: Mapped[int]
