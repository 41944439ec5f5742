"""The rules of documents."""

from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Any, BinaryIO
from uuid import UUID, uuid4

from fastapi import Depends, Request
from sqlalchemy import Row, event
from sqlalchemy.orm import Session

from app.collections.models import Collection
from app.collections.repository import CollectionRepository
from app.collections.service import CollectionNotFound
from app.documents import files
from app.documents.models import Document, Status
from app.documents.problems import (
    CollectionOfAnotherKnowledgeBase,
    DocumentNotFound,
    EmptyUpload,
    InvalidFileName,
    UnsupportedDocument,
    UploadTooLarge,
)
from app.documents.repository import DocumentRepository
from app.ingestion.media_types import (
    EmptyFile,
    FileNameRejected,
    UnsupportedMediaType,
    detect_media_type,
    safe_file_name,
)
from app.knowledge_bases.repository import KnowledgeBaseRepository
from app.knowledge_bases.service import KnowledgeBaseNotFound
from app.system_logs.repository import SystemLogRepository
from service_kit.database import SessionDep
from service_kit.pagination import PageRequest, Slice
from service_kit.tokens import Subject


class DocumentService:
    """Takes, finds, moves and deletes documents.

    Args:
        session: the request's session, which the repositories share.
        max_upload_bytes: the largest file that is taken.
        wake_workers: called once a document that waits for processing is committed.
    """

    def __init__(self, session: Session, *, max_upload_bytes: int, wake_workers: Callable[[], None]) -> None:
        self._session = session
        self._documents = DocumentRepository(session)
        self._collections = CollectionRepository(session)
        self._knowledge_bases = KnowledgeBaseRepository(session)
        self._log = SystemLogRepository(session)
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
        document that failed is processed once more.

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
        collection = self._target(knowledge_base_id, collection_id, by)
        new_id = uuid4()
        document = self._documents.add(
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
            files.store(self._session, document.id, file)
        elif document.status == Status.FAILED:
            self._documents.queue_again(document)
        else:
            return document, False
        event.listen(self._session, "after_commit", lambda _: self._wake_workers(), once=True)
        return document, True

    def get(self, document_id: UUID, *, by: Subject) -> Document:
        """Return a document.

        Raises:
            DocumentNotFound: there is none that the caller may read.
        """
        document = self._documents.get(document_id, by)
        if document is None:
            raise DocumentNotFound
        return document

    def page(
        self,
        page: PageRequest,
        *,
        knowledge_base_id: UUID | None,
        collection_id: UUID | None,
        status: Status | None,
        by: Subject,
    ) -> Slice[Document]:
        """Return a page of documents, of one knowledge base, collection or status where that is asked for.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base that the caller may read.
            CollectionNotFound: there is no such collection that the caller may read.
        """
        if knowledge_base_id is not None and self._knowledge_bases.get(knowledge_base_id, by) is None:
            raise KnowledgeBaseNotFound
        if collection_id is not None and self._collections.get(collection_id, by) is None:
            raise CollectionNotFound
        return self._documents.page(
            by, page, knowledge_base_id=knowledge_base_id, collection_id=collection_id, status=status
        )

    def chunks(self, document_id: UUID, *, start: int, limit: int, by: Subject) -> tuple[Document, Sequence[Row[Any]]]:
        """Return a document and its chunks from a place on.

        Raises:
            DocumentNotFound: there is none that the caller may read.
        """
        document = self.get(document_id, by=by)
        return document, self._documents.chunks(document, start=start, limit=limit)

    def move(self, document_id: UUID, *, to: UUID, by: Subject) -> Document:
        """Put a document into another collection of its knowledge base; its id, chunks and metadata stay.

        Raises:
            DocumentNotFound: there is no such document.
            CollectionNotFound: there is no such collection.
            CollectionOfAnotherKnowledgeBase: there is, elsewhere.
        """
        document = self._get_for_change(document_id, by)
        self._documents.move(document, to=self._collection_of(document.knowledge_base_id, to, by))
        return document

    def delete(self, document_id: UUID, *, by: Subject) -> None:
        """Delete a document, its file and its chunks.

        Raises:
            DocumentNotFound: there is none.
        """
        document = self._get_for_change(document_id, by)
        self._log.record(
            "document.deleted",
            f"The document “{document.title}” was deleted.",
            actor_id=by.id,
            details={
                "document_id": str(document.id),
                "knowledge_base_id": str(document.knowledge_base_id),
                "file_name": document.file_name,
            },
        )
        self._documents.delete(document)

    def _get_for_change(self, document_id: UUID, subject: Subject) -> Document:
        document = self._documents.get_for_change(document_id, subject)
        if document is None:
            raise DocumentNotFound
        return document

    def _target(self, knowledge_base_id: UUID, collection_id: UUID | None, subject: Subject) -> Collection:
        if self._knowledge_bases.get_for_adding(knowledge_base_id, subject) is None:
            raise KnowledgeBaseNotFound
        if collection_id is None:
            return self._collections.default_of(knowledge_base_id)
        return self._collection_of(knowledge_base_id, collection_id, subject)

    def _collection_of(self, knowledge_base_id: UUID, collection_id: UUID, subject: Subject) -> Collection:
        collection = self._collections.get_for_adding(collection_id, subject)
        if collection is None:
            raise CollectionNotFound
        if collection.knowledge_base_id != knowledge_base_id:
            raise CollectionOfAnotherKnowledgeBase
        return collection


async def document_service(request: Request, session: SessionDep) -> DocumentService:
    """Return the service in the request's session."""
    state = request.app.state
    return DocumentService(session, max_upload_bytes=state.settings.max_upload_bytes, wake_workers=state.workers.wake)


Documents = Annotated[DocumentService, Depends(document_service)]
