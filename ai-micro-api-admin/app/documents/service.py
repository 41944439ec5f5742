"""The rules of documents."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from app.audit_trail import TRAIL, Act
from app.contents.collections import CollectionRepository
from app.contents.documents import DocumentRepository
from app.contents.filters import DocumentFilter
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.models import UNFINISHED, Document, Status
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.documents import lookups
from app.documents.problems import (
    DocumentNotFailed,
)
from app.documents.schemas import DocumentPatch
from app.system_logs.events import Event
from app.system_logs.repository import SystemLogRepository
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target, changes_between, fields_of
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.lists.pagination import PageRequest, Slice
from service_kit.tokens.verification import Subject


class DocumentService:
    """Finds, changes, moves and deletes documents.

    Args:
        database: each call is a transaction of its own.
        wake_workers: called once a document that waits for processing is committed.
    """

    def __init__(self, database: Database, *, wake_workers: Callable[[], None]) -> None:
        self._database = database
        self._wake_workers = wake_workers

    def get(self, document_id: UUID, *, by: Subject) -> Document:
        """Return a document.

        Raises:
            DocumentNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            return lookups.get(DocumentRepository(session), document_id, by)

    def page(
        self,
        text: str | None,
        page: PageRequest,
        *,
        knowledge_base_id: UUID | None,
        collection_id: UUID | None,
        status: Status | None,
        filtering: DocumentFilter,
        by: Subject,
    ) -> Slice[Document]:
        """Return a page of documents, of one knowledge base, collection or status where that is asked for.

        With a text, of those whose title or file name contains it.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base that the caller may read.
            CollectionNotFound: there is no such collection that the caller may read.
        """
        with self._database.session() as session:
            if knowledge_base_id is not None and KnowledgeBaseRepository(session).get(knowledge_base_id, by) is None:
                raise KnowledgeBaseNotFound
            if collection_id is not None and CollectionRepository(session).get(collection_id, by) is None:
                raise CollectionNotFound
            return DocumentRepository(session).page(
                by,
                page,
                text=text,
                knowledge_base_id=knowledge_base_id,
                collection_id=collection_id,
                status=status,
                filtering=filtering,
            )

    def change(self, document_id: UUID, body: DocumentPatch, condition: Precondition, *, by: Subject) -> Document:
        """Change title or tags; by another title it is found as soon as a worker has indexed it again.

        Raises:
            DocumentNotFound: there is no such document.
            PreconditionFailed: it is not as the caller has read it.
        """
        fields = body.model_dump(exclude_unset=True)
        with self._database.session() as session:
            documents = DocumentRepository(session)
            document = lookups.get_for_change(documents, document_id, condition, by)
            changes = changes_between(fields_of(document, fields), fields)
            documents.change(document, fields)
            if changes:
                target = Target(TargetType.DOCUMENT, document.id)
                TRAIL.record(session, Act.DOCUMENT_CHANGED, by=by, target=target, changes=changes)
        self._wake_workers()
        return document

    def retry(self, document_id: UUID, condition: Precondition, *, by: Subject) -> Document:
        """Let a document that failed be processed again.

        Raises:
            DocumentNotFound: there is no such document.
            PreconditionFailed: it is not as the caller has read it.
            DocumentNotFailed: it waits, is in work, or is ready.
        """
        with self._database.session() as session:
            documents = DocumentRepository(session)
            document = lookups.get_for_change(documents, document_id, condition, by)
            if document.shown_status != Status.FAILED:
                raise DocumentNotFailed
            documents.queue_again(document)
            TRAIL.record(session, Act.DOCUMENT_RETRIED, by=by, target=Target(TargetType.DOCUMENT, document.id))
        self._wake_workers()
        return document

    def reprocess(self, document_id: UUID, condition: Precondition, *, by: Subject) -> Document:
        """Let a document be read, cut and indexed again; it is found as it is until then.

        One that waits or is in work stays so: that is what is asked for.

        Raises:
            DocumentNotFound: there is no such document.
            PreconditionFailed: it is not as the caller has read it.
        """
        with self._database.session() as session:
            documents = DocumentRepository(session)
            document = lookups.get_for_change(documents, document_id, condition, by)
            if document.shown_status in UNFINISHED:
                return document
            documents.renew(document, by=by)
            TRAIL.record(session, Act.DOCUMENT_REPROCESSED, by=by, target=Target(TargetType.DOCUMENT, document.id))
        self._wake_workers()
        return document

    def move(self, document_id: UUID, condition: Precondition, *, to: UUID, by: Subject) -> Document:
        """Put a document into another collection of its knowledge base; its id, chunks and metadata stay.

        Raises:
            DocumentNotFound: there is no such document.
            PreconditionFailed: it is not as the caller has read it.
            CollectionNotFound: there is no such collection.
            CollectionOfAnotherKnowledgeBase: there is, elsewhere.
        """
        with self._database.session() as session:
            documents = DocumentRepository(session)
            document = lookups.get_for_change(documents, document_id, condition, by)
            fields = {"collection_id": to}
            changes = changes_between(fields_of(document, fields), fields)
            documents.move(document, to=lookups.collection_of(session, document.knowledge_base_id, to, by))
            target = Target(TargetType.DOCUMENT, document.id)
            TRAIL.record(session, Act.DOCUMENT_MOVED, by=by, target=target, changes=changes)
            return document

    def delete(self, document_id: UUID, condition: Precondition, *, by: Subject) -> None:
        """Delete a document, its file and its chunks.

        Raises:
            DocumentNotFound: there is none.
            PreconditionFailed: it is not as the caller has read it.
        """
        with self._database.session() as session:
            documents = DocumentRepository(session)
            document = lookups.get_for_change(documents, document_id, condition, by)
            SystemLogRepository(session).record(
                Event.DOCUMENT_DELETED,
                f"The document “{document.title}” was deleted.",
                actor_id=by.id,
                details={
                    "document_id": str(document.id),
                    "knowledge_base_id": str(document.knowledge_base_id),
                    "file_name": document.file_name,
                },
            )
            documents.delete(document)
            TRAIL.record(session, Act.DOCUMENT_DELETED, by=by, target=Target(TargetType.DOCUMENT, document_id))


async def document_service(request: Request, database: DatabaseDep) -> DocumentService:
    """Return the service."""
    return DocumentService(database, wake_workers=request.app.state.workers.wake)


Documents = Annotated[DocumentService, Depends(document_service)]
