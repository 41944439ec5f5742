"""Prompt templates: their list, and the page of each one with a preview and what it was before."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.choices import choices_of
from app.apis.problems import RefusedError
from app.apis.signed_in import Apis
from app.language import translated
from app.pages.deletion import delete_as_seen
from app.pages.forms import Form, fields_of, filled, if_match, shown
from app.pages.rendering import page
from app.pages.signed_in import ApisDep, back

router = APIRouter(prefix="/knowledge/prompt-templates")

TEMPLATES_OF_A_PAGE = 50
VERSIONS_OF_A_PAGE = 10
_API = "/api/prompt-templates"


@router.get("")
async def templates(request: Request, apis: ApisDep, q: str = "", cursor: str = "") -> Response:
    """List them."""
    return await _templates_page(request, apis, q, cursor)


@router.post("")
async def create(request: Request, apis: ApisDep) -> Response:
    """Make one."""
    sent = await fields_of(request)
    try:
        made = (await apis.send("admin", "POST", _API, json=_body(sent) | filled(sent, "purpose"))).json()
    except RefusedError as error:
        return await _templates_page(request, apis, "", "", new=Form.refused(error, sent), status=error.status)
    return back(apis, f"/knowledge/prompt-templates/{made['id']}", translated("The prompt template was made."))


@router.get("/{template_id}")
async def template(request: Request, apis: ApisDep, template_id: UUID, cursor: str = "") -> Response:
    """Show one."""
    return await _template_page(request, apis, template_id, cursor=cursor)


@router.post("/{template_id}")
async def change(request: Request, apis: ApisDep, template_id: UUID) -> Response:
    """Change it; what it was is kept as a version."""
    sent = await fields_of(request)
    try:
        await apis.send("admin", "PUT", f"{_API}/{template_id}", json=_body(sent), headers=if_match(sent))
    except RefusedError as error:
        changed = Form.refused(error, sent)
        return await _template_page(request, apis, template_id, changed=changed, status=error.status)
    return back(apis, f"/knowledge/prompt-templates/{template_id}", translated("Saved."))


@router.post("/{template_id}/delete")
async def delete(request: Request, apis: ApisDep, template_id: UUID) -> Response:
    """Delete it."""
    return await delete_as_seen(
        apis,
        f"{_API}/{template_id}",
        await fields_of(request),
        page=f"/knowledge/prompt-templates/{template_id}",
        then="/knowledge/prompt-templates",
        done=translated("The prompt template was deleted."),
    )


@router.post("/{template_id}/preview")
async def preview(request: Request, apis: ApisDep, template_id: UUID) -> Response:
    """Show what the model would be sent."""
    sent = await fields_of(request)
    body = filled(sent, "knowledge_base_id", "question")
    try:
        made = (await apis.send("admin", "POST", f"{_API}/{template_id}/preview", json=body)).json()
    except RefusedError as error:
        trying = Form.refused(error, sent)
        return await _template_page(request, apis, template_id, trying=trying, status=error.status)
    return await _template_page(request, apis, template_id, trying=Form(sent), made=made)


async def _templates_page(
    request: Request, apis: Apis, q: str, cursor: str, *, new: Form | None = None, status: int = 200
) -> Response:
    found = await apis.get("admin", _API, q=q, cursor=cursor, limit=TEMPLATES_OF_A_PAGE)
    values = {"found": found, "q": q, "new": new or Form({})}
    return page(request, "prompt_templates/templates.html", values, status=status)


async def _template_page(
    request: Request,
    apis: Apis,
    template_id: UUID,
    *,
    cursor: str = "",
    changed: Form | None = None,
    trying: Form | None = None,
    made: Mapping[str, Any] | None = None,
    status: int = 200,
) -> Response:
    trying = trying or Form({})
    (found, etag), bases, versions = await asyncio.gather(
        apis.get_tagged("admin", f"{_API}/{template_id}"),
        choices_of(apis, "bases", chosen=[trying.value("knowledge_base_id")]),
        _versions(apis, template_id, cursor),
    )
    current = {
        "name": found["name"],
        "description": found["description"] or "",
        "content": found["content"],
        "is_default": "true" if found["is_default"] else "",
    }
    values = {
        "template": found,
        "bases": bases,
        "versions": versions,
        "form": shown(changed, current, etag),
        "etag": etag,
        "trying": trying,
        "made": made,
    }
    return page(request, "prompt_templates/template.html", values, status=status)


async def _versions(apis: Apis, template_id: UUID, cursor: str) -> Mapping[str, Any]:
    if not apis.session.is_administrator:  # they are for administrators only
        return {"items": [], "next_cursor": None}
    path = f"{_API}/{template_id}/versions"
    found: Mapping[str, Any] = await apis.get("admin", path, cursor=cursor, limit=VERSIONS_OF_A_PAGE)
    return found


def _body(sent: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": sent.get("name", ""),
        "description": sent.get("description") or None,
        "content": sent.get("content", ""),
        "is_default": sent.get("is_default") == "true",
    }
