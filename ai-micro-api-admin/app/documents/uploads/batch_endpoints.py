"""`POST /api/documents/batch`."""

from collections import Counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile

from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.documents.problems import CollectionOfAnotherKnowledgeBase, TooManyFiles
from app.documents.schemas import BatchOut, OnDuplicate, Outcome
from app.documents.uploads.batch_forms import BatchRoute
from app.documents.uploads.batches import Batches
from app.documents.uploads.endpoints import ON_DUPLICATE, OptionalId
from app.documents.uploads.service import Target
from service_kit.database.admission import AdmissionDep, Overloaded
from service_kit.http.problems import problems
from service_kit.tokens.verification import Administrator

# Apart from the others because its body may be larger than theirs.
router = APIRouter(prefix="/api/documents", tags=["documents"], route_class=BatchRoute)


@router.post(
    "/batch",
    responses=problems(
        KnowledgeBaseNotFound, CollectionNotFound, CollectionOfAnotherKnowledgeBase, TooManyFiles, Overloaded
    ),
)
async def upload_batch(
    *,
    files: Annotated[list[UploadFile], File(min_length=1, description="Documents, and zips of documents.")],
    knowledge_base_id: Annotated[UUID, Form()],
    subject: Administrator,
    batches: Batches,
    request: Request,
    admission: AdmissionDep,
    collection_id: OptionalId = None,
    on_duplicate: Annotated[OnDuplicate, Form(description=ON_DUPLICATE)] = OnDuplicate.KEEP,
) -> BatchOut:
    """Take many files, and the files of zips; administrators only.

    Each file is taken or refused by itself; the answer says what became of each, in their order. Folders of a zip are
    part of the names in the answer only.
    """
    sent = [(file.filename or "", file.file) for file in files]
    target = Target(knowledge_base_id, collection_id or None, on_duplicate)
    taken = await admission.run(lambda: batches.take(sent, target, by=subject), request)
    # A turn for each file, so that a large batch keeps no other request waiting.
    items = [item async for item in admission.stream(taken)]
    counted = Counter(item.outcome for item in items)
    return BatchOut(
        items=items,
        accepted=counted[Outcome.ACCEPTED],
        duplicate=counted[Outcome.DUPLICATE],
        refused=counted[Outcome.REFUSED],
    )
