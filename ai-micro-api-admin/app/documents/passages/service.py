"""The rules of chunks: the passages of a document, as they are searched and cited."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.audit_trail import TRAIL, Act
from app.chunks.corrections import Correction, CorrectionRepository
from app.chunks.lexemes import chunk_terms
from app.contents.documents import DocumentRepository
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.models import UNFINISHED, Document
from app.documents import lookups
from app.documents.passages.whole_text import Piece, whole_text
from app.documents.problems import ChunkNotFound, DocumentInWork, DocumentWithoutText
from app.documents.schemas import ChunkCorrection, ChunkInContext, ChunkOut
from app.embeddings.providers import EmbeddingProviders
from app.files.reading import FileVanished
from app.search.problems import EmbeddingModelUnavailable
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.http.problems import Contended
from service_kit.tokens.verification import Subject

_CHUNKS_AT_ONCE = 500


class ChunkService:
    """Finds and corrects chunks.

    Args:
        database: each call is a transaction of its own.
        providers: make the vector of a corrected chunk.
    """

    def __init__(self, database: Database, providers: EmbeddingProviders) -> None:
        self._database = database
        self._providers = providers

    def chunks(self, document_id: UUID, *, start: int, limit: int, by: Subject) -> tuple[Document, Sequence[Row[Any]]]:
        """Return a document and its chunks from a place on.

        Raises:
            DocumentNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            documents = DocumentRepository(session)
            document = lookups.get(documents, document_id, by)
            return document, documents.chunks(document, start=start, limit=limit)

    def whole_text(self, document_id: UUID, *, by: Subject) -> Iterator[bytes]:
        """Return the text of a document in UTF-8, in parts, each read when it is asked for.

        Raises:
            DocumentNotFound: there is none that the caller may read.
            DocumentWithoutText: it was not processed yet, or that failed.
        """
        with self._database.session() as session:
            document = lookups.get(DocumentRepository(session), document_id, by)
        if document.chunk_count == 0:
            raise DocumentWithoutText
        return (part.encode() for part in whole_text(self._pieces(document, by)))

    def _pieces(self, document: Document, by: Subject) -> Iterator[Piece]:
        """Yield the pieces of a document.

        Raises:
            FileVanished: it was deleted or replaced meanwhile. The answer breaks off, and is not taken for a whole one.
        """
        start, is_last = 0, False
        while not is_last:
            with self._database.session() as session:
                documents = DocumentRepository(session)
                rows = documents.chunks(document, start=start, limit=_CHUNKS_AT_ONCE)
                # Read after the chunks: if it is the same by then, they are its own.
                now = documents.get(document.id, by)
            if now is None or _content_of(now) != _content_of(document):
                raise FileVanished(f"document {document.id} was deleted or replaced while its text was being read")
            for row in rows:
                # A correction may have changed the beginning.
                yield Piece(row.text or "", row.page, None if row.corrected else row.repeated)
            start, is_last = start + _CHUNKS_AT_ONCE, len(rows) < _CHUNKS_AT_ONCE

    def chunk(self, chunk_id: str, *, by: Subject) -> ChunkInContext:
        """Return a chunk with the chunks around it.

        Raises:
            ChunkNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            documents = DocumentRepository(session)
            document, index = _find(documents, chunk_id, by)
            return _in_context(session, document, chunk_id, index)

    def correct(self, chunk_id: str, body: ChunkCorrection, condition: Precondition, *, by: Subject) -> ChunkInContext:
        """Give a chunk another text, by which it is found from now on.

        Raises:
            ChunkNotFound: there is none that the caller may read.
            PreconditionFailed: it is not as the caller has read it.
            DocumentInWork: its document is being processed again.
            Contended: its knowledge base got the vectors of another model meanwhile.
            EmbeddingModelUnavailable: nothing here makes the vectors of its knowledge base.
            EmbeddingsUnavailable: the embedding server gives no answer.
            EmbeddingsFailed: its answer cannot be used.
        """
        with self._database.session() as session:
            document, _ = _find(DocumentRepository(session), chunk_id, by)
            base = KnowledgeBaseRepository(session).get(document.knowledge_base_id, by)
        if base is None:
            raise ChunkNotFound
        provider = self._providers.find(base.embedding_provider, base.embedding_model)
        if provider is None:
            raise EmbeddingModelUnavailable.saying(EmbeddingModelUnavailable.WITHOUT_SEARCH)
        # An embedding server may be slow: no lock is held meanwhile.
        (vector,) = provider.embed_passages([body.text])
        with self._database.session() as session:
            documents = DocumentRepository(session)
            locked = documents.get_for_change(document.id, by)
            if locked is None:
                raise ChunkNotFound
            _, index = _find(documents, chunk_id, by)
            before = _in_context(session, locked, chunk_id, index)
            condition.check(lambda: before)
            now = KnowledgeBaseRepository(session).get(locked.knowledge_base_id, by)
            if now is None or (now.embedding_provider, now.embedding_model) != (provider.name, provider.model):
                # The knowledge base got the vectors of another model meanwhile.
                raise Contended
            if locked.shown_status in UNFINISHED:
                raise DocumentInWork
            if before.text == body.text:
                return before
            terms = chunk_terms(body.text, title=locked.title, file_name=locked.file_name)
            correction = Correction(text=body.text, embedding=vector, terms=terms, by=by.id)
            CorrectionRepository(session).write(locked.knowledge_base_id, chunk_id, correction)
            TRAIL.record(session, Act.DOCUMENT_CHUNK_CORRECTED, by=by, target=Target(TargetType.DOCUMENT, locked.id))
            return _in_context(session, locked, chunk_id, index)


def _find(documents: DocumentRepository, chunk_id: str, by: Subject) -> tuple[Document, int]:
    found = documents.document_of_chunk(chunk_id, by)
    if found is None:
        raise ChunkNotFound
    return found


def _content_of(document: Document) -> tuple[str, int, int]:
    return document.content_hash, document.size_bytes, document.chunk_count


def _in_context(session: Session, document: Document, chunk_id: str, index: int) -> ChunkInContext:
    rows = DocumentRepository(session).chunks(document, start=max(0, index - 1), limit=3)
    around = {chunk.index: chunk for chunk in map(ChunkOut.model_validate, rows)}
    chunk = around.get(index)
    if chunk is None or chunk.id != chunk_id:
        # The document was deleted, or got other chunks, after its chunk was found.
        raise ChunkNotFound
    return ChunkInContext(
        **chunk.model_dump(),
        document_id=document.id,
        title=document.title,
        original=CorrectionRepository(session).original_of(chunk.id) if chunk.corrected else None,
        previous=around.get(index - 1),
        next=around.get(index + 1),
    )


async def chunk_service(request: Request, database: DatabaseDep) -> ChunkService:
    """Return the service."""
    return ChunkService(database, request.app.state.embedding_providers)


Chunks = Annotated[ChunkService, Depends(chunk_service)]
