"""What can go wrong with documents."""

from typing import Self

from app.audit_trail import Act
from app.contents.models import Document
from app.ingestion.media_types import UnsupportedText
from app.ingestion.reasons import Reason
from service_kit.http.problems import Problem

_VANISHED = "The document was deleted or replaced meanwhile."


class DocumentNotFound(Problem, status=404, code="DOCUMENT_NOT_FOUND"):
    """There is no such document that you may see."""

    refused_action = Act.DOCUMENT_ACCESS
    VANISHED = _VANISHED
    texts = (VANISHED,)


class ChunkNotFound(Problem, status=404, code="CHUNK_NOT_FOUND"):
    """There is no such chunk that you may see; a document that was changed has new ones."""

    refused_action = Act.DOCUMENT_ACCESS


class DocumentNotFailed(Problem, status=409, code="DOCUMENT_NOT_FAILED"):
    """Only a document whose processing has failed is processed again."""


class DocumentWithoutPages(Problem, status=409, code="DOCUMENT_WITHOUT_PAGES"):
    """Only the pages of a PDF can be shown as pictures."""


class PageNotFound(Problem, status=404, code="PAGE_NOT_FOUND"):
    """The document has no such page."""

    OF_SO_MANY = "The document has {count} pages."
    texts = (OF_SO_MANY,)


class PageNotShown(Problem, status=422, code="PAGE_NOT_SHOWN"):
    """The page cannot be drawn: the PDF is damaged or protected by a password, or the page is too complex."""

    VANISHED = _VANISHED
    texts = (VANISHED,)


class DocumentWithoutText(Problem, status=409, code="DOCUMENT_WITHOUT_TEXT"):
    """The document has no text yet: it waits, is in work, or its processing has failed."""


class DocumentInWork(Problem, status=409, code="DOCUMENT_IN_WORK"):
    """The document is being processed again: its chunks are about to be replaced. Correct them afterwards."""


class DuplicateDocument(Problem, status=409, code="DUPLICATE_DOCUMENT"):
    """The file is another document of the knowledge base: `document_id`, `title` and `collection_id` say which."""

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the problem with the document that has the bytes."""
        return cls(
            Reason.DUPLICATE_DOCUMENT.filled(title=document.title),
            document_id=str(document.id),
            title=document.title,
            collection_id=str(document.collection_id),
        )


class CollectionOfAnotherKnowledgeBase(Problem, status=422, code="COLLECTION_OF_ANOTHER_KNOWLEDGE_BASE"):
    """The collection belongs to another knowledge base; a document stays in its own."""


class EmptyUpload(Problem, status=422, code="EMPTY_FILE"):
    """The file is empty."""


class InvalidFileName(Problem, status=422, code="INVALID_FILE_NAME"):
    """The file has no usable name; rename it and upload it again."""


class UploadTooLarge(Problem, status=413, code="UPLOAD_TOO_LARGE"):
    """The file is larger than is accepted."""

    LIMIT = "The file is larger than {limit} bytes."
    texts = (LIMIT,)


class TooManyFiles(Problem, status=413, code="TOO_MANY_FILES"):
    """The request has more files than are taken at once; send them in several requests."""


class ArchiveTooLarge(Problem, status=413, code="ARCHIVE_TOO_LARGE"):
    """The zip has more files, or unpacks to more, than can be taken at once."""

    FILES = "The zip has {count} files; {limit} more can be taken at once."
    LIST = "The zip has more files than can be taken at once. Divide it into smaller ones."
    UNPACKED = "The zips of this request unpack to more than can be taken at once. Upload fewer."
    texts = (FILES, LIST, UNPACKED)


class ArchiveDamaged(Problem, status=422, code="ARCHIVE_DAMAGED"):
    """The zip is damaged, or is none."""

    FILE = "This file of the zip is damaged, or packed in a way that cannot be read."
    texts = (FILE,)


class EncryptedFile(Problem, status=422, code="ENCRYPTED_FILE"):
    """The file is protected by a password inside the zip; pack it without one."""


class UnsupportedDocument(Problem, status=415, code="UNSUPPORTED_DOCUMENT"):
    """The file is of a format that cannot be read, or its content is not what its name says."""

    texts = tuple(UnsupportedText)
