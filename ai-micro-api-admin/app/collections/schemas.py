"""Request and response bodies of collections."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from app.contents.schemas import DocumentOut
from app.field_types import CollectionName, Description
from service_kit.http.etags import Resource, combined
from service_kit.http.schemas import RequestModel
from service_kit.lists.pagination import Page

_FIELDS: JsonDict = {"name": "契約書", "description": "締結済みの契約書（秘密保持契約を除く）"}
_KNOWLEDGE_BASE_ID = "8d8ac610-566d-4ef0-9c22-186b2a5ed793"


class DeleteAction(StrEnum):
    """What becomes of the documents of a collection that is deleted."""

    DELETE = "delete"
    MOVE_TO_DEFAULT = "move_to_default"


class CollectionReplace(RequestModel):
    """All fields of a collection; what is left out gets its default."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FIELDS]})

    name: CollectionName
    description: Description | None = None


class CollectionCreate(CollectionReplace):
    """A new collection."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"knowledge_base_id": _KNOWLEDGE_BASE_ID, **_FIELDS}]})

    knowledge_base_id: UUID


class CollectionPatch(RequestModel):
    """Some fields of a collection; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "契約書（締結済み）"}]})

    # The factory marks the field as optional; nothing reads its value, because only fields that were set count.
    name: CollectionName = Field(default_factory=str)
    description: Description | None = None


class CollectionOut(Resource):
    """A collection."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "5f0c1b54-0a2f-4a6e-8a55-6d6d7f2b9f10",
                    "knowledge_base_id": _KNOWLEDGE_BASE_ID,
                    **_FIELDS,
                    "is_default": False,
                    "document_count": 12,
                    "created_at": "2026-01-05T09:00:00Z",
                    "updated_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: UUID
    knowledge_base_id: UUID
    name: str
    description: str | None
    is_default: bool
    document_count: int
    created_at: datetime
    updated_at: datetime


class CollectionWithDocuments(CollectionOut):
    """A collection with a page of its documents, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": []})

    documents: Page[DocumentOut]

    def etag(self) -> str:
        """Return the tag of the collection and, as its second half, of the page: a change depends on the first only."""
        own = CollectionOut.model_validate(self.model_dump(exclude={"documents"}))
        return combined(own, self.documents)
