"""The tables `prompt_templates` and `prompt_template_versions`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base, Timestamps, UuidPrimaryKey


class PromptTemplate(UuidPrimaryKey, Timestamps, Base):
    """A prompt with places in braces that are filled in before it is sent to a model."""

    __tablename__ = "prompt_templates"
    __table_args__ = (
        CheckConstraint("purpose IN ('answer', 'summary')", name="purpose"),
        UniqueConstraint("name"),
        Index(None, "created_at", "id"),
    )

    name: Mapped[str] = mapped_column(String(100))
    purpose: Mapped[str] = mapped_column(String(20))
    description: Mapped[str | None] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    version: Mapped[int] = mapped_column(server_default=text("1"))


class PromptTemplateVersion(Base):
    """What a template was before it was changed; the present version is the template itself."""

    __tablename__ = "prompt_template_versions"

    template_id: Mapped[UUID] = mapped_column(ForeignKey("prompt_templates.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    description: Mapped[str | None] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    replaced_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    replaced_by: Mapped[UUID]
