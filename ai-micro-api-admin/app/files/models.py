"""The table `stored_files`: what may be in the object store."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, String, and_, text
from sqlalchemy.orm import Mapped, mapped_column

from app.contents.models import Document
from service_kit.database.models import Base


class State(StrEnum):
    """What is known of an object."""

    WRITING = "writing"
    """It may be there, whole or not: the file is in PostgreSQL."""
    STORED = "stored"
    """It was read back and is the file, which PostgreSQL no longer has."""
    DISCARDED = "discarded"
    """It is to be deleted: the file is in PostgreSQL, or of no document."""


class StoredFile(Base):
    """An object that may be in the store; without a foreign key, because it has to outlive its document.

    What identifies it is a document and its content, so one that is replaced, by a release before revision 021 too,
    never points at the file that it had.
    """

    __tablename__ = "stored_files"
    __table_args__ = (CheckConstraint("state IN ('writing', 'stored', 'discarded')", name="state"),)

    document_id: Mapped[UUID] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


IS_FILE_OF_DOCUMENT = and_(
    StoredFile.document_id == Document.id,
    StoredFile.content_hash == Document.content_hash,
    StoredFile.size_bytes == Document.size_bytes,
)
"""Joins a document and the object of the file that it has now."""
