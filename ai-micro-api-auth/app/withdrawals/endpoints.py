"""`/auth/withdrawals`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.withdrawals.schemas import WithdrawalsOut
from service_kit.http.problems import DatabaseUnavailable, problems
from service_kit.server.openapi import CONDITIONAL_GET, NOT_MODIFIED
from service_kit.server.routing import Route
from service_kit.settings.service_settings import WITHDRAWALS_PATH
from service_kit.tokens.withdrawals import WithdrawalsWatch

router = APIRouter(tags=["keys"], route_class=Route)

_STALE_SECONDS = 5.0


async def withdrawals_watch(request: Request) -> WithdrawalsWatch:
    """Return the application's watch."""
    watch: WithdrawalsWatch = request.app.state.token_verifier.withdrawals
    return watch


@router.get(
    WITHDRAWALS_PATH,
    response_model=WithdrawalsOut,
    responses={304: NOT_MODIFIED, **problems(DatabaseUnavailable)},
    openapi_extra=CONDITIONAL_GET,
)
async def withdrawals(
    watch: Annotated[WithdrawalsWatch, Depends(withdrawals_watch)],
) -> Response:
    """Return which access tokens are good no more although they have not expired; ask again every two seconds."""
    if watch.age_seconds > _STALE_SECONDS:
        raise DatabaseUnavailable
    current = watch.current
    headers = {"ETag": current.etag, "Cache-Control": "no-cache"}
    return Response(current.body, media_type="application/json", headers=headers)
