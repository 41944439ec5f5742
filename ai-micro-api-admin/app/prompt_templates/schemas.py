"""The response bodies of prompt templates."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from service_kit.http.schemas import ResponseModel

Purpose = Literal["answer", "summary"]


class PromptTemplateOut(ResponseModel):
    """A prompt template."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "6f1d2c1e-6a55-4b0e-9c3a-0d8f5a7b1c01",
                    "name": "default-answer",
                    "purpose": "answer",
                    "description": "出典を付けて質問に答える（既定）",
                    "content": "資料:\n{context}\n\n質問:\n{question}\n",
                    "is_default": True,
                    "created_at": "2026-01-05T09:00:00Z",
                    "updated_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: UUID
    name: str
    purpose: Purpose
    description: str | None
    content: str = Field(description="The prompt; what is in braces is filled in before it is sent.")
    is_default: bool
    created_at: datetime
    updated_at: datetime
