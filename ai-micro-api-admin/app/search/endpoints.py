"""`/api/search`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request

from app.contents.filters import Filtering
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.embeddings.problems import EmbeddingsFailed, EmbeddingsUnavailable
from app.search.problems import EmbeddingModelUnavailable
from app.search.schemas import Mode, SearchResult
from app.search.service import SearchService
from service_kit.http.problems import problems
from service_kit.http.schemas import Text
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(prefix="/api/search", tags=["search"], route_class=Route)


async def search_service(request: Request) -> SearchService:
    """Return the application's search."""
    service: SearchService = request.app.state.search
    return service


@router.get(
    "",
    responses=problems(
        KnowledgeBaseNotFound,
        CollectionNotFound,
        EmbeddingModelUnavailable,
        EmbeddingsUnavailable,
        EmbeddingsFailed,
    ),
)
def search(
    *,
    subject: CurrentSubject,
    service: Annotated[SearchService, Depends(search_service)],
    q: Annotated[Text, Query(min_length=1, max_length=1000, description="What to look for.", examples=["有給休暇"])],
    knowledge_base_id: Annotated[UUID | None, Query(description="Only in this one.")] = None,
    collection_id: Annotated[UUID | None, Query(description="Only in this collection.")] = None,
    mode: Annotated[Mode, Query(description="By vectors, by the words themselves, or both.")] = Mode.HYBRID,
    limit: Annotated[int, Query(ge=1, le=100, description="Results at most.")] = 10,
    filtering: Filtering,
) -> SearchResult:
    """Find passages of the documents that the caller may read, or of a knowledge base or a collection, best first."""
    found = service.passages(
        q,
        knowledge_base_id=knowledge_base_id,
        collection_id=collection_id,
        mode=mode,
        limit=limit,
        by=subject,
        filtering=filtering,
    )
    return SearchResult(items=[passage.item for passage in found])
