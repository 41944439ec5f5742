"""The numbers of a knowledge base, counted."""

from typing import Any
from uuid import UUID

from pydantic import ByteSize
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.contents.models import Collection, Document, KnowledgeBase, Status
from app.summaries.models import StaleSummary


def count(session: Session, knowledge_base_id: UUID) -> dict[str, Any]:
    """Return the numbers of a knowledge base, as `meta_statistics` holds them."""
    ready = func.count().filter(Document.status == Status.READY.value)
    failed = func.count().filter(Document.status == Status.FAILED.value)
    documents = session.execute(
        select(
            func.count().label("documents"),
            ready.label("ready"),
            failed.label("failed"),
            func.coalesce(func.sum(Document.chunk_count), 0).label("chunks"),
            func.coalesce(func.sum(Document.size_bytes), 0).label("size_bytes"),
            func.max(Document.created_at).label("newest"),
        ).where(Document.knowledge_base_id == knowledge_base_id)
    ).one()
    kinds = session.execute(
        select(Document.media_type, func.count().label("documents"))
        .where(Document.knowledge_base_id == knowledge_base_id)
        .group_by(Document.media_type)
        .order_by(Document.media_type)
    ).all()
    collections = session.execute(
        select(func.count().label("collections")).where(Collection.knowledge_base_id == knowledge_base_id)
    ).scalar_one()
    return {
        "documents": documents.documents,
        "ready": documents.ready,
        "failed": documents.failed,
        "collections": collections,
        "chunks": int(documents.chunks),
        "size_bytes": int(documents.size_bytes),
        "media_types": {row.media_type: row.documents for row in kinds},
        "newest_document_at": documents.newest.isoformat() if documents.newest else None,
    }


def current(session: Session, knowledge_base_id: UUID) -> dict[str, Any]:
    """Return `meta_statistics`, or the numbers counted now where these are stale or were never made."""
    statement = (
        select(KnowledgeBase.meta_statistics)
        .outerjoin(StaleSummary, StaleSummary.knowledge_base_id == KnowledgeBase.id)
        .where(KnowledgeBase.id == knowledge_base_id, StaleSummary.since.is_(None))
    )
    return session.scalar(statement) or count(session, knowledge_base_id)


def worded(template: str, name: str, numbers: dict[str, Any]) -> str:
    """Return the numbers as a sentence.

    Args:
        template: the sentence, with the names of numbers in braces.
        name: of the knowledge base.
        numbers: as `count` gives them.
    """
    size = ByteSize(numbers["size_bytes"]).human_readable(decimal=True, separator=" ")
    return template.format(name=name, size=size, **numbers)
