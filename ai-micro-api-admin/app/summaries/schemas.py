"""The response body of a summary."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from service_kit.http.schemas import ResponseModel


class Statistics(ResponseModel):
    """The numbers of a knowledge base."""

    documents: int
    ready: int = Field(description="Documents that can be searched.")
    failed: int
    collections: int
    chunks: int
    size_bytes: int
    media_types: dict[str, int] = Field(description="Documents by their kind.")
    newest_document_at: datetime | None


class SummaryOut(ResponseModel):
    """What a knowledge base is as a whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "knowledge_base_id": "8d8ac610-566d-4ef0-9c22-186b2a5ed793",
                    "summary": "「図書館」には文書が 1 件あります。\n- 開館時間: 平日の午前九時から開いています。",
                    "statistics": {
                        "documents": 1,
                        "ready": 1,
                        "failed": 0,
                        "collections": 1,
                        "chunks": 1,
                        "size_bytes": 121,
                        "media_types": {"text/markdown": 1},
                        "newest_document_at": "2026-01-05T09:00:00Z",
                    },
                    "model": "extractive",
                    "updated_at": "2026-01-05T09:00:03Z",
                    "is_stale": False,
                }
            ]
        }
    )

    knowledge_base_id: UUID
    summary: str | None = Field(description="Null until one was made.")
    statistics: Statistics | None
    model: str | None = Field(description="`extractive`: put together from titles and first sentences.")
    updated_at: datetime | None
    is_stale: bool = Field(description="The documents have changed since; a worker makes it again.")
