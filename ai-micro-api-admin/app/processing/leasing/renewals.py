"""Renewals of documents as a worker sees them: taken like a document, then put in its place.

Nothing of the document is touched before `complete`, which takes away the lease of a worker that is still at the
document as it was: that one's chunks would be of the file before.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from app.contents.models import (
    UNFINISHED,
    Document,
    DocumentPart,
    KnowledgeBase,
    Renewal,
    RenewalPart,
    Status,
    Step,
)
from app.documents.uploads.incoming import title_of
from app.ingestion.media_types import MediaType
from app.ingestion.reasons import Reason
from app.processing.failures import LeaseLost, Unprocessable
from app.processing.leasing.lease import Failure, Held, Lease

_FREE = or_(Renewal.lease_expires_at.is_(None), Renewal.lease_expires_at < func.now())
_MEDIA_TYPE = func.coalesce(Renewal.media_type, Document.media_type)


def take(session: Session, *, ends: ColumnElement[datetime]) -> Lease | None:
    """Take the renewal that has waited longest, or None when none waits.

    Args:
        session: the transaction.
        ends: when the lease ends unless it is renewed.
    """
    oldest = (
        select(Renewal.id)
        .join(Document, Document.id == Renewal.document_id)
        .where(Renewal.status.in_(UNFINISHED), _FREE, _MEDIA_TYPE.in_(MediaType))
        .order_by(Renewal.created_at)
        .limit(1)
        .with_for_update(of=Renewal, skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        update(Renewal)
        .where(
            Renewal.id == oldest,
            Renewal.document_id == Document.id,
            Document.knowledge_base_id == KnowledgeBase.id,
        )
        .values(
            status=Status.PROCESSING,
            attempts=Renewal.attempts + 1,
            lease_token=func.gen_random_uuid(),
            lease_expires_at=ends,
            step=Step.READING,
            progress=0,
        )
        .returning(
            Renewal.id,
            Renewal.document_id,
            Renewal.lease_token,
            Renewal.attempts,
            Renewal.file_name.label("new_file_name"),
            Document.knowledge_base_id,
            KnowledgeBase.langchain_collection_id,
            Document.collection_id,
            _MEDIA_TYPE.label("media_type"),
            func.coalesce(Renewal.size_bytes, Document.size_bytes).label("size_bytes"),
            func.coalesce(Renewal.content_hash, Document.content_hash).label("content_hash"),
            Document.title,
            Document.file_name,
            KnowledgeBase.embedding_provider,
            KnowledgeBase.embedding_model,
        )
        .execution_options(synchronize_session=False)
    )
    row = session.execute(taken).one_or_none()
    if row is None:
        return None
    return Lease(
        document_id=row.document_id,
        token=row.lease_token,
        attempt=row.attempts,
        knowledge_base_id=row.knowledge_base_id,
        langchain_collection_id=row.langchain_collection_id,
        collection_id=row.collection_id,
        media_type=MediaType(row.media_type),
        size_bytes=row.size_bytes,
        content_hash=row.content_hash,
        title=_title(row.title, row.file_name, row.new_file_name),
        file_name=row.new_file_name or row.file_name,
        provider=row.embedding_provider,
        model=row.embedding_model,
        renewal_id=row.id,
        is_replacement=row.new_file_name is not None,
    )


def hold(session: Session, lease: Lease) -> Held:
    """Lock a document and its renewal until the transaction ends, if the lease is still good.

    Raises:
        LeaseLost: it is not, or the knowledge base has the vectors of another model by now.
    """
    document = session.execute(
        select(Document.collection_id, Document.title, Document.file_name)
        .join(KnowledgeBase, KnowledgeBase.id == Document.knowledge_base_id)
        .where(
            Document.id == lease.document_id,
            KnowledgeBase.embedding_provider == lease.provider,
            KnowledgeBase.embedding_model == lease.model,
        )
        .with_for_update(of=Document)
    ).one_or_none()
    own = select(Renewal.id).where(Renewal.id == lease.renewal_id, Renewal.lease_token == lease.token)
    if document is None or session.scalar(own.with_for_update()) is None:
        raise LeaseLost
    new_name = lease.file_name if lease.is_replacement else None
    title = _title(document.title, document.file_name, new_name)
    return Held(document.collection_id, title, document.file_name)


def complete(session: Session, lease: Lease, held: Held, ready: Mapping[str, object]) -> None:
    """Put what came of a renewal in the place of the document, in the transaction that wrote its chunks.

    Args:
        session: the transaction, in which `hold` has locked both.
        lease: the lease.
        held: the document.
        ready: columns of a document that is ready.

    Raises:
        Unprocessable: the new file is another document by now.
    """
    renewed = dict(ready)
    if lease.is_replacement:
        renewed |= {
            "title": held.title,
            "file_name": lease.file_name,
            "media_type": lease.media_type.value,
            "size_bytes": lease.size_bytes,
            "content_hash": lease.content_hash,
        }
        _refuse_duplicate(session, lease)
        session.execute(delete(DocumentPart).where(DocumentPart.document_id == lease.document_id))
        document_id = literal(lease.document_id, Uuid())
        parts = select(document_id, RenewalPart.number, RenewalPart.content).where(
            RenewalPart.renewal_id == lease.renewal_id
        )
        session.execute(insert(DocumentPart).from_select(["document_id", "number", "content"], parts))
    session.execute(
        update(Document)
        .where(Document.id == lease.document_id)
        .values(renewed)
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(Renewal).where(Renewal.id == lease.renewal_id))


def give_up(session: Session, max_attempts: int) -> list[Failure]:
    """Fail renewals whose attempts all ended without a word; return them."""
    reason = Reason.RENEWAL_INTERRUPTED.filled(count=max_attempts)
    exhausted = (
        select(Renewal.id)
        .where(Renewal.status.in_(UNFINISHED), _FREE, Renewal.attempts >= max_attempts)
        .with_for_update(skip_locked=True)
    )
    statement = (
        update(Renewal)
        .where(Renewal.id.in_(exhausted), Renewal.document_id == Document.id)
        .values(
            status=Status.FAILED,
            error=reason,
            error_code=Reason.RENEWAL_INTERRUPTED.code,
            lease_token=None,
            lease_expires_at=None,
        )
        .returning(Document.id, Document.knowledge_base_id, Renewal.id, Renewal.request_id)
        .execution_options(synchronize_session=False)
    )
    failed = session.execute(statement).all()
    for _, _, renewal_id, _ in failed:
        discard_file(session, renewal_id)
    return [
        Failure(document_id, knowledge_base_id, reason, request_id)
        for document_id, knowledge_base_id, _, request_id in failed
    ]


def reason_of(lease: Lease, reason: str) -> str:
    """Return why a renewal failed, with what became of the document."""
    kind = Reason.NOT_REPLACED if lease.is_replacement else Reason.NOT_PROCESSED_AGAIN
    return kind.filled(file_name=lease.file_name, reason=reason)


def discard_file(session: Session, renewal_id: UUID) -> None:
    """Delete the file of a renewal that failed."""
    session.execute(delete(RenewalPart).where(RenewalPart.renewal_id == renewal_id))


def _title(title: str, file_name: str, new_file_name: str | None) -> str:
    """Return the title after a replacement: one that a person gave stays."""
    return title_of(new_file_name) if new_file_name is not None and title == title_of(file_name) else title


def _refuse_duplicate(session: Session, lease: Lease) -> None:
    same = select(Document.title).where(
        Document.knowledge_base_id == lease.knowledge_base_id,
        Document.content_hash == lease.content_hash,
        Document.id != lease.document_id,
    )
    if (title := session.scalar(same)) is not None:
        raise Unprocessable.because(Reason.DUPLICATE_DOCUMENT, title=title)
