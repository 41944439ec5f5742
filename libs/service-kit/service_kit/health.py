"""`/healthz`, `/readyz` and `/metrics`."""

from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Depends, Request
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response

from service_kit.database import DatabaseDep
from service_kit.metrics import Metrics
from service_kit.migrations import SchemaCheck, SchemaState
from service_kit.problems import Problem, problems
from service_kit.schemas import ResponseModel

logger = structlog.get_logger(__name__)
router = APIRouter(tags=["health"])


class NotReady(Problem, status=503, code="NOT_READY", retry_after=5):
    """The database cannot be reached, or its schema is behind what this code needs."""


class Health(ResponseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(ResponseModel):
    """The service can do its work."""

    status: Literal["ready"] = "ready"
    current: str | None
    required: str
    pending: list[str]


async def _schema_check(request: Request) -> SchemaCheck:
    check: SchemaCheck = request.app.state.schema_check
    return check


async def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


@router.get("/healthz")
async def healthz() -> Health:
    """Tell that the process answers; says nothing of what it depends on."""
    return Health()


@router.get("/readyz", responses=problems(NotReady))
def readyz(database: DatabaseDep, check: Annotated[SchemaCheck, Depends(_schema_check)]) -> Readiness:
    """Tell whether the database is there and its schema at or past the revision that this code needs."""
    try:
        with database.reading() as connection:
            state = check.state(connection)
    except DBAPIError as error:
        logger.warning("not_ready", error=str(error.orig).strip())
        raise NotReady("The database cannot be reached.", current=None, required=check.required, pending=[]) from error
    if not state.sufficient:
        raise NotReady(_behind(state), current=state.current, required=state.required, pending=list(state.pending))
    return Readiness(current=state.current, required=state.required, pending=list(state.pending))


def _behind(state: SchemaState) -> str:
    at = f"at revision {state.current}" if state.current else "empty"
    return f"The database is {at} and this code needs {state.required}: run `alembic upgrade head`."


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(metrics: Annotated[Metrics, Depends(_metrics)]) -> Response:
    """Return metrics in Prometheus's text format."""
    return metrics.exposition()
