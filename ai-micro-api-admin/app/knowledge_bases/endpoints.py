"""`/api/knowledgebase`."""

from uuid import UUID

from fastapi import APIRouter, Response

from app.contents.models import KnowledgeBase
from app.contents.problems import KnowledgeBaseNotFound
from app.knowledge_bases.schemas import (
    KnowledgeBaseCreate,
    KnowledgeBaseOut,
    KnowledgeBasePatch,
    KnowledgeBaseReplace,
)
from app.knowledge_bases.service import KnowledgeBases
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, CurrentSubject

router = APIRouter(prefix="/api/knowledgebase", tags=["knowledge bases"], route_class=Route)


@router.post("", status_code=201, response_model=KnowledgeBaseOut)
def create(
    body: KnowledgeBaseCreate, subject: Administrator, knowledge_bases: KnowledgeBases, response: Response
) -> KnowledgeBase:
    """Create a knowledge base with its default collection 未分類; administrators only."""
    knowledge_base = knowledge_bases.create(body, by=subject)
    response.headers["Location"] = f"/api/knowledgebase/{knowledge_base.id}"
    return knowledge_base


@router.get("", response_model=Page[KnowledgeBaseOut], responses=problems(InvalidCursor))
def list_readable(
    subject: CurrentSubject, knowledge_bases: KnowledgeBases, page: Paging, q: SearchText = None
) -> Slice[KnowledgeBase]:
    """List the knowledge bases that the caller may read, newest first; `q` is part of a name."""
    return knowledge_bases.page(q, page, by=subject)


@router.get("/{knowledge_base_id}", response_model=KnowledgeBaseOut, responses=problems(KnowledgeBaseNotFound))
def get(knowledge_base_id: UUID, subject: CurrentSubject, knowledge_bases: KnowledgeBases) -> KnowledgeBase:
    """Return a knowledge base."""
    return knowledge_bases.get(knowledge_base_id, by=subject)


@router.put("/{knowledge_base_id}", response_model=KnowledgeBaseOut, responses=problems(KnowledgeBaseNotFound))
def replace(
    knowledge_base_id: UUID,
    body: KnowledgeBaseReplace,
    subject: Administrator,
    condition: Conditional,
    knowledge_bases: KnowledgeBases,
) -> KnowledgeBase:
    """Replace name, description and visibility; administrators only."""
    return knowledge_bases.change(knowledge_base_id, body, condition, by=subject)


@router.patch("/{knowledge_base_id}", response_model=KnowledgeBaseOut, responses=problems(KnowledgeBaseNotFound))
def change(
    knowledge_base_id: UUID,
    body: KnowledgeBasePatch,
    subject: Administrator,
    condition: Conditional,
    knowledge_bases: KnowledgeBases,
) -> KnowledgeBase:
    """Change some of name, description and visibility; administrators only."""
    return knowledge_bases.change(knowledge_base_id, body, condition, by=subject)


@router.delete("/{knowledge_base_id}", status_code=204, responses=problems(KnowledgeBaseNotFound))
def delete(
    knowledge_base_id: UUID, subject: Administrator, condition: Conditional, knowledge_bases: KnowledgeBases
) -> None:
    """Delete a knowledge base with its collections, documents and chunks; administrators only."""
    knowledge_bases.delete(knowledge_base_id, condition, by=subject)
