"""Takes files in."""

from collections.abc import Callable
from typing import Annotated, BinaryIO
from uuid import UUID, uuid4

from fastapi import Depends, Request

from app.audit_trail import TRAIL, Act
from app.contents.documents import DocumentRepository
from app.contents.models import Document, Status
from app.documents import files, lookups
from app.documents.incoming import inspect
from app.documents.problems import DuplicateDocument
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.tokens.verification import Subject


class UploadService:
    """Takes files.

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
        incoming = inspect(file, claimed_name, max_bytes=self._max_upload_bytes)
        with self._database.session() as session:
            documents = DocumentRepository(session)
            collection = lookups.target_collection(session, knowledge_base_id, collection_id, by)
            new_id = uuid4()
            document = documents.add(
                new_id,
                knowledge_base_id=knowledge_base_id,
                collection_id=collection.id,
                title=incoming.title,
                file_name=incoming.file_name,
                media_type=incoming.media_type.value,
                size_bytes=incoming.size_bytes,
                content_hash=incoming.content_hash,
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

    def replace(
        self, document_id: UUID, file: BinaryIO, claimed_name: str, condition: Precondition, *, by: Subject
    ) -> Document:
        """Take a file that is to replace a document's; the document is found as it is until that one is ready.

        A replacement that waits or is in work gives way to this one.

        Args:
            document_id: the document.
            file: the new bytes.
            claimed_name: their name as the client sent it.
            condition: what the caller expects of the document.
            by: who replaces.

        Raises:
            InvalidFileName: nothing of the name can be shown.
            EmptyUpload: there are no bytes.
            UploadTooLarge: there are too many.
            UnsupportedDocument: the format is none that can be read.
            DocumentNotFound: there is no such document.
            PreconditionFailed: it is not as the caller has read it.
            DuplicateDocument: the bytes are another document of its knowledge base.
        """
        incoming = inspect(file, claimed_name, max_bytes=self._max_upload_bytes)
        with self._database.session() as session:
            documents = DocumentRepository(session)
            document = lookups.get_for_change(documents, document_id, condition, by)
            same = documents.with_content(document.knowledge_base_id, incoming.content_hash)
            if same is not None and same.id != document.id:
                raise DuplicateDocument.of(same)
            renewal_id = documents.renew(
                document,
                by=by,
                file_name=incoming.file_name,
                media_type=incoming.media_type.value,
                size_bytes=incoming.size_bytes,
                content_hash=incoming.content_hash,
            )
            files.store_renewal(session, renewal_id, file)
            TRAIL.record(session, Act.DOCUMENT_REPLACED, by=by, target=Target(TargetType.DOCUMENT, document.id))
        self._wake_workers()
        return document


async def upload_service(request: Request, database: DatabaseDep) -> UploadService:
    """Return the service."""
    state = request.app.state
    return UploadService(database, max_upload_bytes=state.settings.max_upload_bytes, wake_workers=state.workers.wake)


Uploads = Annotated[UploadService, Depends(upload_service)]
