"""`POST /internal/erasures`: the auth service says that an account was deleted, and a service forgets what was its own.

The message may come again; what is gone already stays gone.
"""

from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import ConfigDict
from pydantic.config import JsonDict

from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.problems import Forbidden
from service_kit.http.schemas import RequestModel, ResponseModel
from service_kit.server.routing import Route
from service_kit.tokens.services import SERVICE_IDS
from service_kit.tokens.verification import CurrentSubject, Subject

SCOPE: Final = "accounts:erase"
_EXAMPLE: JsonDict = {"user_id": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c"}


class Erasure(RequestModel):
    """An account that was deleted."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    user_id: UUID


class ErasureOut(ResponseModel):
    """The account whose own is gone now."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    user_id: UUID


async def _eraser(subject: CurrentSubject) -> Subject:
    if SCOPE not in subject.scopes:
        raise Forbidden(f"The token needs the scope {SCOPE}.")
    if subject.id != SERVICE_IDS["ai-micro-api-auth"]:
        raise Forbidden("Only the auth service says that an account was deleted.")
    return subject


def erasures_router(erase: Callable[[Database, UUID, Subject], None]) -> APIRouter:
    """Return the endpoint.

    Args:
        erase: deletes what the service keeps of an account, as an act of the service that asks; may be called again.
    """
    router = APIRouter(prefix="/internal/erasures", tags=["internal"], route_class=Route)

    @router.post("")
    def erase_account(body: Erasure, by: Annotated[Subject, Depends(_eraser)], database: DatabaseDep) -> ErasureOut:
        """Forget a deleted account; for the auth service, whose tokens alone have the scope `accounts:erase`."""
        erase(database, body.user_id, by)
        return ErasureOut(user_id=body.user_id)

    return router
