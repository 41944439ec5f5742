"""Files of documents: measured as they come, kept in parts, and read back part by part.

Nothing here holds more than a part of a file in memory, and no connection is held while a client reads slowly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO
from urllib.parse import quote
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from app.contents.models import DocumentPart
from app.ingestion.media_types import HEAD_BYTES
from service_kit.database.sessions import Database

PART_BYTES = 1024 * 1024

_PART = select(DocumentPart.content).where(
    DocumentPart.document_id == bindparam("document_id"), DocumentPart.number == bindparam("number")
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a file before it is stored.

    Attributes:
        size_bytes: its length.
        content_hash: SHA-256 of its bytes, in hexadecimal.
        head: its first bytes, enough to tell its format.
    """

    size_bytes: int
    content_hash: str
    head: bytes


def measure(file: BinaryIO) -> Measured:
    """Read a file once, from its beginning."""
    file.seek(0)
    digest, size, head = sha256(), 0, b""
    while part := file.read(PART_BYTES):
        head = head or part[:HEAD_BYTES]
        digest.update(part)
        size += len(part)
    return Measured(size, digest.hexdigest(), head)


def store(session: Session, document_id: UUID, file: BinaryIO) -> None:
    """Write a file's parts, a statement each."""
    file.seek(0)
    number = 0
    while part := file.read(PART_BYTES):
        session.execute(insert(DocumentPart), {"document_id": document_id, "number": number, "content": part})
        number += 1


def read(database: Database, document_id: UUID, *, size_bytes: int) -> Iterator[bytes]:
    """Yield a file's parts, each read when it is asked for, with a connection that is given back at once.

    Raises:
        FileVanished: the document was deleted meanwhile.
    """
    for number in range(-(-size_bytes // PART_BYTES)):
        with database.reading() as connection:
            part = connection.scalar(_PART, {"document_id": document_id, "number": number})
        if part is None:
            raise FileVanished(f"document {document_id} was deleted while its file was being read")
        yield bytes(part)


class FileVanished(Exception):  # noqa: N818 - named for what happened
    """A document was deleted while its file was being read."""


def content_disposition(file_name: str) -> str:
    """Return the header that makes a browser save a file under its name (RFC 6266, RFC 8187).

    Args:
        file_name: the name, of any characters; the fallback for old clients has ASCII letters, digits and `._-` only.
    """
    fallback = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in file_name)
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(file_name, safe='')}"
