"""Takes files in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, BinaryIO, Literal
from uuid import UUID, uuid4

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.audit_trail import TRAIL, Act
from app.contents.documents import DocumentRepository
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.models import Collection, Document, Status
from app.documents import lookups
from app.documents.problems import DuplicateDocument
from app.documents.schemas import DUPLICATE_TEXTS, Duplicate, OnDuplicate, UploadOut
from app.documents.uploads.incoming import Incoming, inspect, title_of
from app.files import parts
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target as AuditTarget
from service_kit.audit.trail import changes_between, fields_of
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.http.problems import Contended
from service_kit.tokens.verification import Subject

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Target:
    """Where an upload goes.

    Attributes:
        knowledge_base_id: the knowledge base.
        collection_id: the collection, or None for the default one.
        on_duplicate: what to do with bytes that are a document of it already.
    """

    knowledge_base_id: UUID
    collection_id: UUID | None
    on_duplicate: OnDuplicate = OnDuplicate.KEEP


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an upload.

    Attributes:
        document: the document that its bytes are.
        is_queued: True if it waits for processing because of this upload.
        duplicate: what was done with it, if it was there before.
    """

    document: Document
    is_queued: bool
    duplicate: Duplicate | None = None

    def shown(self) -> UploadOut:
        """Return the answer."""
        shown = UploadOut.model_validate(self.document)
        return shown.model_copy(update={"duplicate": self.duplicate})


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
        target: Target,
        *,
        by: Subject,
    ) -> Taken:
        """Take a file.

        The same bytes are one document of a knowledge base, with or without a byte order mark. A document that failed
        is processed again when it is uploaded again.

        Args:
            file: its bytes.
            claimed_name: its name as the client sent it.
            target: where it belongs.
            by: who uploads.

        Raises:
            InvalidFileName: nothing of the name can be shown.
            EmptyUpload: there are no bytes.
            UploadTooLarge: there are too many.
            UnsupportedDocument: the format is none that can be read.
            KnowledgeBaseNotFound: there is no such knowledge base.
            CollectionNotFound: there is no such collection.
            CollectionOfAnotherKnowledgeBase: there is, elsewhere.
            DuplicateDocument: the bytes are a document already, and are to be refused then.
        """
        incoming = inspect(file, claimed_name, max_bytes=self._max_upload_bytes)
        for _ in range(_ATTEMPTS):
            with self._database.session() as session:
                taken = self._take_known(session, incoming, target, by) or self._take_new(
                    session, incoming, file, target, by
                )
            if taken is not None:
                break
        else:
            raise Contended
        if taken.is_queued or taken.duplicate is not None:
            self._wake_workers()
        return taken

    def check(self, target: Target, *, by: Subject) -> None:
        """Make sure that there is where an upload should go.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base.
            CollectionNotFound: there is no such collection.
            CollectionOfAnotherKnowledgeBase: there is, elsewhere.
        """
        with self._database.session() as session:
            lookups.target_collection(session, target.knowledge_base_id, target.collection_id, by)

    def _take_new(
        self, session: Session, incoming: Incoming, file: BinaryIO, target: Target, by: Subject
    ) -> Taken | None:
        """Make a document; None if the same bytes have become one at the same moment."""
        collection = lookups.target_collection(session, target.knowledge_base_id, target.collection_id, by)
        new_id = uuid4()
        document = DocumentRepository(session).add(
            new_id,
            knowledge_base_id=target.knowledge_base_id,
            collection_id=collection.id,
            title=incoming.title,
            file_name=incoming.file_name,
            media_type=incoming.media_type.value,
            size_bytes=incoming.size_bytes,
            content_hash=incoming.content_hash,
            uploaded_by=by.id,
        )
        if document.id != new_id:
            return None
        parts.store(session, document.id, file)
        _record(session, Act.DOCUMENT_UPLOADED, document, by)
        return Taken(document, is_queued=True)

    def _take_known(self, session: Session, incoming: Incoming, target: Target, by: Subject) -> Taken | None:
        """Do what is wanted with bytes that are a document already; None if they are none."""
        documents = DocumentRepository(session)
        document = documents.with_content(target.knowledge_base_id, incoming.same_as)
        is_seen = KnowledgeBaseRepository(session).get(target.knowledge_base_id, by) is not None
        if document is None or not is_seen:
            return None
        if target.on_duplicate is OnDuplicate.REFUSE:
            raise DuplicateDocument.of(document)
        if document.shown_status is Status.FAILED or target.on_duplicate is OnDuplicate.MOVE:
            # The lock of the knowledge base comes before that of a collection.
            document = documents.get_for_change(document.id, by)
            if document is None:
                return None
        is_queued = document.shown_status is Status.FAILED
        collection = lookups.target_collection(session, target.knowledge_base_id, target.collection_id, by)
        if is_queued:
            documents.queue_again(document)
            _record(session, Act.DOCUMENT_UPLOADED, document, by)
        is_moved = target.on_duplicate is OnDuplicate.MOVE and _move(session, document, incoming, collection, by)
        return Taken(
            document, is_queued=is_queued, duplicate=_described(session, document, incoming, is_moved=is_moved)
        )

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
            same = documents.with_content(document.knowledge_base_id, incoming.same_as)
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
            parts.store_renewal(session, renewal_id, file)
            _record(session, Act.DOCUMENT_REPLACED, document, by)
        self._wake_workers()
        return document


def _move(session: Session, document: Document, incoming: Incoming, to: Collection, by: Subject) -> bool:
    """Give a document the collection, name and title of an upload of the same bytes; return True if one was another.

    A title that a person gave stays, and so does a name when the new one would make the document another format.
    """
    documents = DocumentRepository(session)
    fields: dict[str, Any] = {}
    if incoming.media_type == document.media_type:
        fields["file_name"] = incoming.file_name
        if document.title == title_of(document.file_name):
            fields["title"] = incoming.title
    after = {**fields, "collection_id": to.id}
    changes = changes_between(fields_of(document, after), after)
    if not changes:
        return False
    documents.change(document, fields)
    if document.collection_id != to.id:
        documents.move(document, to=to)
    _record(session, Act.DOCUMENT_MOVED, document, by, changes)
    return True


def _described(session: Session, document: Document, incoming: Incoming, *, is_moved: bool) -> Duplicate:
    collection = session.get_one(Collection, document.collection_id)
    action: Literal["kept", "moved"] = "moved" if is_moved else "kept"
    text = DUPLICATE_TEXTS[action].format(
        title=document.title, file_name=document.file_name, collection=collection.name
    )
    return Duplicate(action=action, file_name=incoming.file_name, text=text)


def _record(
    session: Session, act: Act, document: Document, by: Subject, changes: Mapping[str, Any] | None = None
) -> None:
    TRAIL.record(session, act, by=by, target=AuditTarget(TargetType.DOCUMENT, document.id), changes=changes)


async def upload_service(request: Request, database: DatabaseDep) -> UploadService:
    """Return the service."""
    state = request.app.state
    return UploadService(database, max_upload_bytes=state.settings.max_upload_bytes, wake_workers=state.workers.wake)


Uploads = Annotated[UploadService, Depends(upload_service)]
