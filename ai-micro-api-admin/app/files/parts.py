"""The bytes of files on their way: measured as they come, written in parts, copied to where a child can read them.

Nothing here holds more than a part of a file in memory.
"""

import os
import tempfile
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.contents.models import DocumentPart, RenewalPart
from app.ingestion.media_types import HEAD_BYTES

PART_BYTES = 1024 * 1024
"""Length of each part but the last."""


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
