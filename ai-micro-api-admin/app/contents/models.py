"""The tables `knowledge_bases`, `collections`, `documents`, `document_renewals`, and those with the parts of files."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service_kit.database.models import Base, Timestamps, UuidPrimaryKey

DEFAULT_NAME = "未分類"
"""Name of the collection that is made with a knowledge base."""

INDEX_AGAIN = 0
"""`Document.index_version` of a document whose terms are behind its title."""


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


class Collection(UuidPrimaryKey, Timestamps, Base):
    """A folder of a knowledge base; one of them is the default, made with the knowledge base."""

    __tablename__ = "collections"
    __table_args__ = (
        CheckConstraint("char_length(description) <= 10000", name="description_length"),
        UniqueConstraint("knowledge_base_id", "name"),
        # For the foreign key of documents, which keeps a document and its collection in one knowledge base.
        UniqueConstraint("id", "knowledge_base_id"),
        Index("uq_collections_default", "knowledge_base_id", unique=True, postgresql_where=text("is_default")),
    )

    knowledge_base_id: Mapped[UUID] = mapped_column(ForeignKey("knowledge_bases.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str | None] = mapped_column(Text)
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))


class Status(StrEnum):
    """Where a document is on its way from upload to search."""

    PENDING = "pending"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


class Step(StrEnum):
    """What is being done with a document that is `processing`."""

    READING = "reading"
    EMBEDDING = "embedding"
    STORING = "storing"


UNFINISHED = (Status.PENDING.value, Status.PROCESSING.value)


class Document(UuidPrimaryKey, Timestamps, Base):
    """An uploaded file.

    `attempts`, `lease_token`, `lease_expires_at`, `progress` and `step` belong to `app.processing.leasing` alone. Its
    shown state is that of its renewal while one waits or is in work; what it was before is found until then.
    """

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'processing', 'ready', 'failed')", name="status"),
        ForeignKeyConstraint(
            ["collection_id", "knowledge_base_id"], ["collections.id", "collections.knowledge_base_id"]
        ),
        UniqueConstraint("knowledge_base_id", "content_hash"),
        Index(None, "knowledge_base_id", "created_at", "id"),
        Index(None, "collection_id", "created_at", "id"),
        Index(
            "ix_documents_unfinished",
            "created_at",
            postgresql_where=text("status IN ('pending', 'processing')"),
        ),
        Index(None, "index_version", postgresql_where=text("status = 'ready'")),
        Index(None, "tags", postgresql_using="gin"),
    )

    knowledge_base_id: Mapped[UUID] = mapped_column(ForeignKey("knowledge_bases.id", ondelete="CASCADE"))
    collection_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(String(255))
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    content_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(10), server_default=text("'pending'"))
    error: Mapped[str | None] = mapped_column(Text)
    # Null where it failed before revision 027.
    error_code: Mapped[str | None] = mapped_column(String(50))
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    chunk_count: Mapped[int] = mapped_column(server_default=text("0"))
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    # `app.text.terms.INDEX_VERSION` when its chunks were indexed. An earlier release leaves the default, and a change
    # of the title sets INDEX_AGAIN: a worker indexes what is behind again (app.processing.indexing).
    index_version: Mapped[int] = mapped_column(SmallInteger, server_default=text("1"))
    uploaded_by: Mapped[UUID]
    # That of the upload, or of the last retry; null where it came before revision 024.
    request_id: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    lease_token: Mapped[UUID | None]
    lease_expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    progress: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    step: Mapped[str | None] = mapped_column(String(10))
    renewal: Mapped["Renewal | None"] = relationship(lazy="joined", viewonly=True)

    @property
    def shown_status(self) -> Status:
        """The state of the renewal that is under way, else the document's own."""
        return Status((self._under_way or self).status)

    @property
    def shown_progress(self) -> int:
        """How far processing is, in percent."""
        match self.shown_status:
            case Status.READY:
                return 100
            case Status.PROCESSING:
                return (self._under_way or self).progress
        return 0

    @property
    def shown_step(self) -> str | None:
        """What processing does at this moment, or None."""
        return (self._under_way or self).step if self.shown_status is Status.PROCESSING else None

    @property
    def shown_error(self) -> str | None:
        """Why the last processing failed, unless it is under way again."""
        if self.shown_status in UNFINISHED:
            return None
        return self.error if self.renewal is None else self.renewal.error

    @property
    def shown_error_code(self) -> str | None:
        """The code of that reason."""
        if self.shown_status in UNFINISHED:
            return None
        return self.error_code if self.renewal is None else self.renewal.error_code

    @property
    def _under_way(self) -> "Renewal | None":
        return self.renewal if self.renewal is not None and self.renewal.status in UNFINISHED else None


class Renewal(UuidPrimaryKey, Base):
    """A document that is to be processed again, from its own file or from one that is to replace it.

    The document stays as it is, and is found, until what comes of this takes its place in one transaction. A row that
    failed keeps the reason, until the next one. Nothing here is known to releases before revision 018.
    """

    __tablename__ = "document_renewals"
    __table_args__ = (
        CheckConstraint("status IN ('pending', 'processing', 'failed')", name="status"),
        UniqueConstraint("document_id"),
        Index(
            "ix_document_renewals_unfinished",
            "created_at",
            postgresql_where=text("status IN ('pending', 'processing')"),
        ),
    )

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"))
    # Of the file that replaces the document's; without it, the document's own is read again.
    file_name: Mapped[str | None] = mapped_column(String(255))
    media_type: Mapped[str | None] = mapped_column(String(100))
    size_bytes: Mapped[int | None] = mapped_column(BigInteger)
    content_hash: Mapped[str | None] = mapped_column(String(64))
    requested_by: Mapped[UUID]
    request_id: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    status: Mapped[str] = mapped_column(String(10), server_default=text("'pending'"))
    error: Mapped[str | None] = mapped_column(Text)
    error_code: Mapped[str | None] = mapped_column(String(50))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    lease_token: Mapped[UUID | None]
    lease_expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    progress: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    step: Mapped[str | None] = mapped_column(String(10))


class RenewalPart(Base):
    """A part of the file that is to replace a document's, numbered from 0."""

    __tablename__ = "document_renewal_parts"

    renewal_id: Mapped[UUID] = mapped_column(ForeignKey("document_renewals.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DocumentPart(Base):
    """A part of a document's file, numbered from 0."""

    __tablename__ = "document_parts"

    document_id: Mapped[UUID] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)
