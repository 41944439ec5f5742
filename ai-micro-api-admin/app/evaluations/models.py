"""The tables `evaluations`, `evaluation_questions` and `evaluation_runs`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service_kit.database.models import Base, Timestamps, UuidPrimaryKey


class Evaluation(UuidPrimaryKey, Timestamps, Base):
    """A set of questions about one knowledge base."""

    __tablename__ = "evaluations"
    __table_args__ = (Index(None, "knowledge_base_id"), Index(None, "created_at", "id"))

    knowledge_base_id: Mapped[UUID] = mapped_column(ForeignKey("knowledge_bases.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    question_count: Mapped[int]
    created_by: Mapped[UUID]


class EvaluationQuestion(Base):
    """A question, and the documents that should be found: by id, title or file name; none where nothing should."""

    __tablename__ = "evaluation_questions"

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question: Mapped[str] = mapped_column(Text)
    expected: Mapped[list[str]] = mapped_column(ARRAY(Text))


class EvaluationRun(UuidPrimaryKey, Base):
    """One run over the questions, with the settings that it was made with and what came of it."""

    __tablename__ = "evaluation_runs"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'running', 'done', 'failed')", name="state"),
        Index(None, "evaluation_id", "created_at", "id"),
        Index(
            "ix_evaluation_runs_unfinished",
            "created_at",
            postgresql_where=text("state IN ('pending', 'running')"),
        ),
    )

    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("evaluations.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(10), server_default=text("'pending'"))
    modes: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    settings: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    results: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    error: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    claimed_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
