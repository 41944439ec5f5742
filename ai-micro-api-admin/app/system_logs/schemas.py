"""The response bodies of the system log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from service_kit.http.schemas import ResponseModel


class SystemLogOut(ResponseModel):
    """One event."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "7b0a6c35-8a9f-4d9c-8a43-6f3f0b1a2c10",
                    "level": "info",
                    "event": "knowledge_base.created",
                    "message": "The knowledge base “社内規程” was created.",
                    "actor_id": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c",
                    "details": {"knowledge_base_id": "8d8ac610-566d-4ef0-9c22-186b2a5ed793", "name": "社内規程"},
                    "request_id": "0c1d2e3f40514263a4b5c6d7e8f90a1b",
                    "created_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: UUID
    level: str
    event: str = Field(description="Stable name of what happened, for programs.")
    message: str
    actor_id: UUID | None = Field(description="The account that caused it; null where the service acted by itself.")
    details: dict[str, Any]
    request_id: str | None = Field(
        description="`X-Request-ID` of the request that caused it, as in the services' logs."
    )
    created_at: datetime
