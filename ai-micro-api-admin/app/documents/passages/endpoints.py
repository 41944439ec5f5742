"""`/api/chunks`, and the chunks of a document."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse

from app.documents.passages.service import Chunks
from app.documents.problems import ChunkNotFound, DocumentInWork, DocumentNotFound, DocumentWithoutText
from app.documents.schemas import ChunkCorrection, ChunkInContext, ChunkOut
from app.embeddings.problems import EmbeddingsFailed, EmbeddingsUnavailable
from app.search.problems import EmbeddingModelUnavailable
from service_kit.database.admission import AdmissionDep
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.http.schemas import Text
from service_kit.lists.pagination import InvalidCursor, NumberedPaging, Page, Slice
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, CurrentSubject

router = APIRouter(prefix="/api", tags=["documents"], route_class=Route)

# LangChain's table has ids of text; ours are UUIDs.
ChunkId = Annotated[Text, Path(min_length=1, max_length=100)]


@router.get(
    "/documents/{document_id}/chunks",
    response_model=Page[ChunkOut],
    responses=problems(DocumentNotFound, InvalidCursor),
)
def chunks(
    *,
    document_id: UUID,
    subject: CurrentSubject,
    service: Chunks,
    page: NumberedPaging,
) -> Slice[Any]:
    """List the chunks of a document in the order of its text; none before it is `ready`."""
    document, found = service.chunks(document_id, start=page.start, limit=page.limit + 1, by=subject)
    return Slice(
        found[: page.limit],
        page.cursors.write(page.start + page.limit) if len(found) > page.limit else None,
        document.chunk_count if page.total else None,
    )


@router.get(
    "/documents/{document_id}/text",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The text.", "content": {"text/plain; charset=utf-8": {"schema": {"type": "string"}}}},
        **problems(DocumentNotFound, DocumentWithoutText),
    },
)
def text(document_id: UUID, subject: CurrentSubject, service: Chunks, admission: AdmissionDep) -> StreamingResponse:
    """Return the whole text of a document as it is searched, corrections included; pages are divided by form feeds."""
    return StreamingResponse(
        admission.stream(service.whole_text(document_id, by=subject)),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": "inline", "X-Content-Type-Options": "nosniff"},
    )


@router.get("/chunks/{chunk_id}", responses=problems(ChunkNotFound))
def chunk(chunk_id: ChunkId, subject: CurrentSubject, service: Chunks) -> ChunkInContext:
    """Return the whole chunk that a search or a citation names, with the chunks before and after it."""
    return service.chunk(chunk_id, by=subject)


@router.put(
    "/chunks/{chunk_id}",
    responses=problems(
        ChunkNotFound, DocumentInWork, EmbeddingModelUnavailable, EmbeddingsUnavailable, EmbeddingsFailed
    ),
)
def correct(
    chunk_id: ChunkId, body: ChunkCorrection, subject: Administrator, condition: Conditional, service: Chunks
) -> ChunkInContext:
    """Correct a chunk's text, by which it is found and cited from now on; administrators only.

    The correction is made again when the document is processed again or replaced, where the file has the same text as
    before; a warning of the document says where it has not. The text of the file undoes a correction.
    """
    return service.correct(chunk_id, body, condition, by=subject)
