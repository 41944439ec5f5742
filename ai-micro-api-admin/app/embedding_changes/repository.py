"""Queries of changes of the embedding model."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import Row, Text, bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from app.chunks.models import Chunk
from app.contents.models import Document, KnowledgeBase, Renewal, Status
from app.embedding_changes.models import EmbeddingChange, NewChunkVector
from app.embeddings.provider import EmbeddingProvider
from service_kit.observability import origin

Batch: TypeAlias = Sequence[Row[str, str | None]]
"""Ids and texts of chunks."""

# Only of chunks that are there and have the text that the vector was made of; a change of the text that is under way is
# waited for. Another worker may have been faster.
_KEEP = text(
    """
    INSERT INTO new_chunk_vectors (chunk_id, embedding)
    SELECT c.id, n.embedding::vector
    FROM unnest(:ids, :texts, :vectors) AS n (id, text, embedding)
    JOIN langchain_pg_embedding c ON c.id = n.id AND c.document = n.text
    FOR SHARE OF c
    ON CONFLICT (chunk_id) DO NOTHING
    """
).bindparams(*(bindparam(name, type_=ARRAY(Text())) for name in ("ids", "texts", "vectors")))
_SWAP = text(
    """
    UPDATE langchain_pg_embedding c SET embedding = n.embedding
    FROM new_chunk_vectors n
    WHERE n.chunk_id = c.id AND c.collection_id = :collection_id
    """
)


class EmbeddingChangeRepository:
    """Reads and writes the changes that are under way, and the new vectors."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def request(self, knowledge_base: KnowledgeBase, provider: EmbeddingProvider) -> EmbeddingChange:
        """Begin a change; one to another model ends, and what it made is gone. The same one goes on."""
        under_way = self._session.get(EmbeddingChange, knowledge_base.id, with_for_update=True)
        if under_way is not None and under_way.provider == provider.name and under_way.model == provider.model:
            return under_way
        self.end(knowledge_base)
        fields = {
            "provider": provider.name,
            "model": provider.model,
            "dimensions": provider.dimensions,
            "request_id": origin.current().request_id,
        }
        # Two requests at once: the later one is what counts.
        self._session.execute(
            insert(EmbeddingChange)
            .values(knowledge_base_id=knowledge_base.id, **fields)
            .on_conflict_do_update(index_elements=["knowledge_base_id"], set_={**fields, "done_up_to": None})
        )
        return self._session.get_one(EmbeddingChange, knowledge_base.id, populate_existing=True)

    def get(self, knowledge_base_id: UUID) -> EmbeddingChange | None:
        """Return the change of a knowledge base that is under way, or None."""
        return self._session.get(EmbeddingChange, knowledge_base_id)

    def progress(self, langchain_collection_id: UUID) -> Row[int, int]:
        """Return how many chunks there are, and how many of them have a new vector."""
        return self._session.execute(
            select(func.count(Chunk.id), func.count(NewChunkVector.chunk_id))
            .select_from(Chunk)
            .outerjoin(NewChunkVector, NewChunkVector.chunk_id == Chunk.id)
            .where(Chunk.collection_id == langchain_collection_id, Chunk.document.is_not(None))
        ).one()

    def end(self, knowledge_base: KnowledgeBase) -> None:
        """Delete the change of a knowledge base, and the new vectors."""
        self._session.execute(delete(EmbeddingChange).where(EmbeddingChange.knowledge_base_id == knowledge_base.id))
        chunks = select(Chunk.id).where(Chunk.collection_id == knowledge_base.langchain_collection_id)
        self._session.execute(delete(NewChunkVector).where(NewChunkVector.chunk_id.in_(chunks)))

    def claim(self, *, seconds: float) -> EmbeddingChange | None:
        """Return a change that no other worker is at, and keep others from it for so long; None without one."""
        free = or_(EmbeddingChange.claimed_until.is_(None), EmbeddingChange.claimed_until < func.now())
        change = self._session.scalars(
            select(EmbeddingChange)
            .where(free)
            .order_by(EmbeddingChange.requested_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if change is not None:
            self.hold(change.knowledge_base_id, seconds=seconds, error=change.error)
        return change

    def hold(self, knowledge_base_id: UUID, *, seconds: float, error: str | None) -> None:
        """Keep others from working on a change for so long, and say what is wrong with it."""
        self._session.execute(
            update(EmbeddingChange)
            .where(EmbeddingChange.knowledge_base_id == knowledge_base_id)
            .values(claimed_until=func.now() + timedelta(seconds=seconds), error=error)
            .execution_options(synchronize_session=False)
        )

    def next_without_new_vector(self, change: EmbeddingChange, langchain_collection_id: UUID, *, limit: int) -> Batch:
        """Return chunks that have no new vector yet, after those that the change is done with.

        Args:
            change: which.
            langchain_collection_id: where the chunks are.
            limit: how many at most.
        """
        done = select(NewChunkVector.chunk_id).where(NewChunkVector.chunk_id == Chunk.id).exists()
        statement = (
            select(Chunk.id, Chunk.document)
            .where(Chunk.collection_id == langchain_collection_id, Chunk.document.is_not(None), ~done)
            .order_by(Chunk.id)
            .limit(limit)
        )
        if change.done_up_to is not None:
            statement = statement.where(Chunk.id > change.done_up_to)
        return self._session.execute(statement).all()

    def locked(self, seen: EmbeddingChange) -> EmbeddingChange | None:
        """Return a change locked against others, or None if it is over, or to another model by now."""
        change = self._session.get(
            EmbeddingChange, seen.knowledge_base_id, with_for_update=True, populate_existing=True
        )
        is_same = change is not None and (change.provider, change.model) == (seen.provider, seen.model)
        return change if is_same else None

    def give_back_documents(self, knowledge_base_id: UUID) -> None:
        """Let documents that are in work be taken again: what is made of them has vectors of the old model."""
        documents = select(Document.id).where(Document.knowledge_base_id == knowledge_base_id)
        for table, ids in ((Document, Document.id), (Renewal, Renewal.document_id)):
            self._session.execute(
                update(table)
                .where(ids.in_(documents), table.status == Status.PROCESSING.value)
                .values(
                    status=Status.PENDING.value,
                    lease_token=None,
                    lease_expires_at=None,
                    attempts=func.greatest(table.attempts - 1, 0),
                )
                .execution_options(synchronize_session=False)
            )

    def keep(self, ids: Sequence[str], texts: Sequence[str], vectors: Sequence[Sequence[float]]) -> None:
        """Keep new vectors of chunks, unless a chunk is gone or has another text by now."""
        written = [f"[{','.join(map(repr, vector))}]" for vector in vectors]
        self._session.execute(_KEEP, {"ids": list(ids), "texts": list(texts), "vectors": written})

    def swap(self, change: EmbeddingChange, knowledge_base: KnowledgeBase) -> None:
        """Give all chunks their new vectors, and the knowledge base the new model."""
        self._session.execute(_SWAP, {"collection_id": knowledge_base.langchain_collection_id})
        knowledge_base.embedding_provider = change.provider
        knowledge_base.embedding_model = change.model
        knowledge_base.embedding_dimensions = change.dimensions
        self._session.flush()
        self.end(knowledge_base)
