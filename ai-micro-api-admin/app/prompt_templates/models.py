"""The table `prompt_templates`."""

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
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
