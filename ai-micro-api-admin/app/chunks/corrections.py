"""Corrections of chunks: one written over a chunk, and all of a document's, to be made again.

In a session whose transaction holds the knowledge base's lock for change.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, String, cast, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.chunks.lexemes import tsvector
from app.chunks.models import Chunk, ChunkCorrection, TermFrequency

CORRECTION_ID = "correction_id"
"""Key of a corrected chunk's metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What takes the place of a chunk's text.

    Attributes:
        text: the new text.
        embedding: its vector.
        terms: its distinct index terms.
        by: who wrote it.
    """

    text: str
    embedding: Sequence[float]
    terms: Sequence[str]
    by: UUID


class CorrectionRepository:
    """Reads and writes corrections."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_document(self, document_id: UUID) -> Sequence[Row[UUID, str, str]]:
        """Return id, original and text of a document's corrections, the latest first."""
        statement = select(ChunkCorrection.id, ChunkCorrection.original, ChunkCorrection.text).where(
            ChunkCorrection.document_id == document_id
        )
        return self._session.execute(statement.order_by(ChunkCorrection.corrected_at.desc(), ChunkCorrection.id)).all()

    def original_of(self, chunk_id: str) -> str | None:
        """Return what the file has in the place of a corrected chunk's text, or None for one that is not corrected."""
        statement = select(ChunkCorrection.original).where(
            Chunk.id == chunk_id,
            ChunkCorrection.document_id == Chunk.document_id,
            cast(ChunkCorrection.id, String) == Chunk.cmetadata[CORRECTION_ID].as_string(),
        )
        return self._session.scalar(statement)

    def write(self, knowledge_base_id: UUID, chunk_id: str, correction: Correction) -> None:
        """Give a chunk another text, with its vector and terms; the text of the file undoes a correction.

        Args:
            knowledge_base_id: whose statistics have its terms.
            chunk_id: a chunk that is there.
            correction: what it gets.
        """
        chunk = self._session.execute(
            select(
                Chunk.document_id,
                Chunk.document.label("text"),
                Chunk.cmetadata.label("metadata"),
                func.tsvector_to_array(Chunk.lexemes).label("terms"),
            ).where(Chunk.id == chunk_id)
        ).one()
        self._session.execute(
            update(Chunk)
            .where(Chunk.id == chunk_id)
            .values(
                document=correction.text,
                embedding=correction.embedding,
                lexemes=cast(tsvector(correction.terms), TSVECTOR),
                cmetadata=cast(self._metadata(chunk, correction), JSONB),
            )
            .execution_options(synchronize_session=False)
        )
        before, after = set(chunk.terms or ()), set(correction.terms)
        self._discount(knowledge_base_id, before - after)
        self._count(knowledge_base_id, after - before)

    def _metadata(self, chunk: Row[Any], correction: Correction) -> dict[str, Any]:
        """Keep a correction, or forget it, and return the metadata of its chunk."""
        metadata = dict(chunk.metadata or {})
        known = metadata.pop(CORRECTION_ID, None)
        forgotten = delete(ChunkCorrection).where(cast(ChunkCorrection.id, String) == known)
        original = self._session.scalar(forgotten.returning(ChunkCorrection.original)) or chunk.text
        if correction.text == original:
            return metadata
        correction_id = uuid4()
        self._session.execute(
            insert(ChunkCorrection).values(
                id=correction_id,
                document_id=chunk.document_id,
                original=original,
                text=correction.text,
                corrected_by=correction.by,
            )
        )
        return {**metadata, CORRECTION_ID: str(correction_id)}

    def _discount(self, knowledge_base_id: UUID, terms: Iterable[str]) -> None:
        own = (TermFrequency.knowledge_base_id == knowledge_base_id, TermFrequency.term.in_(list(terms)))
        self._session.execute(delete(TermFrequency).where(*own, TermFrequency.chunk_count <= 1))
        fewer = update(TermFrequency).where(*own).values(chunk_count=TermFrequency.chunk_count - 1)
        self._session.execute(fewer.execution_options(synchronize_session=False))

    def _count(self, knowledge_base_id: UUID, terms: Iterable[str]) -> None:
        rows = [{"knowledge_base_id": knowledge_base_id, "term": term, "chunk_count": 1} for term in sorted(terms)]
        if rows:
            statement = upsert(TermFrequency).on_conflict_do_update(
                index_elements=["knowledge_base_id", "term"],
                set_={"chunk_count": TermFrequency.chunk_count + 1},
            )
            self._session.execute(statement, rows)
