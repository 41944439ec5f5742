"""Who works on which document: a lease in the document's row, acquired, renewed, and released or lost.

A lease is a random token and a moment at which it ends. Its holder renews it while at work; a process that was
killed does not, and its document is taken over once the lease has ended. What a worker writes in the end carries the
token: after a takeover the row has another one, and the write finds nothing (a fencing token, Kleppmann 2016, "How to
do distributed locking"). Clocks of several machines play no part: the database's alone counts.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.chunks.models import Chunk
from app.contents.models import UNFINISHED, Document, KnowledgeBase, Renewal, Status, Step
from app.ingestion.media_types import MediaType
from app.ingestion.parse_warnings import ParseWarning
from app.ingestion.reasons import Reason
from app.processing.failures import LeaseLost
from app.processing.leasing import renewals
from app.processing.leasing.lease import Failure, Held, Lease
from app.system_logs.events import Event
from app.system_logs.repository import SystemLogRepository
from service_kit.database.sessions import Database

_FREE = or_(Document.lease_expires_at.is_(None), Document.lease_expires_at < func.now())
_NO_LEASE = {"lease_token": None, "lease_expires_at": None}
_GIVE_UP_EVERY_SECONDS = 10.0
_STARTED = {"step": Step.READING, "progress": 0}


class Leases:
    """Acquires and releases leases, each call a transaction of its own.

    Args:
        database: where the documents are.
        seconds: how long a lease lasts without being renewed.
        max_attempts: how often a document is taken before it has failed.
    """

    def __init__(self, database: Database, *, seconds: float, max_attempts: int) -> None:
        self._database = database
        self._max_attempts = max_attempts
        self._next_giving_up = 0.0
        self.seconds = seconds

    def take(self) -> Lease | None:
        """Take the document that has waited longest, then the renewal that has, or None when nothing waits."""
        with self._database.session() as session:
            # SKIP LOCKED: two workers that look at the same time get different documents, and neither waits.
            oldest = (
                select(Document.id)
                # A newer release may have taken in kinds of files that this code does not know.
                .where(
                    Document.status.in_(UNFINISHED),
                    _FREE,
                    Document.attempts < self._max_attempts,
                    Document.media_type.in_(MediaType),
                )
                .order_by(Document.created_at)
                .limit(1)
                .with_for_update(skip_locked=True)
                .scalar_subquery()
            )
            taken = (
                update(Document)
                .where(Document.id == oldest, Document.knowledge_base_id == KnowledgeBase.id)
                .values(
                    status=Status.PROCESSING,
                    attempts=Document.attempts + 1,
                    lease_token=func.gen_random_uuid(),
                    lease_expires_at=self._end(),
                    **_STARTED,
                )
                .returning(
                    Document.id,
                    Document.lease_token,
                    Document.attempts,
                    Document.knowledge_base_id,
                    KnowledgeBase.langchain_collection_id,
                    Document.collection_id,
                    Document.media_type,
                    Document.size_bytes,
                    Document.content_hash,
                    Document.title,
                    Document.file_name,
                    KnowledgeBase.embedding_provider,
                    KnowledgeBase.embedding_model,
                )
                .execution_options(synchronize_session=False)
            )
            row = session.execute(taken).one_or_none()
            if row is None or time.monotonic() >= self._next_giving_up:
                self._next_giving_up = time.monotonic() + _GIVE_UP_EVERY_SECONDS
                self._give_up_on_repeated_interruptions(session)
            if row is None:
                return renewals.take(session, ends=self._end())
        id_, token, attempt, knowledge_base_id, langchain_id, collection_id, media_type, *rest = row
        assert token is not None  # noqa: S101 - set by the statement above
        media = MediaType(media_type)
        return Lease(id_, token, attempt, knowledge_base_id, langchain_id, collection_id, media, *rest)

    def renew(self, lease: Lease) -> bool:
        """Make a lease last from now; return whether it still was there to be renewed."""
        with self._database.session() as session:
            return self._update(session, lease, lease_expires_at=self._end())

    def give_back(self, lease: Lease, *, seconds: float = 0.0) -> None:
        """Let another worker process the document after a pause, as if it had never been taken."""
        with self._database.session() as session:
            pause = func.now() + timedelta(seconds=seconds) if seconds else None
            self._update(
                session,
                lease,
                status=Status.PENDING,
                attempts=_row(lease).attempts - 1,
                lease_token=None,
                lease_expires_at=pause,
            )

    def retry_later(self, lease: Lease, *, seconds: float) -> None:
        """Let the document be taken again after a pause, or fail it when that was the last attempt."""
        if lease.attempt >= self._max_attempts:
            self.fail(lease, Reason.INTERNAL_ERROR.code, Reason.INTERNAL_ERROR.text)
            return
        with self._database.session() as session:
            pause = func.now() + timedelta(seconds=seconds)
            self._update(session, lease, status=Status.PENDING, lease_token=None, lease_expires_at=pause)

    def fail(self, lease: Lease, code: str, reason: str) -> None:
        """Give the document up for good.

        Args:
            lease: the lease.
            code: stable code of the reason.
            reason: for the person who uploaded it.
        """
        with self._database.session() as session:
            if lease.renewal_id is not None:
                reason = renewals.reason_of(lease, reason)
            row = self._updated(session, lease, status=Status.FAILED, error=reason, error_code=code, **_NO_LEASE)
            if row is not None:
                if lease.renewal_id is not None:
                    renewals.discard_file(session, lease.renewal_id)
                failure = Failure(lease.document_id, lease.knowledge_base_id, reason, row.request_id)
                _record_failure(session, code, failure)

    def report(self, lease: Lease, step: Step, progress: int) -> None:
        """Say how far the work on a document is, in percent."""
        with self._database.session() as session:
            self._update(session, lease, step=step, progress=progress)

    def complete(
        self,
        session: Session,
        lease: Lease,
        held: Held,
        *,
        chunk_count: int,
        warnings: Sequence[ParseWarning],
        index_version: int,
    ) -> None:
        """Make the document ready, in the transaction that wrote its chunks.

        Raises:
            Unprocessable: it is to be replaced by what is another document by now.
        """
        ready = {
            "status": Status.READY,
            "error": None,
            "error_code": None,
            "warnings": [asdict(warning) for warning in warnings],
            "chunk_count": chunk_count,
            "index_version": index_version,
            **_NO_LEASE,
        }
        if lease.renewal_id is None:
            self._update(session, lease, **ready)
        else:
            renewals.complete(session, lease, held, ready)

    def hold(self, session: Session, lease: Lease) -> Held:
        """Lock the document until the transaction ends, if the lease is still good.

        Returns:
            What may have been changed since the lease was taken.

        Raises:
            LeaseLost: it is not, or the knowledge base has the vectors of another model by now.
        """
        if lease.renewal_id is not None:
            return renewals.hold(session, lease)
        statement = (
            select(
                Document.collection_id,
                Document.title,
                Document.file_name,
                exists().where(Chunk.document_id == Document.id),
            )
            .join(KnowledgeBase, KnowledgeBase.id == Document.knowledge_base_id)
            .where(
                Document.id == lease.document_id,
                Document.lease_token == lease.token,
                KnowledgeBase.embedding_provider == lease.provider,
                KnowledgeBase.embedding_model == lease.model,
            )
            .with_for_update(of=Document)
        )
        held = session.execute(statement).one_or_none()
        if held is None:
            raise LeaseLost
        return Held(*held)

    def _end(self) -> ColumnElement[datetime]:
        return func.now() + timedelta(seconds=self.seconds)

    def _update(self, session: Session, lease: Lease, **values: object) -> bool:
        return self._updated(session, lease, **values) is not None

    def _updated(self, session: Session, lease: Lease, **values: object) -> Row[UUID, str | None] | None:
        """Set columns; return the id and the request of the row, None where the lease is lost."""
        row = _row(lease)
        statement = (
            update(row)
            .where(row.id == (lease.renewal_id or lease.document_id), row.lease_token == lease.token)
            .values(**values)
            .returning(row.id, row.request_id)
            .execution_options(synchronize_session=False)
        )
        return session.execute(statement).one_or_none()

    def _give_up_on_repeated_interruptions(self, session: Session) -> None:
        """Fail documents whose attempts all ended without a word: they kill the process that works on them."""
        reason = Reason.INTERRUPTED.filled(count=self._max_attempts)
        exhausted = (
            select(Document.id)
            .where(Document.status.in_(UNFINISHED), _FREE, Document.attempts >= self._max_attempts)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(Document)
            .where(Document.id.in_(exhausted))
            .values(status=Status.FAILED, error=reason, error_code=Reason.INTERRUPTED.code, **_NO_LEASE)
            .returning(Document.id, Document.knowledge_base_id, Document.request_id)
            .execution_options(synchronize_session=False)
        )
        failed = [
            Failure(document_id, knowledge_base_id, reason, request_id)
            for document_id, knowledge_base_id, request_id in session.execute(statement).all()
        ]
        for failure in failed + renewals.give_up(session, self._max_attempts):
            _record_failure(session, Reason.INTERRUPTED.code, failure)


def _row(lease: Lease) -> type[Document | Renewal]:
    """Return the table that a lease is in."""
    return Document if lease.renewal_id is None else Renewal


def _record_failure(session: Session, code: str, failure: Failure) -> None:
    SystemLogRepository(session).record(
        Event.DOCUMENT_FAILED,
        "A document could not be processed.",
        level="error",
        details={
            "document_id": str(failure.document_id),
            "knowledge_base_id": str(failure.knowledge_base_id),
            "code": code,
            "reason": failure.reason,
        },
        request_id=failure.request_id,
    )
