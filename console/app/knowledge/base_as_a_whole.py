"""A knowledge base as a whole: its summary and numbers, and the model of its vectors, with how far a change is."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.problems import RefusedError
from app.apis.signed_in import Apis
from app.language import translated
from app.pages.forms import Form, fields_of
from app.pages.media_types import MEDIA_TYPES
from app.pages.rendering import fragment, page
from app.pages.signed_in import ApisDep, back

router = APIRouter(prefix="/bases/{base_id}/whole")

SECONDS_OF_A_SUMMARY = 600.0
"""How long a language model may take for it: as the admin service lets it by default (CHAT_TIMEOUT_SECONDS)."""
_API = "/api/knowledgebase"
_PROVIDERS = ("hash", "openai")


@router.get("")
async def whole(request: Request, apis: ApisDep, base_id: UUID) -> Response:
    """Show summary, numbers and model."""
    return await _page(request, apis, base_id)


@router.get("/news")
async def whole_news(request: Request, apis: ApisDep, base_id: UUID) -> Response:
    """Return what changes by itself."""
    return fragment(request, "knowledge/base_whole_news.html", await _of_base(apis, base_id))


@router.post("/summary")
async def make_summary(request: Request, apis: ApisDep, base_id: UUID) -> Response:
    """Make summary and numbers, or make them again."""
    wait = httpx.Timeout(request.app.state.settings.service_timeout_seconds, read=SECONDS_OF_A_SUMMARY)
    await apis.send("admin", "POST", f"{_API}/{base_id}/summary", timeout=wait)
    return back(apis, f"/knowledge/bases/{base_id}/whole", translated("The summary was made."))


@router.post("/embedding")
async def change_embedding(request: Request, apis: ApisDep, base_id: UUID) -> Response:
    """Begin to make the vectors by another model."""
    sent = await fields_of(request)
    body = {"provider": sent.get("provider", "")}
    try:
        await apis.send("admin", "PUT", f"{_API}/{base_id}/embedding-change", json=body)
    except RefusedError as error:
        return await _page(request, apis, base_id, changing=Form.refused(error, sent), status=error.status)
    return back(apis, f"/knowledge/bases/{base_id}/whole", translated("The new vectors are being made."))


@router.post("/embedding/cancel")
async def cancel_embedding(apis: ApisDep, base_id: UUID) -> Response:
    """End the change: the vectors stay those of the old model."""
    await apis.send("admin", "DELETE", f"{_API}/{base_id}/embedding-change")
    return back(apis, f"/knowledge/bases/{base_id}/whole", translated("The knowledge base keeps its model."))


async def _of_base(apis: Apis, base_id: UUID) -> dict[str, Any]:
    base, summary, change = await asyncio.gather(
        apis.get("admin", f"{_API}/{base_id}"),
        apis.get("admin", f"{_API}/{base_id}/summary"),
        apis.get("admin", f"{_API}/{base_id}/embedding-change"),
    )
    return {"base": base, "summary": summary, "change": change, "media_types": MEDIA_TYPES}


async def _page(
    request: Request, apis: Apis, base_id: UUID, *, changing: Form | None = None, status: int = 200
) -> Response:
    values = await _of_base(apis, base_id)
    form = changing or Form({"provider": values["base"]["embedding"]["provider"]})
    values |= {"changing": form, "providers": _PROVIDERS, "seen": ""}
    return page(request, "knowledge/base_whole.html", values, status=status)
