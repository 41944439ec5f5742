"""The page of a document: its facts, live while it is processed, its passages, and what can be done with it."""

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
from app.pages.deletion import changed_meanwhile
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
    body = {"title": sent.get("title", ""), "tags": _tags(sent.get("tags", ""))}
    try:
        await _send_as_seen(apis, "PATCH", document_id, sent, json=body)
    except RefusedError as error:
        changed = Form.refused(error, sent)
        return await _document_page(request, apis, document_id, changed=changed, status=error.status)
    return back(apis, f"/knowledge/documents/{document_id}", translated("Saved."))


async def _send_as_seen(
    apis: Apis, method: str, document_id: UUID, sent: Mapping[str, str], json: Mapping[str, Any] | None = None
) -> None:
    """Change or delete a document as a page has shown it; one that was only processed meanwhile is still that.

    Raises:
        RefusedError: it was refused, or what people can change of it is not what the form was filled with.
    """
    path, condition = f"{_API}/{document_id}", if_match(sent)
    for _ in range(_STATES):
        try:
            await apis.send("admin", method, path, headers=condition, json=json)
        except RefusedError as error:
            if not error.is_conflict:
                raise
            refused = error
        else:
            return
        found, etag = await apis.get_tagged("admin", path)
        if any(sent.get(name) != value for name, value in _before(found).items()):
            break
        condition = if_match({ETAG: etag})
    raise refused


def _editable(found: Mapping[str, Any]) -> dict[str, str]:
    return {"title": found["title"], "tags": f"{_BETWEEN_TAGS} ".join(found["tags"])}


def _before(found: Mapping[str, Any]) -> dict[str, str]:
    """Return what people can change of a document, as fields of a form that carry it."""
    changeable = {**_editable(found), "collection_id": found["collection_id"], "file_name": found["file_name"]}
    return {f"{_BEFORE}{name}": value for name, value in changeable.items()}


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
async def delete(request: Request, apis: ApisDep, document_id: UUID) -> Response:
    """Delete it with its passages."""
    sent = await fields_of(request)
    found = await apis.get("admin", f"{_API}/{document_id}")
    try:
        await _send_as_seen(apis, "DELETE", document_id, sent)
    except RefusedError as error:
        return changed_meanwhile(apis, error, f"/knowledge/documents/{document_id}")
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
    base_id, here = found["knowledge_base_id"], found["collection_id"]
    collections = await choices_of(apis, "collections", chosen=[here], knowledge_base_id=base_id)
    current = _editable(found)
    values |= {
        "collections": collections,
        "collection": next((one for one in collections.items if one["id"] == here), None),
        "form": shown(changed, current, etag),
        "before": _before(found),
        "etag": etag,
        "place": Form({"collection_id": here}),
        "seen": "",
    }
    return page(request, "knowledge/document.html", values, status=status)
