"""The page of a collection: its name and description, and what becomes of its documents when it goes."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.problems import RefusedError
from app.apis.signed_in import Apis
from app.language import translated
from app.pages.deletion import delete_as_seen
from app.pages.forms import Form, fields_of, if_match, shown
from app.pages.rendering import page
from app.pages.signed_in import ApisDep, back

router = APIRouter(prefix="/collections")

_API = "/api/collections"


@router.get("/{collection_id}")
async def collection(request: Request, apis: ApisDep, collection_id: UUID) -> Response:
    """Show a collection."""
    return await _collection_page(request, apis, collection_id)


@router.post("/{collection_id}")
async def change(request: Request, apis: ApisDep, collection_id: UUID) -> Response:
    """Change name and description."""
    sent = await fields_of(request)
    body = {"name": sent.get("name", ""), "description": sent.get("description") or None}
    try:
        await apis.send("admin", "PATCH", f"{_API}/{collection_id}", json=body, headers=if_match(sent))
    except RefusedError as error:
        return await _collection_page(
            request, apis, collection_id, changed=Form.refused(error, sent), status=error.status
        )
    return back(apis, f"/knowledge/collections/{collection_id}", translated("Saved."))


@router.post("/{collection_id}/delete")
async def delete(request: Request, apis: ApisDep, collection_id: UUID) -> Response:
    """Delete it, and its documents or not."""
    sent = await fields_of(request)
    found = await apis.get("admin", f"{_API}/{collection_id}", limit=1)
    return await delete_as_seen(
        apis,
        f"{_API}/{collection_id}",
        sent,
        page=f"/knowledge/collections/{collection_id}",
        then=f"/knowledge/bases/{found['knowledge_base_id']}",
        done=translated("The collection was deleted."),
        action=sent.get("action", ""),
    )


async def _collection_page(
    request: Request, apis: Apis, collection_id: UUID, *, changed: Form | None = None, status: int = 200
) -> Response:
    found, etag = await apis.get_tagged("admin", f"{_API}/{collection_id}")
    current = {"name": found["name"], "description": found["description"] or ""}
    values = {"collection": found, "form": shown(changed, current, etag), "etag": etag}
    return page(request, "knowledge/collection.html", values, status=status)
