"""`/api/prompt-templates`; the preview is in `app.chat.previews`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.prompt_templates.models import PromptTemplate, PromptTemplateVersion
from app.prompt_templates.problems import (
    DefaultPromptTemplateProtected,
    InvalidPromptTemplate,
    PromptTemplateNameTaken,
    PromptTemplateNotFound,
)
from app.prompt_templates.schemas import (
    PromptTemplateCreate,
    PromptTemplateOut,
    PromptTemplatePatch,
    PromptTemplateReplace,
    PromptTemplateVersionOut,
    Purpose,
)
from app.prompt_templates.service import PromptTemplates
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, NumberedPaging, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, CurrentSubject

router = APIRouter(prefix="/api/prompt-templates", tags=["prompt templates"], route_class=Route)

_CHANGE = problems(
    PromptTemplateNotFound, PromptTemplateNameTaken, InvalidPromptTemplate, DefaultPromptTemplateProtected
)


@router.post(
    "",
    status_code=201,
    response_model=PromptTemplateOut,
    responses=problems(PromptTemplateNameTaken, InvalidPromptTemplate),
)
def create(
    body: PromptTemplateCreate, subject: Administrator, templates: PromptTemplates, response: Response
) -> PromptTemplate:
    """Create a prompt template; administrators only."""
    template = templates.create(body, by=subject)
    response.headers["Location"] = f"/api/prompt-templates/{template.id}"
    return template


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


@router.get("/{template_id}", response_model=PromptTemplateOut, responses=problems(PromptTemplateNotFound))
def get(template_id: UUID, _: CurrentSubject, templates: PromptTemplates) -> PromptTemplate:
    """Return a prompt template."""
    return templates.get(template_id)


@router.get(
    "/{template_id}/versions",
    response_model=Page[PromptTemplateVersionOut],
    responses=problems(PromptTemplateNotFound, InvalidCursor),
)
def versions(
    template_id: UUID, _: Administrator, templates: PromptTemplates, page: NumberedPaging
) -> Slice[PromptTemplateVersion]:
    """List what a template was before each of its changes, newest first; administrators only."""
    return templates.versions(template_id, page)


@router.put("/{template_id}", response_model=PromptTemplateOut, responses=_CHANGE)
def replace(
    template_id: UUID,
    body: PromptTemplateReplace,
    subject: Administrator,
    condition: Conditional,
    templates: PromptTemplates,
) -> PromptTemplate:
    """Replace name, description, content and whether it is the default; administrators only."""
    return templates.change(template_id, body, condition, by=subject)


@router.patch("/{template_id}", response_model=PromptTemplateOut, responses=_CHANGE)
def change(
    template_id: UUID,
    body: PromptTemplatePatch,
    subject: Administrator,
    condition: Conditional,
    templates: PromptTemplates,
) -> PromptTemplate:
    """Change some of these; administrators only."""
    return templates.change(template_id, body, condition, by=subject)


@router.delete(
    "/{template_id}", status_code=204, responses=problems(PromptTemplateNotFound, DefaultPromptTemplateProtected)
)
def delete(template_id: UUID, subject: Administrator, condition: Conditional, templates: PromptTemplates) -> None:
    """Delete a template that is not the default for its purpose; administrators only."""
    templates.delete(template_id, condition, by=subject)
