"""The right to process a document."""

from dataclasses import dataclass
from uuid import UUID

from app.ingestion.media_types import MediaType


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to process a document, and what is needed for it.

    Attributes:
        document_id: the document.
        token: proves the right.
        attempt: which attempt this is, from 1.
        knowledge_base_id: the document's knowledge base.
        langchain_collection_id: where its chunks go.
        collection_id: its collection when the lease was taken; it may be moved meanwhile.
        media_type: what the file was accepted as: the document's, or that of the file that is to replace it.
        size_bytes: the length of the file.
        content_hash: of its bytes.
        title: what the document will be called, as things were when the lease was taken.
        file_name: the name of the file.
        provider: the name of what makes its vectors.
        model: the model of the provider.
        renewal_id: the renewal that this is for; None for a document's first processing.
        is_replacement: True where the file is the renewal's.
    """

    document_id: UUID
    token: UUID
    attempt: int
    knowledge_base_id: UUID
    langchain_collection_id: UUID
    collection_id: UUID
    media_type: MediaType
    size_bytes: int
    content_hash: str
    title: str
    file_name: str
    provider: str
    model: str
    renewal_id: UUID | None = None
    is_replacement: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A document that is locked for writing.

    Attributes:
        collection_id: the collection that it is in now.
        title: what it is called once it is written.
        file_name: the name of its file now.
        has_chunks: False where nothing of it was written before.
    """

    collection_id: UUID
    title: str
    file_name: str
    has_chunks: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that was given up.

    Attributes:
        document_id: the document.
        knowledge_base_id: its knowledge base.
        reason: for the person who uploaded it.
        request_id: of the request that the work was asked for by; None where it is not known.
    """

    document_id: UUID
    knowledge_base_id: UUID
    reason: str
    request_id: str | None
