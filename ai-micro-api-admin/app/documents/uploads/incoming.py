"""Looks at a file before it is taken in: what it is, and why it is refused."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from app.documents.problems import EmptyUpload, InvalidFileName, UnsupportedDocument, UploadTooLarge
from app.files.parts import measure
from app.ingestion.media_types import (
    TEXTS,
    EmptyFile,
    FileNameRejected,
    MediaType,
    UnsupportedMediaType,
    detect_media_type,
    safe_file_name,
)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that can be taken.

    Attributes:
        file_name: its name, as it may be shown.
        media_type: what it will be read as.
        size_bytes: its length.
        content_hash: SHA-256 of its bytes, in hexadecimal; of a text, without the byte order mark of UTF-8.
        same_as: what the same file may have been stored under: releases before revision 018 took the mark for content.
    """

    file_name: str
    media_type: MediaType
    size_bytes: int
    content_hash: str
    same_as: tuple[str, ...]

    @property
    def title(self) -> str:
        """What the document is called until a person calls it otherwise."""
        return title_of(self.file_name)


def title_of(file_name: str) -> str:
    """Return the title that a document has from its file's name."""
    return PurePosixPath(file_name).stem


def inspect(file: BinaryIO, claimed_name: str, *, max_bytes: int) -> Incoming:
    """Read a file once, and return what is known of it.

    Args:
        file: its bytes.
        claimed_name: its name as the client sent it.
        max_bytes: the largest that is taken.

    Raises:
        InvalidFileName: nothing of the name can be shown.
        EmptyUpload: there are no bytes.
        UploadTooLarge: there are too many.
        UnsupportedDocument: the format is none that can be read.
    """
    measured = measure(file)
    if measured.size_bytes > max_bytes:
        raise UploadTooLarge.saying(UploadTooLarge.LIMIT, limit=f"{max_bytes:,}")
    try:
        file_name = safe_file_name(claimed_name)
        media_type = detect_media_type(file_name, measured.head)
    except FileNameRejected as error:
        raise InvalidFileName from error
    except EmptyFile as error:
        raise EmptyUpload from error
    except UnsupportedMediaType as error:
        raise UnsupportedDocument(str(error)) from error
    if media_type not in TEXTS:
        return Incoming(file_name, media_type, measured.size_bytes, measured.content_hash, (measured.content_hash,))
    hashes = (measured.hash_without_mark, measured.hash_with_mark)
    return Incoming(file_name, media_type, measured.size_bytes, hashes[0], hashes)
