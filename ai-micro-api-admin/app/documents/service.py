"""The rules of documents."""

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Any, BinaryIO
from uuid import UUID, uuid4

from fastapi import Depends, Request
from sqlalchemy import Row
from sqlalchemy.orm import Session

from app.audit_trail import TRAIL, Act
from app.contents.collections import CollectionRepository
from app.contents.documents import DocumentRepository
from app.contents.filters import DocumentFilter
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.models import Collection, Document, Status
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.contents.schemas import DocumentOut
from app.documents import files
from app.documents.problems import (
    ChunkNotFound,
    CollectionOfAnotherKnowledgeBase,
    DocumentNotFailed,
    DocumentNotFound,
    EmptyUpload,
    InvalidFileName,
    UnsupportedDocument,
    UploadTooLarge,
)
from app.documents.schemas import ChunkInContext, ChunkOut, DocumentPatch
from app.ingestion.media_types import (
    EmptyFile,
    FileNameRejected,
    UnsupportedMediaType,
    detect_media_type,
    safe_file_name,
)
from app.system_logs.events import Event
from app.system_logs.repository import SystemLogRepository
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target, changes_between, fields_of
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.lists.pagination import PageRequest, Slice
from service_kit.tokens.verification import Subject


class DocumentService:
    """Takes, finds, moves and deletes documents.

    Args:
        database: each call is a transaction of its own.
        max_upload_bytes: the largest file that is taken.
        wake_workers: called once a document that waits for processing is committed.
    """

    def __init__(self, database: Database, *, max_upload_bytes: int, wake_workers: Callable[[], None]) -> None:
        self._database = database
        self._max_upload_bytes = max_upload_bytes
        self._wake_workers = wake_workers

    def upload(
        self,
        file: BinaryIO,
        claimed_name: str,
        *,
        knowledge_base_id: UUID,
        collection_id: UUID | None,
        by: Subject,
    ) -> tuple[Document, bool]:
        """Take a file.

        The same bytes are one document of a knowledge base: uploading them again gives the one that is there, and a
        document that failed is processed again.

        Args:
            file: its bytes.
            claimed_name: its name as the client sent it.
            knowledge_base_id: where it belongs.
            collection_id: the collection, or None for the default one.
            by: who uploads.

        Returns:
            The document, and whether it now waits for processing.

        Raises:
            InvalidFileName: nothing of the name can be shown.
            EmptyUpload: there are no bytes.
            UploadTooLarge: there are too many.
            UnsupportedDocument: the format is none that can be read.
            KnowledgeBaseNotFound: there is no such knowledge base.
            CollectionNotFound: there is no such collection.
            CollectionOfAnotherKnowledgeBase: there is, elsewhere.
        """
        measured = files.measure(file)
        if measured.size_bytes > self._max_upload_bytes:
            raise UploadTooLarge(f"The file is larger than {self._max_upload_bytes:,} bytes.")
        try:
            file_name = safe_file_name(claimed_name)
            media_type = detect_media_type(file_name, measured.head)
        except FileNameRejected as error:
            raise InvalidFileName(str(error)) from error
        except EmptyFile as error:
            raise EmptyUpload from error
        except UnsupportedMediaType as error:
            raise UnsupportedDocument(str(error)) from error
        with self._database.session() as session:
            documents, collection = DocumentRepository(session), _target(session, knowledge_base_id, collection_id, by)
            new_id = uuid4()
            document = documents.add(
                new_id,
                knowledge_base_id=knowledge_base_id,
                collection_id=collection.id,
                title=PurePosixPath(file_name).stem,
                file_name=file_name,
                media_type=media_type.value,
                size_bytes=measured.size_bytes,
                content_hash=measured.content_hash,
                uploaded_by=by.id,
            )
            if document.id == new_id:
                files.store(session, document.id, file)
            elif document.status == Status.FAILED:
                documents.queue_again(document)
            else:
                return document, False
            TRAIL.record(session, Act.DOCUMENT_UPLOADED, by=by, target=Target(TargetType.DOCUMENT, document.id))
        self._wake_workers()
        return document, True

    def get(self, document_id: UUID, *, by: Subject) -> Document:
        """Return a document.

        Raises:
            DocumentNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            return _get(DocumentRepository(session), document_id, by)

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

    def chunks(self, document_id: UUID, *, start: int, limit: int, by: Subject) -> tuple[Document, Sequence[Row[Any]]]:
        """Return a document and its chunks from a place on.

        Raises:
            DocumentNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            documents = DocumentRepository(session)
            document = _get(documents, document_id, by)
            return document, documents.chunks(document, start=start, limit=limit)

    def chunk(self, chunk_id: str, *, by: Subject) -> ChunkInContext:
        """Return a chunk with the chunks around it.

        Raises:
            ChunkNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            documents = DocumentRepository(session)
            found = documents.document_of_chunk(chunk_id, by)
            if found is None:
                raise ChunkNotFound
            document, index = found
            rows = documents.chunks(document, start=max(0, index - 1), limit=3)
        around = {chunk.index: chunk for chunk in map(ChunkOut.model_validate, rows)}
        return ChunkInContext(
            **around[index].model_dump(),
            document_id=document.id,
            title=document.title,
            previous=around.get(index - 1),
            next=around.get(index + 1),
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
            document = _get_for_change(documents, document_id, condition, by)
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
            document = _get_for_change(documents, document_id, condition, by)
            if document.status != Status.FAILED:
                raise DocumentNotFailed
            documents.queue_again(document)
            TRAIL.record(session, Act.DOCUMENT_RETRIED, by=by, target=Target(TargetType.DOCUMENT, document.id))
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
            document = _get_for_change(documents, document_id, condition, by)
            fields = {"collection_id": to}
            changes = changes_between(fields_of(document, fields), fields)
            documents.move(document, to=_collection_of(session, document.knowledge_base_id, to, by))
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
            document = _get_for_change(documents, document_id, condition, by)
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


def _get(documents: DocumentRepository, document_id: UUID, subject: Subject) -> Document:
    document = documents.get(document_id, subject)
    if document is None:
        raise DocumentNotFound
    return document


def _get_for_change(
    documents: DocumentRepository, document_id: UUID, condition: Precondition, subject: Subject
) -> Document:
    document = documents.get_for_change(document_id, subject)
    if document is None:
        raise DocumentNotFound
    condition.check(lambda: DocumentOut.model_validate(document))
    return document


def _target(session: Session, knowledge_base_id: UUID, collection_id: UUID | None, subject: Subject) -> Collection:
    if KnowledgeBaseRepository(session).get_for_adding(knowledge_base_id, subject) is None:
        raise KnowledgeBaseNotFound
    if collection_id is None:
        return CollectionRepository(session).default_of(knowledge_base_id)
    return _collection_of(session, knowledge_base_id, collection_id, subject)


def _collection_of(session: Session, knowledge_base_id: UUID, collection_id: UUID, subject: Subject) -> Collection:
    collection = CollectionRepository(session).get_for_adding(collection_id, subject)
    if collection is None:
        raise CollectionNotFound
    if collection.knowledge_base_id != knowledge_base_id:
        raise CollectionOfAnotherKnowledgeBase
    return collection


async def document_service(request: Request, database: DatabaseDep) -> DocumentService:
    """Return the service."""
    state = request.app.state
    return DocumentService(database, max_upload_bytes=state.settings.max_upload_bytes, wake_workers=state.workers.wake)


Documents = Annotated[DocumentService, Depends(document_service)]
