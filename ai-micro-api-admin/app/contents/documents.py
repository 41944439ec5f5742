"""Queries on documents. A document is readable where its knowledge base is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, delete, false, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.chunks.corrections import CORRECTION_ID
from app.chunks.models import REPEATED, Chunk
from app.chunks.repository import ChunkRepository
from app.contents.access import lock_for_change, readable
from app.contents.filters import DocumentFilter
from app.contents.models import INDEX_AGAIN, UNFINISHED, Collection, Document, KnowledgeBase, Renewal, Status
from service_kit.lists.filters import equals
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains
from service_kit.observability import origin
from service_kit.tokens.verification import Subject

_RENEWAL_STATUS = (
    select(Renewal.status).where(Renewal.document_id == Document.id, Renewal.status.in_(UNFINISHED)).scalar_subquery()
)
_SHOWN_STATUS = func.coalesce(_RENEWAL_STATUS, Document.status)
"""`Document.shown_status`, in SQL."""


_INDEXED = ("title", "file_name")


class DocumentRepository:
    """Reads and writes documents in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._chunks = ChunkRepository(session)

    def readable_by(self, subject: Subject) -> Select[Document]:
        """Return the documents that a subject may read."""
        return (
            select(Document)
            .join(KnowledgeBase, KnowledgeBase.id == Document.knowledge_base_id)
            .where(readable(subject))
        )

    def get(self, document_id: UUID, subject: Subject) -> Document | None:
        """Return a document for reading, or None."""
        return self._session.scalars(self.readable_by(subject).where(Document.id == document_id)).one_or_none()

    def get_for_change(self, document_id: UUID, subject: Subject) -> Document | None:
        """Return a document, it and the contents of its knowledge base locked against every other change, or None."""
        found = self.get(document_id, subject)
        if found is None or not lock_for_change(self._session, found.knowledge_base_id):
            return None
        statement = self.readable_by(subject).where(Document.id == document_id)
        # Read again: it may have changed while the lock was waited for.
        statement = statement.with_for_update(of=Document).execution_options(populate_existing=True)
        return self._session.scalars(statement).one_or_none()

    def newest_titles(self, knowledge_base_id: UUID, subject: Subject, *, limit: int) -> Sequence[str]:
        """Return titles of documents of a knowledge base that can be searched, those added last first."""
        statement = (
            select(Document.title)
            .join(KnowledgeBase, KnowledgeBase.id == Document.knowledge_base_id)
            .where(
                readable(subject),
                Document.knowledge_base_id == knowledge_base_id,
                Document.status == Status.READY.value,
            )
        )
        return self._session.scalars(statement.order_by(Document.created_at.desc(), Document.id).limit(limit)).all()

    def page(
        self,
        subject: Subject,
        page: PageRequest,
        *,
        text: str | None = None,
        knowledge_base_id: UUID | None = None,
        collection_id: UUID | None = None,
        status: Status | None = None,
        filtering: DocumentFilter | None = None,
    ) -> Slice[Document]:
        """Return a page of the documents that a subject may read, newest first.

        With a text, of those whose title or file name contains it.
        """
        statement = self.readable_by(subject).where(
            contains(text, Document.title, Document.file_name),
            equals(Document.knowledge_base_id, knowledge_base_id),
            equals(Document.collection_id, collection_id),
            equals(_SHOWN_STATUS, status and status.value),
            *(() if filtering is None else filtering.conditions()),
        )
        return paginate(self._session, statement, page, created_at=Document.created_at, key=Document.id)

    def add(self, document_id: UUID, **fields: Any) -> Document:  # noqa: ANN401 - columns of the model
        """Insert a document, or return the one of the same knowledge base that has the same bytes.

        Two uploads of the same bytes at once meet here: the second waits for the first, then gets its document. The
        update changes nothing; it makes PostgreSQL lock and return the row that is there.
        """
        statement = insert(Document).values(id=document_id, request_id=origin.current().request_id, **fields)
        statement = statement.on_conflict_do_update(
            index_elements=["knowledge_base_id", "content_hash"],
            set_={"content_hash": statement.excluded.content_hash},
        )
        document = self._session.scalars(statement.returning(Document)).one()
        if document.id == document_id:
            set_committed_value(document, "renewal", None)
        else:
            self._session.refresh(document)
        return document

    def queue_again(self, document: Document) -> None:
        """Let a document that failed be processed again."""
        document.status = Status.PENDING
        document.error = None
        document.error_code = None
        document.attempts = 0
        document.request_id = origin.current().request_id
        self._forget_renewal(document)
        self._flush(document)

    def renew(self, document: Document, *, by: Subject, **file: Any) -> UUID:  # noqa: ANN401 - columns of the model
        """Let a document be processed again, in place of a renewal that waits, is in work or has failed.

        Args:
            document: locked for change.
            by: who wants it.
            file: `file_name`, `media_type`, `size_bytes` and `content_hash` of the file that is to replace the
                document's; without them, its own is read again.

        Returns:
            The renewal's id.
        """
        self._forget_renewal(document)
        request_id = origin.current().request_id
        statement = insert(Renewal).values(document_id=document.id, requested_by=by.id, request_id=request_id, **file)
        renewal_id = self._session.scalars(statement.returning(Renewal.id)).one()
        self._session.refresh(document)
        return renewal_id

    def with_content(self, knowledge_base_id: UUID, content_hashes: Sequence[str]) -> Document | None:
        """Return the first document of a knowledge base whose content has one of these hashes, or None."""
        statement = select(Document).where(
            Document.knowledge_base_id == knowledge_base_id, Document.content_hash.in_(content_hashes)
        )
        return self._session.scalars(statement.order_by(Document.created_at, Document.id).limit(1)).one_or_none()

    def change(self, document: Document, fields: dict[str, Any]) -> None:
        """Change fields of a document; with another title or file name, a worker indexes it again."""
        if any(fields.get(name, getattr(document, name)) != getattr(document, name) for name in _INDEXED):
            document.index_version = INDEX_AGAIN
        for name, value in fields.items():
            setattr(document, name, value)
        self._flush(document)

    def move(self, document: Document, *, to: Collection) -> None:
        """Put a document into another collection; its id and its chunks' ids stay."""
        document.collection_id = to.id
        self._flush(document)
        self._chunks.move([document.id], to=to.id)

    def move_all(self, collection: Collection, *, to: Collection) -> int:
        """Put all documents of a collection into another one; return how many there were."""
        statement = update(Document).where(Document.collection_id == collection.id).values(collection_id=to.id)
        moved = self._session.scalars(statement.returning(Document.id)).all()
        self._chunks.move(moved, to=to.id)
        return len(moved)

    def delete(self, document: Document) -> None:
        """Delete a document, its file and its chunks."""
        self._delete(document.knowledge_base_id, [document.id])

    def delete_of_collection(self, collection: Collection) -> int:
        """Delete all documents of a collection, their files and chunks; return how many there were."""
        found = self._session.scalars(select(Document.id).where(Document.collection_id == collection.id)).all()
        self._delete(collection.knowledge_base_id, found)
        return len(found)

    def chunks(self, document: Document, *, start: int, limit: int) -> Sequence[Row[Any]]:
        """Return chunks of a document from a place on, in the order of the text."""
        statement = (
            select(
                Chunk.id,
                Chunk.chunk_index.label("index"),
                Chunk.cmetadata["page"].as_integer().label("page"),
                Chunk.document.label("text"),
                Chunk.cmetadata[REPEATED].as_integer().label("repeated"),
                func.coalesce(Chunk.cmetadata.has_key(CORRECTION_ID), false()).label("corrected"),
            )
            .where(Chunk.document_id == document.id, Chunk.chunk_index >= start)
            .order_by(Chunk.chunk_index)
            .limit(limit)
        )
        return self._session.execute(statement).all()

    def document_of_chunk(self, chunk_id: str, subject: Subject) -> tuple[Document, int] | None:
        """Return the document of a chunk that a subject may read, and the chunk's place in it, or None."""
        statement = (
            self.readable_by(subject)
            .join(Chunk, Chunk.document_id == Document.id)
            .where(Chunk.id == chunk_id, Document.status == Status.READY.value)
            .add_columns(Chunk.chunk_index)
        )
        found = self._session.execute(statement).one_or_none()
        return None if found is None else (found[0], found[1])

    def _delete(self, knowledge_base_id: UUID, document_ids: Sequence[UUID]) -> None:
        self._chunks.remove(knowledge_base_id, document_ids)
        self._session.execute(delete(Document).where(Document.id.in_(document_ids)))

    def _forget_renewal(self, document: Document) -> None:
        self._session.execute(delete(Renewal).where(Renewal.document_id == document.id))

    def _flush(self, document: Document) -> None:
        self._session.flush()
        self._session.refresh(document)
