"""Reads files back, from wherever they are; no connection is held while a client reads slowly."""

from collections.abc import Iterator
from itertools import chain
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy import and_, bindparam, select

from app.contents.models import Document, DocumentPart, RenewalPart
from app.files.models import IS_FILE_OF_DOCUMENT, State, StoredFile
from app.files.object_store import ObjectKey, ObjectStore, ObjectStoreError
from app.files.parts import PART_BYTES
from app.files.problems import FileStoreUnavailable
from service_kit.database.sessions import Database

# What the store is asked for at a time.
_RANGE_PARTS = 4

# A document that is replaced while it is read gives no part of the new file after those of the old one.
_PART = (
    select(DocumentPart.content, StoredFile.state)
    .select_from(Document)
    .outerjoin(DocumentPart, and_(DocumentPart.document_id == Document.id, DocumentPart.number == bindparam("number")))
    .outerjoin(StoredFile, IS_FILE_OF_DOCUMENT)
    .where(
        Document.id == bindparam("id"),
        Document.content_hash == bindparam("content_hash"),
        Document.size_bytes == bindparam("size_bytes"),
    )
)
_PART_OF_RENEWAL = select(RenewalPart.content).where(
    RenewalPart.renewal_id == bindparam("id"), RenewalPart.number == bindparam("number")
)


class FileVanished(Exception):  # noqa: N818 - named for what happened
    """A file was deleted or replaced while it was being read."""


class Files:
    """Reads the files of documents.

    Args:
        database: where they are.
        store: where they are moved to; None where no store is set.
    """

    def __init__(self, database: Database, store: ObjectStore | None) -> None:
        self._database = database
        self._store = store

    def read(self, document_id: UUID, *, size_bytes: int, content_hash: str) -> Iterator[bytes]:
        """Yield a document's file; the first of it is read at once, so that what cannot be read fails here.

        Args:
            document_id: the document.
            size_bytes: the length of the file that is meant.
            content_hash: its hash.

        Raises:
            FileVanished: the document was deleted or replaced meanwhile.
            FileStoreUnavailable: the file is in the object store, which does not give it.
        """
        return _begun(self._read(ObjectKey(document_id, content_hash, size_bytes)))

    def read_renewal(self, renewal_id: UUID, *, size_bytes: int) -> Iterator[bytes]:
        """Yield the file that is to replace a document's, likewise.

        Raises:
            FileVanished: the document was deleted, or another file is to replace it by now.
        """
        return _begun(self._read_renewal(renewal_id, size_bytes))

    def _read(self, key: ObjectKey) -> Iterator[bytes]:
        # Each step looks where the file is: it may be moved, either way, while it is read.
        start = 0
        while start < key.size_bytes:
            which = {"id": key.document_id, "content_hash": key.content_hash, "size_bytes": key.size_bytes}
            with self._database.reading() as connection:
                found = connection.execute(_PART, {**which, "number": start // PART_BYTES}).one_or_none()
            if found is not None and found.content is not None:
                part = bytes(found.content)
            elif found is not None and found.state == State.STORED:
                part = self._read_stored(key, start, min(start + _RANGE_PARTS * PART_BYTES, key.size_bytes))
            else:
                raise FileVanished(f"the file of {key.document_id} was deleted or replaced while it was being read")
            yield part
            start += len(part)

    def _read_stored(self, key: ObjectKey, start: int, end: int) -> bytes:
        if self._store is None:
            raise FileStoreUnavailable.saying(FileStoreUnavailable.NOT_SET_UP)
        try:
            return self._store.read(key, start, end)
        except ObjectStoreError as error:
            raise FileStoreUnavailable from error

    def _read_renewal(self, renewal_id: UUID, size_bytes: int) -> Iterator[bytes]:
        for number in range(-(-size_bytes // PART_BYTES)):
            with self._database.reading() as connection:
                part = connection.scalar(_PART_OF_RENEWAL, {"id": renewal_id, "number": number})
            if part is None:
                raise FileVanished(f"the file of {renewal_id} was deleted or replaced while it was being read")
            yield bytes(part)


def _begun(parts: Iterator[bytes]) -> Iterator[bytes]:
    return chain([next(parts)], parts)


async def files(request: Request) -> Files:
    """Return the application's files."""
    found: Files = request.app.state.files
    return found


FilesDep = Annotated[Files, Depends(files)]
