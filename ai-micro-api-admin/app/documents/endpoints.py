"""`/api/documents`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from app.contents.filters import Filtering
from app.contents.models import Document, Status
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.contents.schemas import DocumentOut
from app.documents.downloads import content_disposition
from app.documents.problems import (
    CollectionOfAnotherKnowledgeBase,
    DocumentNotFailed,
    DocumentNotFound,
)
from app.documents.schemas import DocumentMove, DocumentPatch
from app.documents.service import Documents
from app.files.problems import FileStoreUnavailable
from app.files.reading import FilesDep, FileVanished
from app.ingestion.media_types import MediaType
from service_kit.database.admission import AdmissionDep
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, CurrentSubject

router = APIRouter(prefix="/api/documents", tags=["documents"], route_class=Route)
_FILE_TYPES: dict[str, Any] = {media_type.value: {"schema": {"type": "string"}} for media_type in MediaType}


@router.get(
    "",
    response_model=Page[DocumentOut],
    responses=problems(KnowledgeBaseNotFound, CollectionNotFound, InvalidCursor),
)
def list_readable(
    *,
    subject: CurrentSubject,
    documents: Documents,
    page: Paging,
    q: SearchText = None,
    knowledge_base_id: Annotated[UUID | None, Query(description="Only documents of this one.")] = None,
    collection_id: Annotated[UUID | None, Query(description="Only documents of this one.")] = None,
    status: Annotated[Status | None, Query(description="Only documents in this state.")] = None,
    filtering: Filtering,
) -> Slice[Document]:
    """List the documents that the caller may read, newest first; `q` is part of a title or a file's name."""
    return documents.page(
        q,
        page,
        knowledge_base_id=knowledge_base_id,
        collection_id=collection_id,
        status=status,
        filtering=filtering,
        by=subject,
    )


@router.get("/{document_id}", response_model=DocumentOut, responses=problems(DocumentNotFound))
def get(document_id: UUID, subject: CurrentSubject, documents: Documents) -> Document:
    """Return a document."""
    return documents.get(document_id, by=subject)


@router.get(
    "/{document_id}/content",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The file as it was uploaded.", "content": _FILE_TYPES},
        **problems(DocumentNotFound, FileStoreUnavailable),
    },
)
def content(
    document_id: UUID, subject: CurrentSubject, documents: Documents, files: FilesDep, admission: AdmissionDep
) -> StreamingResponse:
    """Return the file that was uploaded, to be saved under its name."""
    document = documents.get(document_id, by=subject)
    try:
        parts = files.read(document.id, size_bytes=document.size_bytes, content_hash=document.content_hash)
    except FileVanished as error:
        raise DocumentNotFound.saying(DocumentNotFound.VANISHED) from error
    return StreamingResponse(
        admission.stream(parts),
        headers={
            # Given as a header, because Starlette adds a charset to text, and which one it is only the file knows.
            "Content-Type": document.media_type,
            "Content-Length": str(document.size_bytes),
            "Content-Disposition": content_disposition(document.file_name),
            # The hash of a text leaves out its byte order mark.
            "ETag": f'"{document.content_hash}.{document.size_bytes}"',
        },
    )


@router.patch("/{document_id}", response_model=DocumentOut, responses=problems(DocumentNotFound))
def change(
    document_id: UUID, body: DocumentPatch, subject: Administrator, condition: Conditional, documents: Documents
) -> Document:
    """Change title or tags; administrators only."""
    return documents.change(document_id, body, condition, by=subject)


@router.post(
    "/{document_id}/retry",
    status_code=202,
    response_model=DocumentOut,
    responses=problems(DocumentNotFound, DocumentNotFailed),
)
def retry(document_id: UUID, subject: Administrator, condition: Conditional, documents: Documents) -> Document:
    """Process a document again whose processing has failed; administrators only."""
    return documents.retry(document_id, condition, by=subject)


@router.post(
    "/{document_id}/reprocess",
    status_code=202,
    response_model=DocumentOut,
    responses=problems(DocumentNotFound),
)
def reprocess(document_id: UUID, subject: Administrator, condition: Conditional, documents: Documents) -> Document:
    """Read a document's file again, cut and index it; administrators only.

    Its chunks are found until the new ones take their place. If that fails, they stay, and `error` says why.
    """
    return documents.reprocess(document_id, condition, by=subject)


@router.put(
    "/{document_id}/move",
    response_model=DocumentOut,
    responses=problems(DocumentNotFound, CollectionNotFound, CollectionOfAnotherKnowledgeBase),
)
def move(
    document_id: UUID, body: DocumentMove, subject: Administrator, condition: Conditional, documents: Documents
) -> Document:
    """Move a document to another collection of its knowledge base; administrators only.

    Its id, its chunks and their metadata stay.
    """
    return documents.move(document_id, condition, to=body.collection_id, by=subject)


@router.delete("/{document_id}", status_code=204, responses=problems(DocumentNotFound))
def delete(document_id: UUID, subject: Administrator, condition: Conditional, documents: Documents) -> None:
    """Delete a document, its file and its chunks; administrators only."""
    documents.delete(document_id, condition, by=subject)
