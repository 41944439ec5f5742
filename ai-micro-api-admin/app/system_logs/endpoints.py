"""`/api/logs/system`."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.system_logs.events import Event
from app.system_logs.models import SystemLog
from app.system_logs.repository import Level
from app.system_logs.schemas import SystemLogOut
from app.system_logs.service import SystemLogs
from service_kit.http.problems import problems
from service_kit.http.schemas import RequestId
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator

router = APIRouter(prefix="/api/logs/system", tags=["logs"], route_class=Route)


@router.get("", response_model=Page[SystemLogOut], responses=problems(InvalidCursor))
def list_all(
    *,
    _: Administrator,
    log: SystemLogs,
    page: Paging,
    q: SearchText = None,
    level: Annotated[Level | None, Query(description="Only entries of this level.")] = None,
    event: Annotated[Event | None, Query(description="Only this event.")] = None,
    request_id: Annotated[RequestId | None, Query(description="Only what this request caused.")] = None,
) -> Slice[SystemLog]:
    """List what administrators did and what went wrong, newest first; `q` is part of a message. Administrators only."""
    return log.page(q, page, level=level, event=event, request_id=request_id)
