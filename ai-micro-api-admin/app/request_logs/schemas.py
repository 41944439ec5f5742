"""The response body of what a request left in the logs."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from app.audit_logs.schemas import AuditEventOut
from app.login_logs.schemas import LoginLogOut
from app.system_logs.schemas import SystemLogOut
from service_kit.http.schemas import ResponseModel


class SystemEntry(ResponseModel):
    """An entry of the system log."""

    log: Literal["system"]
    service: str = Field(description="Where it happened.")
    at: datetime
    entry: SystemLogOut = Field(description="As in `/api/logs/system`.")


class LoginEntry(ResponseModel):
    """An entry of the login log."""

    log: Literal["login"]
    service: str = Field(description="Where it happened.")
    at: datetime
    entry: LoginLogOut = Field(description="As in `/api/logs/login`.")


class AuditEntry(ResponseModel):
    """An entry of the audit log."""

    log: Literal["audit"]
    service: str = Field(description="Where it happened.")
    at: datetime
    entry: AuditEventOut = Field(description="As in `/api/logs/audit`.")


Entry = Annotated[SystemEntry | LoginEntry | AuditEntry, Field(discriminator="log")]


class RequestLogOut(ResponseModel):
    """What a request left in the logs."""

    items: list[Entry] = Field(description="Oldest first.")
    is_complete: bool = Field(
        description="False where the request left more than is shown; each log's list has the rest."
    )
