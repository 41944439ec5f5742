"""`/api/documents` where a file comes in."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Response, UploadFile

from app.contents.models import Document
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.contents.schemas import DocumentOut
from app.documents.multipart import UploadRoute
from app.documents.problems import (
    CollectionOfAnotherKnowledgeBase,
    DocumentNotFound,
    DuplicateDocument,
    EmptyUpload,
    InvalidFileName,
    UnsupportedDocument,
    UploadTooLarge,
)
from app.documents.uploads import Uploads
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.tokens.verification import Administrator

# Apart from the others because its body may be as large as a file.
router = APIRouter(prefix="/api/documents", tags=["documents"], route_class=UploadRoute)


@router.post(
    "/upload",
    status_code=202,
    response_model=DocumentOut,
    responses={
        200: {"description": "These bytes are a document of the knowledge base already.", "model": DocumentOut},
        **problems(
            KnowledgeBaseNotFound,
            CollectionNotFound,
            UploadTooLarge,
            UnsupportedDocument,
            EmptyUpload,
            InvalidFileName,
            CollectionOfAnotherKnowledgeBase,
        ),
    },
)
def upload(
    *,
    file: Annotated[UploadFile, File(description="Text, Markdown or PDF.")],
    knowledge_base_id: Annotated[UUID, Form()],
    subject: Administrator,
    uploads: Uploads,
    response: Response,
    collection_id: Annotated[UUID | None, Form(description="The default collection, if left out.")] = None,
) -> Document:
    """Take a file; it is processed afterwards. Administrators only.

    Ask for the document until its `status` is `ready` or `failed`. The same bytes again give the same document.
    """
    document, queued = uploads.upload(
        file.file, file.filename or "", knowledge_base_id=knowledge_base_id, collection_id=collection_id, by=subject
    )
    response.status_code = 202 if queued else 200
    response.headers["Location"] = f"/api/documents/{document.id}"
    return document


@router.put(
    "/{document_id}/content",
    status_code=202,
    response_model=DocumentOut,
    responses=problems(
        DocumentNotFound, DuplicateDocument, UploadTooLarge, UnsupportedDocument, EmptyUpload, InvalidFileName
    ),
)
def replace(
    *,
    document_id: UUID,
    file: Annotated[UploadFile, File(description="Of any format that can be uploaded.")],
    subject: Administrator,
    condition: Conditional,
    uploads: Uploads,
) -> Document:
    """Replace a document's file by another one; administrators only.

    The document keeps its id, collection and tags. Its old file, chunks and title stay and are found until the new file
    is ready, then all of them change at once. A title that a person gave stays. If the new file cannot be processed,
    the document stays as it was, and `error` says why.
    """
    return uploads.replace(document_id, file.file, file.filename or "", condition, by=subject)
