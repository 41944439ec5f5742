"""The table `collections`."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.models import Base, Timestamps, UuidPrimaryKey

DEFAULT_NAME = "未分類"


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
