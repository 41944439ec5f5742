"""Request and response bodies of login logs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field
from pydantic.config import JsonDict

from service_kit.http.schemas import RequestModel, ResponseModel

_EXAMPLE: JsonDict = {
    "id": "1d5a4b5e-63a4-4d0f-9d0e-2f6b9b0c7d10",
    "user_id": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c",
    "email": "hanako@example.com",
    "succeeded": False,
    "reason": "wrong_password",
    "ip_address": "203.0.113.7",
    "user_agent": "Mozilla/5.0",
    "occurrences": 1,
    "occurred_at": "2026-01-05T09:00:00Z",
}

_STORED: JsonDict = {
    **_EXAMPLE,
    "request_id": "0c1d2e3f40514263a4b5c6d7e8f90a1b",
    "created_at": "2026-01-05T09:00:01Z",
}


class LoginLogCreate(RequestModel):
    """A login attempt. What was typed as an email is kept as it was, address or not."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: UUID = Field(description="Chosen by the sender; the same id again is the same attempt.")
    user_id: UUID | None = Field(default=None, description="The account, if there is one of that email.")
    email: Annotated[str, Field(max_length=320)]
    succeeded: bool
    reason: Annotated[str, Field(max_length=50)] | None = Field(
        default=None, description="Why it failed, such as `wrong_password` or `throttled`."
    )
    ip_address: Annotated[str, Field(max_length=45)] | None = None
    user_agent: Annotated[str, Field(max_length=512)] | None = None
    occurrences: int = Field(
        default=1, ge=1, le=2_147_483_647, description="How many attempts; those that a limit refused share one entry."
    )
    occurred_at: AwareDatetime


class LoginLogOut(ResponseModel):
    """A login attempt."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STORED]})

    id: UUID
    user_id: UUID | None
    email: str
    succeeded: bool
    reason: str | None
    ip_address: str | None
    user_agent: str | None
    occurrences: int = Field(description="How many attempts; those that a limit refused share one entry.")
    request_id: str | None = Field(
        description="`X-Request-ID` of the attempt, as in the services' logs; of the first, where there are several."
    )
    occurred_at: datetime
    created_at: datetime = Field(description="When it arrived here; later than `occurred_at` after an outage.")
