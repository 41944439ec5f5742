"""`/api/logs/audit`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import StreamingResponse

from app.audit_logs.models import AuditEvent
from app.audit_logs.schemas import AuditEventIn, AuditEventOut, AuditFilter
from app.audit_logs.service import AuditLogs
from service_kit.audit.delivery import SCOPE
from service_kit.database.admission import AdmissionDep
from service_kit.http.problems import Forbidden, problems
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.outbox.batches import Batch
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, CurrentSubject, Subject

router = APIRouter(prefix="/api/logs/audit", tags=["logs"], route_class=Route)

JSON_LINES = "application/x-ndjson"
Filter = Annotated[AuditFilter, Depends()]


async def audit_event_writer(subject: CurrentSubject) -> Subject:
    """Return who is asking: a service, whose tokens alone have the scope.

    Raises:
        Forbidden: the token has not the scope `audit:write`.
    """
    if SCOPE not in subject.scopes:
        raise Forbidden(f"The token needs the scope {SCOPE}.")
    return subject


Writer = Annotated[Subject, Depends(audit_event_writer)]


@router.post(
    "",
    status_code=201,
    response_model=AuditEventOut,
    responses={200: {"description": "This event is in the log already.", "model": AuditEventOut}},
)
def record(body: AuditEventIn, writer: Writer, logs: AuditLogs, response: Response) -> AuditEvent:
    """Take an audit event from a service; sending it again changes nothing."""
    event, new = logs.add(body, by=writer)
    response.status_code = 201 if new else 200
    return event


@router.post("/batch", status_code=204)
def record_all(body: Batch[AuditEventIn], writer: Writer, logs: AuditLogs) -> None:
    """Take several audit events from a service, all or none; those that are there already stay as they are."""
    logs.add_all([enclosed.message for enclosed in body.unpack("audit_event_received")], by=writer)


@router.get("", response_model=Page[AuditEventOut], responses=problems(InvalidCursor))
def list_all(_: Administrator, logs: AuditLogs, wanted: Filter, page: Paging) -> Slice[AuditEvent]:
    """List audit events, the latest first; administrators only."""
    return logs.page(wanted, page)


@router.get(
    "/export",
    response_class=StreamingResponse,
    responses={200: {"description": "One event a line.", "content": {JSON_LINES: {"schema": {"type": "string"}}}}},
)
def export(subject: Administrator, logs: AuditLogs, wanted: Filter, admission: AdmissionDep) -> StreamingResponse:
    """Return audit events as JSON lines, in the order in which they happened; administrators only."""
    headers = {"Content-Disposition": 'attachment; filename="audit.jsonl"'}
    lines = admission.stream(logs.export(wanted, by=subject))
    return StreamingResponse(lines, media_type=JSON_LINES, headers=headers)
