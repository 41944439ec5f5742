"""Queries of chat."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from app.chunks.models import Chunk
from app.contents.access import readable
from app.contents.models import Document, KnowledgeBase, Status
from service_kit.tokens.verification import Subject


def texts(connection: Connection, chunk_ids: Sequence[str], subject: Subject) -> dict[str, str]:
    """Return the whole texts of chunks by their ids; of those alone that a subject may read at this moment."""
    statement = (
        select(Chunk.id, Chunk.document)
        .join(Document, Document.id == Chunk.document_id)
        .join(KnowledgeBase, KnowledgeBase.id == Document.knowledge_base_id)
        .where(Chunk.id.in_(chunk_ids), Document.status == Status.READY.value, readable(subject))
    )
    return {row.id: row.document or "" for row in connection.execute(statement)}
