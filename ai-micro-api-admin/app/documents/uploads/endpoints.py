"""`/api/documents` where a file comes in."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, File, Form, Response, UploadFile

from app.contents.models import Document
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.contents.schemas import DocumentOut
from app.documents.problems import (
    CollectionOfAnotherKnowledgeBase,
    DocumentNotFound,
    DuplicateDocument,
    EmptyUpload,
    InvalidFileName,
    UnsupportedDocument,
    UploadTooLarge,
)
from app.documents.schemas import OnDuplicate, UploadOut
from app.documents.uploads.multipart import UploadRoute
from app.documents.uploads.service import Target, Uploads
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.tokens.verification import Administrator

# Apart from the others because its body may be as large as a file.
router = APIRouter(prefix="/api/documents", tags=["documents"], route_class=UploadRoute)

OptionalId = Annotated[
    UUID | Literal[""] | None, Form(description="The default collection, if left out or empty, as forms send it.")
]
ON_DUPLICATE = (
    "For bytes that are a document of the knowledge base already: `keep` it as it is, `move` it to the collection and"
    " the file name of this upload, or `refuse` (409)."
)


@router.post(
    "/upload",
    status_code=202,
    response_model=UploadOut,
    responses={
        200: {"description": "These bytes are a document of the knowledge base already.", "model": UploadOut},
        **problems(
            KnowledgeBaseNotFound,
            CollectionNotFound,
            UploadTooLarge,
            UnsupportedDocument,
            EmptyUpload,
            InvalidFileName,
            CollectionOfAnotherKnowledgeBase,
            DuplicateDocument,
        ),
    },
)
def upload(
    *,
    file: Annotated[UploadFile, File(description="Of any format that can be read.")],
    knowledge_base_id: Annotated[UUID, Form()],
    subject: Administrator,
    uploads: Uploads,
    response: Response,
    collection_id: OptionalId = None,
    on_duplicate: Annotated[OnDuplicate, Form(description=ON_DUPLICATE)] = OnDuplicate.KEEP,
) -> UploadOut:
    """Take a file; it is processed afterwards. Administrators only.

    Ask for the document until its `status` is `ready` or `failed`. The same bytes are one document of a knowledge base,
    with or without a byte order mark: `duplicate` says if they were there, and what was done.
    """
    target = Target(knowledge_base_id, collection_id or None, on_duplicate)
    taken = uploads.upload(file.file, file.filename or "", target, by=subject)
    response.status_code = 202 if taken.is_queued else 200
    response.headers["Location"] = f"/api/documents/{taken.document.id}"
    return taken.shown()


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
