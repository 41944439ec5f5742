"""Files of documents: measured as they come, kept in parts, and read back part by part.

Nothing here holds more than a part of a file in memory, and no connection is held while a client reads slowly.
"""

import os
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import Select, bindparam, insert, select
from sqlalchemy.orm import Session

from app.contents.models import Document, DocumentPart, RenewalPart
from app.ingestion.media_types import HEAD_BYTES
from service_kit.database.sessions import Database

PART_BYTES = 1024 * 1024

# A document that is replaced while it is read gives no part of the new file after those of the old one.
_PART = (
    select(DocumentPart.content)
    .join(Document, Document.id == DocumentPart.document_id)
    .where(
        DocumentPart.document_id == bindparam("id"),
        DocumentPart.number == bindparam("number"),
        Document.content_hash == bindparam("content_hash"),
        Document.size_bytes == bindparam("size_bytes"),
    )
)
_PART_OF_RENEWAL = select(RenewalPart.content).where(
    RenewalPart.renewal_id == bindparam("id"), RenewalPart.number == bindparam("number")
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a file before it is stored.

    Attributes:
        size_bytes: its length.
        content_hash: SHA-256 of its bytes, in hexadecimal.
        head: its first bytes, enough to tell its format.
        hash_without_mark: the same without the byte order mark of UTF-8, if it begins with one.
        hash_with_mark: the same with one.
    """

    size_bytes: int
    content_hash: str
    head: bytes
    hash_without_mark: str
    hash_with_mark: str


def measure(file: BinaryIO) -> Measured:
    """Read a file once, from its beginning."""
    without_mark, with_mark = sha256(), sha256(BOM_UTF8)
    size, head = 0, b""
    for number, part in _parts(file):
        head = head or part[:HEAD_BYTES]
        size += len(part)
        rest = part.removeprefix(BOM_UTF8) if number == 0 else part
        without_mark.update(rest)
        with_mark.update(rest)
    pair = without_mark.hexdigest(), with_mark.hexdigest()
    return Measured(size, pair[head.startswith(BOM_UTF8)], head, *pair)


def store(session: Session, document_id: UUID, file: BinaryIO) -> None:
    """Write the parts of a document's file, a statement each."""
    for number, part in _parts(file):
        session.execute(insert(DocumentPart), {"document_id": document_id, "number": number, "content": part})


def store_renewal(session: Session, renewal_id: UUID, file: BinaryIO) -> None:
    """Write the parts of the file that is to replace a document's, a statement each."""
    for number, part in _parts(file):
        session.execute(insert(RenewalPart), {"renewal_id": renewal_id, "number": number, "content": part})


def read(database: Database, document_id: UUID, *, size_bytes: int, content_hash: str) -> Iterator[bytes]:
    """Yield the parts of a document's file, each read when it is asked for, with a connection given back at once.

    Args:
        database: where it is.
        document_id: the document.
        size_bytes: the length of the file that is meant.
        content_hash: its hash.

    Raises:
        FileVanished: the document was deleted or replaced meanwhile.
    """
    which = {"id": document_id, "content_hash": content_hash, "size_bytes": size_bytes}
    return _read(database, _PART, which, size_bytes)


def read_renewal(database: Database, renewal_id: UUID, *, size_bytes: int) -> Iterator[bytes]:
    """Yield the parts of the file that is to replace a document's, likewise.

    Raises:
        FileVanished: the document was deleted, or another file is to replace it by now.
    """
    return _read(database, _PART_OF_RENEWAL, {"id": renewal_id}, size_bytes)


def copy(parts: Iterator[bytes]) -> BinaryIO:
    """Return a file that can only be read, and has no name that a kill would leave behind."""
    descriptor, name = tempfile.mkstemp()
    writer = os.fdopen(descriptor, "wb")
    try:
        copied = Path(name).open("rb")  # noqa: SIM115 - the caller closes it
    finally:
        Path(name).unlink()
    with ExitStack() as on_failure, writer:
        on_failure.enter_context(copied)
        for part in parts:
            writer.write(part)
        on_failure.pop_all()
    return copied


def _parts(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    return enumerate(iter(partial(file.read, PART_BYTES), b""))


def _read(
    database: Database, statement: Select[bytes], which: Mapping[str, object], size_bytes: int
) -> Iterator[bytes]:
    for number in range(-(-size_bytes // PART_BYTES)):
        with database.reading() as connection:
            part = connection.scalar(statement, {**which, "number": number})
        if part is None:
            raise FileVanished(f"the file of {which['id']} was deleted or replaced while it was being read")
        yield bytes(part)


class FileVanished(Exception):  # noqa: N818 - named for what happened
    """A file was deleted or replaced while it was being read."""


def content_disposition(file_name: str) -> str:
    """Return the header that makes a browser save a file under its name (RFC 6266, RFC 8187).

    Args:
        file_name: the name, of any characters; the fallback for old clients has ASCII letters, digits and `._-` only.
    """
    fallback = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in file_name)
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(file_name, safe='')}"
