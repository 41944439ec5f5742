"""`/api/logs/requests/{request_id}`."""

from fastapi import APIRouter

from app.request_logs.schemas import RequestLogOut
from app.request_logs.service import RequestLogs
from service_kit.http.schemas import RequestId
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator

router = APIRouter(prefix="/api/logs/requests", tags=["logs"], route_class=Route)


@router.get("/{request_id}")
def of_request(request_id: RequestId, _: Administrator, logs: RequestLogs) -> RequestLogOut:
    """Return what a request left in the three logs, in all services, oldest first; administrators only.

    `request_id` is its `X-Request-ID`. A request that left nothing has no entries; sign-ins and events of the other
    services arrive a moment after their answer.
    """
    return logs.of(request_id)
