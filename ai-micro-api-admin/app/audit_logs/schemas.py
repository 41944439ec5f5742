"""Request and response bodies of the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, ConfigDict, Field
from pydantic.config import JsonDict

from app.audit_logs.acts import ACTIONS, SERVICES
from app.field_types import Moment
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Result
from service_kit.http.schemas import RequestId, RequestModel, ResponseModel, Text
from service_kit.lists.filters import OneOf

_EXAMPLE: JsonDict = {
    "id": "1d5a4b5e-63a4-4d0f-9d0e-2f6b9b0c7d10",
    "action": "ACCOUNT_ROLES_CHANGED",
    "result": "done",
    "reason": None,
    "actor_id": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c",
    "session_id": "8c6ad1d2-4a35-4f6c-b1c5-6a0ce31c3f55",
    "target_type": "account",
    "target_id": "b1c1a4c2-1f7b-4b0a-9f55-7d8f4f1f8a11",
    "ip_address": "203.0.113.7",
    "request_id": "0c1d2e3f40514263a4b5c6d7e8f90a1b",
    "changes": {"roles": {"before": ["user"], "after": ["admin", "user"]}},
    "occurrences": 1,
    "occurred_at": "2026-01-05T09:00:00Z",
}
_MOST_CHANGES = 100


class Change(RequestModel):
    """What became of one field; without its values where they may be personal."""

    before: Any = None
    after: Any = None


class AuditEventIn(RequestModel):
    """An event of the service whose token delivers it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: UUID = Field(description="Chosen by the sender; the same id again is the same event.")
    action: Annotated[str, Field(min_length=1, max_length=100)]
    result: Result
    reason: Annotated[str, Field(max_length=100)] | None = None
    actor_id: UUID | None = None
    session_id: UUID | None = None
    target_type: Annotated[str, Field(max_length=50)] | None = None
    target_id: Annotated[str, Field(max_length=200)] | None = None
    ip_address: Annotated[str, Field(max_length=45)] | None = None
    request_id: Annotated[str, Field(max_length=64)] | None = None
    changes: Annotated[
        dict[Annotated[str, Field(max_length=100)], Change], Field(default_factory=dict, max_length=_MOST_CHANGES)
    ]
    occurrences: Annotated[int, Field(ge=1, le=2_147_483_647)] = 1
    occurred_at: AwareDatetime


class AuditEventOut(ResponseModel):
    """An act, or several refused ones that are alike."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{**_EXAMPLE, "service": "ai-micro-api-auth", "recorded_at": "2026-01-05T09:00:01Z"}]
        }
    )

    id: UUID
    service: str = Field(description="Where it happened.")
    action: str = Field(description="A stable code.")
    result: Result
    reason: str | None = Field(description="The code of the problem document that refused it.")
    actor_id: UUID | None = Field(description="Whose account; null where an operator or the service itself acted.")
    session_id: UUID | None = Field(description="The sign-in that it came from.")
    target_type: str | None
    target_id: str | None
    ip_address: str | None
    request_id: str | None = Field(description="`X-Request-ID`, as in the services' logs.")
    changes: dict[str, Any] = Field(description="The fields that changed; roles, states and settings with values.")
    occurrences: int = Field(description="How many refused acts of a minute it stands for; details are the first's.")
    occurred_at: datetime
    recorded_at: datetime = Field(description="When it arrived here; later than `occurred_at` after an outage.")


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events a reader asks for; what is None is not asked for."""

    actor_id: Annotated[UUID | None, Query(description="Only acts of this account.")] = None
    action: Annotated[Annotated[str, OneOf(ACTIONS)] | None, Query(description="Only this code.")] = None
    target_type: Annotated[TargetType | None, Query(description="Only acts on such things.")] = None
    target_id: Annotated[Text | None, Query(max_length=200, description="Only acts on this one.")] = None
    result: Annotated[Result | None, Query(description="Only acts that ended so.")] = None
    service: Annotated[Annotated[str, OneOf(SERVICES)] | None, Query(description="Only events of this service.")] = None
    request_id: Annotated[RequestId | None, Query(description="Only acts of this request.")] = None
    since: Annotated[Moment | None, Query(description="Only from this moment on.")] = None
    until: Annotated[Moment | None, Query(description="Only before this moment.")] = None
