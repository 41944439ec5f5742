"""The response body of an export."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field

from app.accounts.schemas import AccountOut
from app.sessions.schemas import SessionOut
from service_kit.http.schemas import ResponseModel


class ExportedAccount(AccountOut):
    """An account with what only its owner is shown."""

    last_login_at: datetime | None


class ExportedSignIn(ResponseModel):
    """A sign-in, or a failed one, that is on its way to the admin service."""

    id: UUID
    email: str
    succeeded: bool
    reason: str | None
    ip_address: str | None
    user_agent: str | None
    occurrences: int
    occurred_at: datetime


class Elsewhere(ResponseModel):
    """Where another service gives out what it has, for the same access token."""

    service: str
    path: str
    holds: str


ELSEWHERE = [
    Elsewhere(service="ai-micro-api-user", path="/profiles/me/export", holds="the profile"),
    Elsewhere(
        service="ai-micro-api-admin",
        path="/api/me/export",
        holds="knowledge bases, documents, questions, sign-ins and acts",
    ),
]


class AccountExport(ResponseModel):
    """Everything that the auth service has of a person. A hash of the password is not given out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "account": {
                        "id": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c",
                        "email": "hanako@example.com",
                        "roles": ["user"],
                        "is_active": True,
                        "created_at": "2026-01-05T09:00:00Z",
                        "updated_at": "2026-01-05T09:00:00Z",
                        "last_login_at": "2026-01-05T09:00:00Z",
                    },
                    "sessions": [],
                    "undelivered_sign_ins": [],
                    "elsewhere": [item.model_dump(mode="json") for item in ELSEWHERE],
                }
            ]
        }
    )

    account: ExportedAccount
    sessions: list[SessionOut]
    undelivered_sign_ins: list[ExportedSignIn] = Field(description="The others are with the admin service.")
    elsewhere: list[Elsewhere] = Field(description="What else there is, and where.")
