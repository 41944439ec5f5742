"""Writes chunks, and keeps the statistics of their terms: in how many chunks of a knowledge base each term occurs.

The statistics are computed from the stored chunks, in the transaction that adds or removes them, and have one writer
at a time (`app.contents.access.lock_for_change`).
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, cast, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session

from app.chunks.lexemes import chunk_terms, tsvector
from app.chunks.models import Chunk

_COUNT = text(
    """
    INSERT INTO term_frequencies (knowledge_base_id, term, chunk_count)
    SELECT :knowledge_base_id, term, count(*)
    FROM langchain_pg_embedding, unnest(tsvector_to_array(lexemes)) AS term
    WHERE document_id = :document_id
    GROUP BY term
    ON CONFLICT (knowledge_base_id, term)
    DO UPDATE SET chunk_count = term_frequencies.chunk_count + excluded.chunk_count
    """
).bindparams(bindparam("knowledge_base_id", type_=Uuid()), bindparam("document_id", type_=Uuid()))
# Two statements in one: what would reach 0 is deleted, the rest reduced. They touch different rows.
_DISCOUNT = text(
    """
    WITH leaving AS (
        SELECT term, count(*) AS chunk_count
        FROM langchain_pg_embedding, unnest(tsvector_to_array(lexemes)) AS term
        WHERE document_id = ANY (:document_ids)
        GROUP BY term
    ), emptied AS (
        DELETE FROM term_frequencies f USING leaving l
        WHERE f.knowledge_base_id = :knowledge_base_id AND f.term = l.term AND f.chunk_count <= l.chunk_count
    )
    UPDATE term_frequencies f SET chunk_count = f.chunk_count - l.chunk_count FROM leaving l
    WHERE f.knowledge_base_id = :knowledge_base_id AND f.term = l.term AND f.chunk_count > l.chunk_count
    """
).bindparams(bindparam("knowledge_base_id", type_=Uuid()), bindparam("document_ids", type_=ARRAY(Uuid())))
_INDEX_AGAIN = text(
    """
    UPDATE langchain_pg_embedding c SET lexemes = n.lexemes::tsvector
    FROM unnest(:ids, :lexemes) AS n (id, lexemes)
    WHERE c.id = n.id
    """
).bindparams(bindparam("ids", type_=ARRAY(Text())), bindparam("lexemes", type_=ARRAY(Text())))
_BATCH = 500


class ChunkRepository:
    """Writes chunks in a session whose transaction holds the knowledge base's lock for change."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count_terms(self, knowledge_base_id: UUID, document_id: UUID) -> None:
        """Add the terms of a document's chunks to the statistics."""
        self._session.execute(_COUNT, {"knowledge_base_id": knowledge_base_id, "document_id": document_id})

    def remove(self, knowledge_base_id: UUID, document_ids: Sequence[UUID]) -> None:
        """Delete the chunks of documents, and their terms from the statistics."""
        self._session.execute(_DISCOUNT, {"knowledge_base_id": knowledge_base_id, "document_ids": list(document_ids)})
        self._session.execute(delete(Chunk).where(Chunk.document_id.in_(document_ids)))

    def index_again(self, knowledge_base_id: UUID, document_id: UUID, *, title: str, file_name: str) -> None:
        """Find the terms of a document's chunks again, and count them in place of the old ones.

        Args:
            knowledge_base_id: the document's.
            document_id: the document.
            title: its title.
            file_name: the name of its file.
        """
        self._session.execute(_DISCOUNT, {"knowledge_base_id": knowledge_base_id, "document_ids": [document_id]})
        statement = select(Chunk.id, Chunk.document).where(Chunk.document_id == document_id)
        # All texts of the largest document are tens of megabytes; the vectors beside them stay where they are.
        for batch in self._session.execute(statement).partitions(_BATCH):
            terms = [chunk_terms(written or "", title=title, file_name=file_name) for _, written in batch]
            self._session.execute(
                _INDEX_AGAIN, {"ids": [id_ for id_, _ in batch], "lexemes": [tsvector(found) for found in terms]}
            )
        self.count_terms(knowledge_base_id, document_id)

    def move(self, document_ids: Sequence[UUID], *, to: UUID) -> None:
        """Write the new collection into the metadata of documents' chunks."""
        metadata = func.jsonb_set(Chunk.cmetadata, "{collection_id}", cast(str(to), JSONB))
        self._session.execute(
            update(Chunk)
            .where(Chunk.document_id.in_(document_ids))
            .values(cmetadata=metadata)
            .execution_options(synchronize_session=False)
        )
