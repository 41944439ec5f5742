"""`/api/collections`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.collections.problems import CollectionNameTaken, DefaultCollectionProtected
from app.collections.schemas import (
    CollectionCreate,
    CollectionOut,
    CollectionPatch,
    CollectionReplace,
    CollectionWithDocuments,
    DeleteAction,
)
from app.collections.service import Collections
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, CurrentSubject

router = APIRouter(prefix="/api/collections", tags=["collections"], route_class=Route)

_CHANGE = problems(CollectionNotFound, CollectionNameTaken, DefaultCollectionProtected)


@router.post(
    "",
    status_code=201,
    response_model=CollectionOut,
    responses=problems(KnowledgeBaseNotFound, CollectionNameTaken),
)
def create(
    body: CollectionCreate, subject: Administrator, collections: Collections, response: Response
) -> CollectionOut:
    """Create a collection; administrators only."""
    collection = collections.create(body, by=subject)
    response.headers["Location"] = f"/api/collections/{collection.id}"
    return collection


@router.get("", response_model=Page[CollectionOut], responses=problems(KnowledgeBaseNotFound, InvalidCursor))
def list_readable(
    subject: CurrentSubject,
    collections: Collections,
    page: Paging,
    q: SearchText = None,
    knowledge_base_id: Annotated[UUID | None, Query(description="Only the collections of this one.")] = None,
) -> Slice[CollectionOut]:
    """List the collections that the caller may read with their document counts, newest first; `q` is part of a name."""
    return collections.page(q, knowledge_base_id, page, by=subject)


@router.get("/{collection_id}", responses=problems(CollectionNotFound, InvalidCursor))
def get(
    collection_id: UUID, subject: CurrentSubject, collections: Collections, page: Paging, response: Response
) -> CollectionWithDocuments:
    """Return a collection with a page of its documents; `limit`, `cursor` and `total` page the documents."""
    collection = collections.get(collection_id, page, by=subject)
    response.headers["ETag"] = collection.etag()
    return collection


@router.put("/{collection_id}", responses=_CHANGE)
def replace(
    collection_id: UUID,
    body: CollectionReplace,
    subject: Administrator,
    condition: Conditional,
    collections: Collections,
) -> CollectionOut:
    """Replace name and description; administrators only."""
    return collections.change(collection_id, body, condition, by=subject)


@router.patch("/{collection_id}", responses=_CHANGE)
def change(
    collection_id: UUID,
    body: CollectionPatch,
    subject: Administrator,
    condition: Conditional,
    collections: Collections,
) -> CollectionOut:
    """Change name or description; administrators only."""
    return collections.change(collection_id, body, condition, by=subject)


@router.delete("/{collection_id}", status_code=204, responses=problems(CollectionNotFound, DefaultCollectionProtected))
def delete(
    *,
    collection_id: UUID,
    subject: Administrator,
    condition: Conditional,
    collections: Collections,
    action: Annotated[
        DeleteAction, Query(description="What becomes of its documents; by default they are kept.")
    ] = DeleteAction.MOVE_TO_DEFAULT,
) -> None:
    """Delete a collection; administrators only."""
    collections.delete(collection_id, action, condition, by=subject)
