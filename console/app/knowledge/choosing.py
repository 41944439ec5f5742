"""Choices that are looked for by a part of their name, as the options of a list."""

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.choices import choices_of
from app.pages.forms import Form
from app.pages.rendering import page
from app.pages.signed_in import ApisDep

router = APIRouter(prefix="/choices")


@router.get("/{kind}")
async def options(
    *,
    request: Request,
    apis: ApisDep,
    kind: Literal["bases", "collections", "templates"],
    q: str = "",
    nothing: str = "",
    knowledge_base_id: str = "",
    purpose: str = "",
) -> Response:
    """Return the options whose names have a text; `nothing` is the text of the one that chooses none."""
    found = await choices_of(apis, kind, q=q, knowledge_base_id=knowledge_base_id, purpose=purpose)
    values = {"choices": found, "nothing": nothing, "form": Form({})}
    return page(request, "knowledge/options.html", values)
