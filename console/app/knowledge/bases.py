"""Knowledge bases: their list, and the page of each one with its collections and documents."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.choices import Choices, choices_of
from app.apis.problems import RefusedError
from app.apis.signed_in import Apis
from app.knowledge.filters import Filters, FiltersDep
from app.language import translated
from app.pages.deletion import delete_as_seen
from app.pages.forms import Form, fields_of, if_match, shown
from app.pages.rendering import fragment, page
from app.pages.signed_in import ApisDep, back

router = APIRouter(prefix="/bases")

BASES_OF_A_PAGE = 50
_API = "/api/knowledgebase"
_NEW = Form({"visibility": "private"})


@router.get("")
async def bases(request: Request, apis: ApisDep, q: str = "", cursor: str = "") -> Response:
    """List the knowledge bases that the account may read."""
    return await _bases_page(request, apis, q, cursor)


@router.post("")
async def create(request: Request, apis: ApisDep) -> Response:
    """Make a knowledge base."""
    sent = await fields_of(request)
    try:
        made = (await apis.send("admin", "POST", _API, json=_body(sent))).json()
    except RefusedError as error:
        return await _bases_page(request, apis, "", "", new=Form.refused(error, sent), status=error.status)
    return back(apis, f"/knowledge/bases/{made['id']}", translated("The knowledge base was made."))


@router.get("/{base_id}")
async def base(request: Request, apis: ApisDep, base_id: UUID, filters: FiltersDep) -> Response:
    """Show a knowledge base."""
    return await base_page(request, apis, base_id, filters)


@router.get("/{base_id}/news")
async def base_news(request: Request, apis: ApisDep, base_id: UUID, filters: FiltersDep) -> Response:
    """Return what its documents are doing, and how many each collection has."""
    documents = await _documents(apis, base_id, filters)
    collections = await _collections(apis, base_id, documents, filters)
    values = {"base_id": base_id, "collections": collections, "documents": documents, "filters": filters}
    return fragment(request, "knowledge/documents_news.html", values)


@router.post("/{base_id}")
async def change(request: Request, apis: ApisDep, base_id: UUID) -> Response:
    """Change name, description and who may read it."""
    sent = await fields_of(request)
    try:
        await apis.send("admin", "PATCH", f"{_API}/{base_id}", json=_body(sent), headers=if_match(sent))
    except RefusedError as error:
        return await base_page(
            request, apis, base_id, Filters(), changed=Form.refused(error, sent), status=error.status
        )
    return back(apis, f"/knowledge/bases/{base_id}", translated("Saved."))


@router.post("/{base_id}/delete")
async def delete(request: Request, apis: ApisDep, base_id: UUID) -> Response:
    """Delete it with everything in it."""
    return await delete_as_seen(
        apis,
        f"{_API}/{base_id}",
        await fields_of(request),
        page=f"/knowledge/bases/{base_id}",
        then="/knowledge/bases",
        done=translated("The knowledge base was deleted."),
    )


@router.get("/{base_id}/collections")
async def collections_page(request: Request, apis: ApisDep, base_id: UUID, q: str = "", cursor: str = "") -> Response:
    """List its collections."""
    found, collections = await asyncio.gather(
        apis.get("admin", f"{_API}/{base_id}"),
        apis.get("admin", "/api/collections", knowledge_base_id=base_id, q=q, cursor=cursor, limit=BASES_OF_A_PAGE),
    )
    values = {"base": found, "collections": collections, "q": q}
    return page(request, "knowledge/collections.html", values)


@router.post("/{base_id}/collections")
async def create_collection(request: Request, apis: ApisDep, base_id: UUID) -> Response:
    """Make a collection in it."""
    sent = await fields_of(request)
    body = {
        "knowledge_base_id": str(base_id),
        "name": sent.get("name", ""),
        "description": sent.get("description") or None,
    }
    try:
        await apis.send("admin", "POST", "/api/collections", json=body)
    except RefusedError as error:
        return await base_page(
            request, apis, base_id, Filters(), new_collection=Form.refused(error, sent), status=error.status
        )
    return back(apis, f"/knowledge/bases/{base_id}", translated("The collection was made."))


async def base_page(
    request: Request,
    apis: Apis,
    base_id: UUID,
    filters: Filters,
    *,
    changed: Form | None = None,
    new_collection: Form | None = None,
    status: int = 200,
) -> Response:
    """Return the page of a knowledge base.

    Args:
        request: for whom.
        apis: of the session.
        base_id: of the knowledge base.
        filters: of its documents.
        changed: its own form, where it was sent and refused.
        new_collection: the form of a new collection, likewise.
        status: of the answer.
    """
    found, etag = await apis.get_tagged("admin", f"{_API}/{base_id}")
    refused = ""
    try:
        documents = await _documents(apis, base_id, filters)
    except RefusedError as error:  # of the filters: they stay as they are, to be corrected
        documents, refused = {"items": [], "next_cursor": None, "total": 0}, error.explanation
    current = {
        "name": found["name"],
        "description": found["description"] or "",
        "visibility": found["visibility"],
    }
    values = {
        "base": found,
        "base_id": base_id,
        "collections": await _collections(apis, base_id, documents, filters),
        "documents": documents,
        "filters": filters,
        "refused": refused,
        "form": shown(changed, current, etag),
        "etag": etag,
        "new_collection": new_collection or Form({}),
        "seen": "",
    }
    return page(request, "knowledge/base.html", values, status=status)


async def _bases_page(
    request: Request, apis: Apis, q: str, cursor: str, *, new: Form = _NEW, status: int = 200
) -> Response:
    found = await apis.get("admin", _API, q=q, cursor=cursor, limit=BASES_OF_A_PAGE, total=True)
    return page(request, "knowledge/bases.html", {"bases": found, "q": q, "cursor": cursor, "new": new}, status=status)


async def _collections(apis: Apis, base_id: UUID, documents: Mapping[str, Any], filters: Filters) -> Choices:
    """Return its collections: the newest, and those that the documents on the page are in."""
    chosen = [filters.collection_id, *(document["collection_id"] for document in documents["items"])]
    return await choices_of(apis, "collections", chosen=chosen, knowledge_base_id=str(base_id))


async def _documents(apis: Apis, base_id: UUID, filters: Filters) -> Any:  # noqa: ANN401 - JSON
    return await apis.get(
        "admin", "/api/documents", knowledge_base_id=base_id, total=True, cursor=filters.cursor, **filters.parameters()
    )


def _body(sent: dict[str, str]) -> dict[str, str | None]:
    return {
        "name": sent.get("name", ""),
        "description": sent.get("description") or None,
        "visibility": sent.get("visibility", ""),
    }
