"""The tables `chat_sessions` and `chat_messages`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from service_kit.database.models import Base, Timestamps, UuidPrimaryKey


class ChatMessage(UuidPrimaryKey, Base):
    """A question, or the answer to it. `template_id` and `template_version` outlive the template."""

    __tablename__ = "chat_messages"
    __table_args__ = (
        CheckConstraint("role IN ('user', 'assistant')", name="role"),
        CheckConstraint("state IN ('complete', 'stopped', 'failed')", name="state"),
        CheckConstraint("rating IN ('up', 'down')", name="rating"),
        UniqueConstraint("session_id", "position"),
    )

    session_id: Mapped[UUID] = mapped_column(ForeignKey("chat_sessions.id", ondelete="CASCADE"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(10))
    content: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), server_default=text("'complete'"))
    citations: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    classification: Mapped[str | None] = mapped_column(String(20))
    model: Mapped[str | None] = mapped_column(String(200))
    template_id: Mapped[UUID | None]
    template_version: Mapped[int | None]
    rating: Mapped[str | None] = mapped_column(String(10))
    comment: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class ChatSession(UuidPrimaryKey, Timestamps, Base):
    """A conversation of one account with one knowledge base; `updated_at` is when it was last used."""

    __tablename__ = "chat_sessions"
    __table_args__ = (Index(None, "user_id", "updated_at", "id"), Index(None, "knowledge_base_id"))

    user_id: Mapped[UUID]
    knowledge_base_id: Mapped[UUID] = mapped_column(ForeignKey("knowledge_bases.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(200))
    messages: Mapped[list[ChatMessage]] = relationship(order_by=ChatMessage.position, viewonly=True)
