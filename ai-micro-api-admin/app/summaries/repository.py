"""Queries of summaries."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.chunks.models import Chunk
from app.contents.models import Document, KnowledgeBase, Status


class SummaryRepository:
    """Reads what a summary is made of, and writes it, in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, knowledge_base_id: UUID) -> KnowledgeBase | None:
        """Return a knowledge base, or None, without a look at who may read it."""
        return self._session.get(KnowledgeBase, knowledge_base_id)

    def beginnings(self, knowledge_base_id: UUID, limit: int) -> list[tuple[str, str]]:
        """Return title and first passage of documents, those with the most text first."""
        statement = (
            select(Document.title, Chunk.document.label("text"))
            .join(Chunk, Chunk.document_id == Document.id)
            .where(
                Document.knowledge_base_id == knowledge_base_id,
                Document.status == Status.READY.value,
                Chunk.chunk_index == 0,
            )
            .order_by(Document.chunk_count.desc(), Document.created_at, Document.id)
            .limit(limit)
        )
        return [(row.title, row.text or "") for row in self._session.execute(statement)]

    def write(self, knowledge_base_id: UUID, summary: str, statistics: Mapping[str, Any], model: str) -> bool:
        """Store a summary; return True if the knowledge base still is there."""
        statement = (
            update(KnowledgeBase)
            .where(KnowledgeBase.id == knowledge_base_id)
            .values(
                meta_summary=summary,
                meta_statistics=dict(statistics),
                meta_summary_model=model,
                meta_summary_updated_at=func.now(),
            )
            .returning(KnowledgeBase.id)
            .execution_options(synchronize_session=False)
        )
        return self._session.scalar(statement) is not None
