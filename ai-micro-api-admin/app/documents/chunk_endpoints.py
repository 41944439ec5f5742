"""`/api/chunks`, and the chunks of a document."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path

from app.documents.chunk_service import Chunks
from app.documents.problems import ChunkNotFound, DocumentNotFound
from app.documents.schemas import ChunkInContext, ChunkOut
from service_kit.http.problems import problems
from service_kit.http.schemas import Text
from service_kit.lists.pagination import InvalidCursor, NumberedPaging, Page, Slice
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

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


@router.get("/chunks/{chunk_id}", responses=problems(ChunkNotFound))
def chunk(chunk_id: ChunkId, subject: CurrentSubject, service: Chunks) -> ChunkInContext:
    """Return the whole chunk that a search or a citation names, with the chunks before and after it."""
    return service.chunk(chunk_id, by=subject)
