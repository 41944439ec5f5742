"""`/api/query-classifications`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from app.query_classifications.models import QueryClassification
from app.query_classifications.schemas import QueryClassificationOut
from app.query_classifications.service import QueryClassifications
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator

router = APIRouter(prefix="/api/query-classifications", tags=["query classifications"], route_class=Route)


@router.get("", response_model=Page[QueryClassificationOut], responses=problems(InvalidCursor))
def list_all(
    _: Administrator,
    classifications: QueryClassifications,
    page: Paging,
    q: SearchText = None,
    knowledge_base_id: Annotated[UUID | None, Query(description="Only questions on this one.")] = None,
) -> Slice[QueryClassification]:
    """List how questions were understood, newest first; `q` is part of a question. Administrators only."""
    return classifications.page(q, page, knowledge_base_id)
