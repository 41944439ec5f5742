"""`/api/logs/login`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Response

from app.login_logs.models import LoginLog
from app.login_logs.schemas import LoginLogCreate, LoginLogOut
from app.login_logs.service import LoginLogs
from service_kit.http.problems import Forbidden, problems
from service_kit.http.schemas import RequestId, Text
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.observability.trace_context import REQUEST_ID, acceptable_id
from service_kit.outbox.batches import Batch
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, CurrentSubject, Subject

router = APIRouter(prefix="/api/logs/login", tags=["logs"], route_class=Route)

WRITE_SCOPE = "login-logs:write"


async def login_log_writer(subject: CurrentSubject) -> Subject:
    """Return who is asking: the auth service, whose tokens alone have the scope.

    Raises:
        Forbidden: the token has not the scope `login-logs:write`.
    """
    if WRITE_SCOPE not in subject.scopes:
        raise Forbidden(f"The token needs the scope {WRITE_SCOPE}.")
    return subject


Writer = Annotated[Subject, Depends(login_log_writer)]


@router.post(
    "",
    status_code=201,
    response_model=LoginLogOut,
    responses={200: {"description": "This attempt is in the log already.", "model": LoginLogOut}},
)
def record(
    body: LoginLogCreate,
    _: Writer,
    logs: LoginLogs,
    response: Response,
    request_id: Annotated[
        str | None, Header(alias=REQUEST_ID, description="Of the request that tried to sign in.")
    ] = None,
) -> LoginLog:
    """Take a login attempt from the auth service; sending it again changes nothing."""
    attempt, new = logs.add(body, request_id=acceptable_id(request_id))
    response.status_code = 201 if new else 200
    return attempt


@router.post("/batch", status_code=204)
def record_all(body: Batch[LoginLogCreate], _: Writer, logs: LoginLogs) -> None:
    """Take several login attempts from the auth service, all or none; those that are there already stay as they are."""
    logs.add_all(body.unpack("login_attempt_received"))


@router.get("", response_model=Page[LoginLogOut], responses=problems(InvalidCursor))
def list_all(
    *,
    _: Administrator,
    logs: LoginLogs,
    page: Paging,
    q: SearchText = None,
    user_id: Annotated[UUID | None, Query(description="Only attempts on this account.")] = None,
    email: Annotated[Text | None, Query(max_length=320, description="Only attempts with this email.")] = None,
    succeeded: Annotated[bool | None, Query(description="Only attempts that ended so.")] = None,
    request_id: Annotated[RequestId | None, Query(description="Only the attempt of this request.")] = None,
) -> Slice[LoginLog]:
    """List login attempts, the latest first; `q` is part of an email. Administrators only."""
    return logs.page(q, page, user_id=user_id, email=email, succeeded=succeeded, request_id=request_id)
