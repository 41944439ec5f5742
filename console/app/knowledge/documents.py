"""The page of a document: its facts, live while it is processed, its passages, and what can be done with it."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.problems import RefusedError
from app.apis.signed_in import Apis
from app.language import translated
from app.pages.forms import ETAG, Form, fields_of, if_match, shown
from app.pages.rendering import fragment, page
from app.pages.signed_in import ApisDep, back

router = APIRouter(prefix="/documents")

PASSAGES_OF_A_PAGE = 20
_API = "/api/documents"
_BETWEEN_TAGS = ","
_STATES = 4
"""Of a document that is processed: as often may it be another one between two requests."""
_BEFORE = "before_"
"""Begins the names of the fields that carry what a form was filled with."""


@router.get("/{document_id}")
async def document(request: Request, apis: ApisDep, document_id: UUID, cursor: str = "") -> Response:
    """Show a document."""
    return await _document_page(request, apis, document_id, cursor)


@router.get("/{document_id}/news")
async def document_news(request: Request, apis: ApisDep, document_id: UUID, cursor: str = "") -> Response:
    """Return its news."""
    values, _ = await _of_document(apis, document_id, cursor)
    return fragment(request, "knowledge/document_news.html", values)


@router.post("/{document_id}")
async def change(request: Request, apis: ApisDep, document_id: UUID) -> Response:
    """Change title and tags."""
    sent = await fields_of(request)
    try:
        await _send_change(apis, document_id, sent, if_match(sent))
    except RefusedError as error:
        changed = Form.refused(error, sent)
        return await _document_page(request, apis, document_id, changed=changed, status=error.status)
    return back(apis, f"/knowledge/documents/{document_id}", translated("Saved."))


async def _send_change(apis: Apis, document_id: UUID, sent: dict[str, str], condition: dict[str, str]) -> None:
    """Send a new title and new tags; a document that was only processed meanwhile has not been changed by anyone.

    Raises:
        RefusedError: it was refused, or title or tags are not those that the form was filled with.
    """
    path, body = f"{_API}/{document_id}", {"title": sent.get("title", ""), "tags": _tags(sent.get("tags", ""))}
    for _ in range(_STATES):
        try:
            await apis.send("admin", "PATCH", path, json=body, headers=condition)
        except RefusedError as error:
            if not error.is_conflict:
                raise
            refused = error
        else:
            return
        found, etag = await apis.get_tagged("admin", path)
        if any(sent.get(f"{_BEFORE}{name}") != value for name, value in _editable(found).items()):
            break
        condition = if_match({ETAG: etag})
    raise refused


def _editable(found: Mapping[str, Any]) -> dict[str, str]:
    return {"title": found["title"], "tags": f"{_BETWEEN_TAGS} ".join(found["tags"])}


@router.post("/{document_id}/retry")
async def retry(apis: ApisDep, document_id: UUID) -> Response:
    """Process it again after a failure."""
    await apis.send("admin", "POST", f"{_API}/{document_id}/retry")
    return back(apis, f"/knowledge/documents/{document_id}", translated("It is processed again."))


@router.post("/{document_id}/reprocess")
async def reprocess(apis: ApisDep, document_id: UUID) -> Response:
    """Read its file again."""
    await apis.send("admin", "POST", f"{_API}/{document_id}/reprocess")
    return back(apis, f"/knowledge/documents/{document_id}", translated("It is processed again."))


@router.post("/{document_id}/move")
async def move(request: Request, apis: ApisDep, document_id: UUID) -> Response:
    """Move it to another collection."""
    sent = await fields_of(request)
    body = {"collection_id": sent.get("collection_id", "")}
    await apis.send("admin", "PUT", f"{_API}/{document_id}/move", json=body)
    return back(apis, f"/knowledge/documents/{document_id}", translated("Moved."))


@router.post("/{document_id}/delete")
async def delete(apis: ApisDep, document_id: UUID) -> Response:
    """Delete it with its passages."""
    found = await apis.get("admin", f"{_API}/{document_id}")
    await apis.send("admin", "DELETE", f"{_API}/{document_id}")
    return back(apis, f"/knowledge/bases/{found['knowledge_base_id']}", translated("The document was deleted."))


def _tags(text: str) -> list[str]:
    separated = text.replace("、", _BETWEEN_TAGS).split(_BETWEEN_TAGS)
    return [tag.strip() for tag in separated if tag.strip()]


async def _of_document(apis: Apis, document_id: UUID, cursor: str) -> tuple[dict[str, Any], str]:
    (found, etag), passages = await asyncio.gather(
        apis.get_tagged("admin", f"{_API}/{document_id}"),
        apis.get("admin", f"{_API}/{document_id}/chunks", limit=PASSAGES_OF_A_PAGE, cursor=cursor),
    )
    return {"document": found, "passages": passages, "cursor": cursor}, etag


async def _document_page(
    request: Request,
    apis: Apis,
    document_id: UUID,
    cursor: str = "",
    *,
    changed: Form | None = None,
    status: int = 200,
) -> Response:
    values, etag = await _of_document(apis, document_id, cursor)
    found = values["document"]
    collections = await apis.every("admin", "/api/collections", knowledge_base_id=found["knowledge_base_id"])
    current = _editable(found)
    values |= {
        "collections": collections,
        "collection": next((one for one in collections if one["id"] == found["collection_id"]), None),
        "form": shown(changed, current, etag),
        "before": {f"{_BEFORE}{name}": value for name, value in current.items()},
        "place": Form({"collection_id": found["collection_id"]}),
        "seen": "",
    }
    return page(request, "knowledge/document.html", values, status=status)
