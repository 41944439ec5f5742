"""Statements on `stored_files`; each function is a part of its caller's transaction.

A document's row is locked before its row here, so two processes never decide on one file at the same time.
"""

from collections.abc import Iterator
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.contents.models import UNFINISHED, Document, DocumentPart
from app.files import parts
from app.files.models import IS_FILE_OF_DOCUMENT, State, StoredFile
from app.files.object_store import ObjectKey

# Longer than writing a file takes: until then, an object that is being written is left to its writer.
_IS_BEING_WRITTEN = and_(
    StoredFile.state == State.WRITING.value, StoredFile.changed_at > func.now() - text("interval '10 minutes'")
)
_IS_OF_A_DOCUMENT = exists().where(IS_FILE_OF_DOCUMENT)
_IS_GARBAGE = or_(StoredFile.state == State.DISCARDED.value, and_(~_IS_OF_A_DOCUMENT, ~_IS_BEING_WRITTEN))
_IS_KEPT = and_(StoredFile.state == State.STORED.value, _IS_OF_A_DOCUMENT)


def claim(session: Session) -> ObjectKey | None:
    """Choose a file that is in PostgreSQL and whose document was processed, and mark its object as being written."""
    row = session.execute(_in_postgresql().limit(1).with_for_update(of=Document, skip_locked=True)).one_or_none()
    # Again, now that nothing else changes it: another process may have claimed or moved it between the two.
    if row is None or session.execute(_in_postgresql().where(Document.id == row.id)).one_or_none() is None:
        return None
    key = ObjectKey(row.id, row.content_hash, row.size_bytes)
    claiming = (
        insert(StoredFile)
        .values(
            document_id=key.document_id,
            content_hash=key.content_hash,
            size_bytes=key.size_bytes,
            state=State.WRITING.value,
        )
        .on_conflict_do_update(
            index_elements=["document_id", "content_hash", "size_bytes"],
            set_={"state": State.WRITING.value, "changed_at": func.now()},
        )
    )
    session.execute(claiming)
    return key


def _in_postgresql() -> Select[UUID, str, int]:
    """Files in PostgreSQL whose documents were processed, and whose objects no process is writing."""
    return (
        select(Document.id, Document.content_hash, Document.size_bytes)
        .join(DocumentPart, and_(DocumentPart.document_id == Document.id, DocumentPart.number == 0))
        .outerjoin(StoredFile, IS_FILE_OF_DOCUMENT)
        .where(Document.status.not_in(UNFINISHED), StoredFile.state.is_(None) | ~_IS_BEING_WRITTEN)
    )


def settle(session: Session, key: ObjectKey) -> bool:
    """Let the object, which is written, take the place of the parts; discard it if its document is gone by now.

    Returns:
        True if it took their place.
    """
    is_there = _lock_document(session, key)
    _set_state(session, key, State.STORED if is_there else State.DISCARDED)
    if is_there:
        session.execute(delete(DocumentPart).where(DocumentPart.document_id == key.document_id))
    return is_there


def release(session: Session, key: ObjectKey) -> None:
    """Let the next process write an object that could not be written."""
    session.execute(update(StoredFile).where(_is(key)).values(changed_at=func.to_timestamp(0)))


def take_stored(session: Session, *, after: UUID | None) -> ObjectKey | None:
    """Choose the next file that is in the store, and keep it from others until the transaction ends.

    Args:
        session: the transaction.
        after: the document of the one before; None for the first.
    """
    return _take(session, _IS_KEPT if after is None else and_(_IS_KEPT, StoredFile.document_id > after))


def restore(session: Session, key: ObjectKey, file: BinaryIO) -> bool:
    """Write a file that is in the store to PostgreSQL, and discard its object.

    Returns:
        False if its document was deleted or replaced meanwhile.
    """
    if not _lock_document(session, key):
        return False
    parts.store(session, key.document_id, file)
    _set_state(session, key, State.DISCARDED)
    return True


def take_garbage(session: Session) -> ObjectKey | None:
    """Choose an object that no document refers to, and keep it from others until the transaction ends."""
    return _take(session, _IS_GARBAGE)


def forget(session: Session, key: ObjectKey) -> None:
    """Delete the row of an object that was deleted."""
    session.execute(delete(StoredFile).where(_is(key)))


def kept(session: Session) -> Iterator[ObjectKey]:
    """Yield the files that are in the store."""
    rows = session.scalars(select(StoredFile).where(_IS_KEPT).execution_options(yield_per=1000))
    return (_key(row) for row in rows)


def count_in_postgresql(session: Session) -> int:
    """Return how many files are in PostgreSQL."""
    return session.scalar(select(func.count()).where(DocumentPart.number == 0)) or 0


def count_kept(session: Session) -> int:
    """Return how many files are in the store."""
    return session.scalar(_counting().where(_IS_KEPT)) or 0


def count_garbage(session: Session) -> int:
    """Return how many objects are to be deleted."""
    return session.scalar(_counting().where(_IS_GARBAGE)) or 0


def _counting() -> Select[int]:
    return select(func.count()).select_from(StoredFile)


def _take(session: Session, condition: ColumnElement[bool]) -> ObjectKey | None:
    row = session.scalars(
        select(StoredFile).where(condition).order_by(StoredFile.document_id).limit(1).with_for_update(skip_locked=True)
    ).one_or_none()
    return None if row is None else _key(row)


def _lock_document(session: Session, key: ObjectKey) -> bool:
    """Return True if the document still has this file, and keep it so until the transaction ends."""
    locking = (
        select(Document.id)
        .where(
            Document.id == key.document_id,
            Document.content_hash == key.content_hash,
            Document.size_bytes == key.size_bytes,
        )
        .with_for_update(of=Document)
    )
    return session.scalar(locking) is not None


def _set_state(session: Session, key: ObjectKey, state: State) -> None:
    session.execute(update(StoredFile).where(_is(key)).values(state=state.value, changed_at=func.now()))


def _is(key: ObjectKey) -> ColumnElement[bool]:
    return and_(
        StoredFile.document_id == key.document_id,
        StoredFile.content_hash == key.content_hash,
        StoredFile.size_bytes == key.size_bytes,
    )


def _key(row: StoredFile) -> ObjectKey:
    return ObjectKey(row.document_id, row.content_hash, row.size_bytes)
