"""The response bodies of query classifications."""

from datetime import datetime
from uuid import UUID

from pydantic import AliasChoices, ConfigDict, Field

from app.answers.classification import Kind
from service_kit.http.schemas import ResponseModel


class QueryClassificationOut(ResponseModel):
    """How one question was understood."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "c1b0a9f8-7e6d-4c5b-8a39-281706f5e4d3",
                    "knowledge_base_id": "8d8ac610-566d-4ef0-9c22-186b2a5ed793",
                    "asked_by": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c",
                    "query": "ここにはどんな資料がありますか",
                    "classification": "overview",
                    "confidence": 0.9,
                    "created_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: UUID
    knowledge_base_id: UUID
    asked_by: UUID
    query: str
    classification: Kind = Field(validation_alias=AliasChoices("understood_as", "classification"))
    confidence: float = Field(ge=0, le=1)
    created_at: datetime
