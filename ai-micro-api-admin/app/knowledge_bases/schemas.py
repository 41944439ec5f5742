"""Request and response bodies of knowledge bases."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from app.field_types import Description, KnowledgeBaseName
from service_kit.http.etags import Resource
from service_kit.http.schemas import RequestModel, ResponseModel

Visibility = Literal["private", "shared"]
_VISIBILITY = "`private`: its owner and administrators read it; `shared`: all who are signed in."

EXAMPLE: JsonDict = {
    "name": "社内規程",
    "description": "就業規則、旅費規程、情報セキュリティ規程",
    "visibility": "shared",
}


class KnowledgeBaseFields(RequestModel):
    """A knowledge base as an administrator describes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    name: KnowledgeBaseName
    description: Description | None = None
    visibility: Visibility = Field(default="private", description=_VISIBILITY)


class KnowledgeBaseCreate(KnowledgeBaseFields):
    """A new knowledge base; the account that creates it owns it."""


class KnowledgeBaseReplace(KnowledgeBaseFields):
    """All fields of a knowledge base; what is left out gets its default."""


class KnowledgeBasePatch(RequestModel):
    """Some fields of a knowledge base; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"visibility": "shared"}]})

    # The factories mark the fields as optional; nothing reads their values, because only fields that were set count.
    name: KnowledgeBaseName = Field(default_factory=str)
    description: Description | None = None
    visibility: Visibility = Field(default_factory=lambda: "private", description=_VISIBILITY)


class Embedding(ResponseModel):
    """Which model makes the vectors of a knowledge base."""

    provider: str
    model: str
    dimensions: int


class KnowledgeBaseOut(Resource):
    """A knowledge base."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "8d8ac610-566d-4ef0-9c22-186b2a5ed793",
                    **EXAMPLE,
                    "owner_id": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c",
                    "embedding": {"provider": "hash", "model": "hash-1", "dimensions": 1024},
                    "created_at": "2026-01-05T09:00:00Z",
                    "updated_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: UUID
    name: str
    description: str | None
    visibility: Visibility
    owner_id: UUID
    embedding: Embedding
    created_at: datetime
    updated_at: datetime
