"""Joins what the three logs have of one request."""

from operator import attrgetter
from typing import Annotated, Final

from fastapi import Depends

from app.audit_logs.models import AuditEvent
from app.audit_logs.repository import AuditEventRepository
from app.audit_logs.schemas import AuditEventOut
from app.audit_trail import SERVICE
from app.login_logs.models import LoginLog
from app.login_logs.repository import LoginLogRepository
from app.login_logs.schemas import LoginLogOut
from app.request_logs.schemas import AuditEntry, Entry, LoginEntry, RequestLogOut, SystemEntry
from app.system_logs.models import SystemLog
from app.system_logs.repository import SystemLogRepository
from app.system_logs.schemas import SystemLogOut
from service_kit.database.sessions import Database, DatabaseDep

MOST_ENTRIES: Final = 500
"""More than a request leaves; a client that gives all its requests one id leaves as many as it likes."""

_SIGNS_IN: Final = "ai-micro-api-auth"


class RequestLogService:
    """Finds what a request left in the logs.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, request_id: str) -> RequestLogOut:
        """Return the first `MOST_ENTRIES` entries of a request, oldest first."""
        limit = MOST_ENTRIES + 1
        with self._database.session() as session:
            system = SystemLogRepository(session).of_request(request_id, limit=limit)
            login = LoginLogRepository(session).of_request(request_id, limit=limit)
            audit = AuditEventRepository(session).of_request(request_id, limit=limit)
            entries: list[Entry] = [
                *(_system_entry(row) for row in system),
                *(_login_entry(row) for row in login),
                *(_audit_entry(row) for row in audit),
            ]
        entries.sort(key=attrgetter("at"))
        return RequestLogOut(items=entries[:MOST_ENTRIES], is_complete=len(entries) <= MOST_ENTRIES)


def _system_entry(row: SystemLog) -> SystemEntry:
    return SystemEntry(log="system", service=SERVICE, at=row.created_at, entry=SystemLogOut.model_validate(row))


def _login_entry(row: LoginLog) -> LoginEntry:
    return LoginEntry(log="login", service=_SIGNS_IN, at=row.occurred_at, entry=LoginLogOut.model_validate(row))


def _audit_entry(row: AuditEvent) -> AuditEntry:
    return AuditEntry(log="audit", service=row.service, at=row.occurred_at, entry=AuditEventOut.model_validate(row))


async def request_log_service(database: DatabaseDep) -> RequestLogService:
    """Return the service."""
    return RequestLogService(database)


RequestLogs = Annotated[RequestLogService, Depends(request_log_service)]
