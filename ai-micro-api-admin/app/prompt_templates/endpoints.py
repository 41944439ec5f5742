"""`/api/prompt-templates`."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.prompt_templates.models import PromptTemplate
from app.prompt_templates.schemas import PromptTemplateOut, Purpose
from app.prompt_templates.service import PromptTemplates
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(prefix="/api/prompt-templates", tags=["prompt templates"], route_class=Route)


@router.get("", response_model=Page[PromptTemplateOut], responses=problems(InvalidCursor))
def list_all(
    _: CurrentSubject,
    templates: PromptTemplates,
    page: Paging,
    q: SearchText = None,
    purpose: Annotated[Purpose | None, Query(description="Only templates for this purpose.")] = None,
) -> Slice[PromptTemplate]:
    """List prompt templates, newest first; `q` is part of a name."""
    return templates.page(q, page, purpose)
