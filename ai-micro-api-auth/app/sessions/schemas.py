"""Response bodies of sessions."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from service_kit.http.schemas import ResponseModel


class SessionOut(ResponseModel):
    """A signed-in client."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0d9e4c0a-6a1c-4f0e-8f53-2f6a5e5f0e4c",
                    "device": "Firefox on Windows",
                    "network": "192.0.2.7",
                    "created_at": "2026-01-05T09:00:00Z",
                    "last_used_at": "2026-01-05T09:45:00Z",
                    "expires_at": "2026-02-04T09:45:00Z",
                    "is_current": True,
                }
            ]
        }
    )

    id: UUID
    device: str = Field(description="What the client said of itself, in plain words.")
    network: str | None = Field(description="Where it was last used from: an IPv4 address or an IPv6 /64.")
    created_at: datetime
    last_used_at: datetime = Field(description="When it last got tokens.")
    expires_at: datetime = Field(description="When it ends if it is not used before.")
    is_current: bool = Field(description="True for the session that the access token of this request is of.")
