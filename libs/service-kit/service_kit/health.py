"""`/healthz`, `/readyz` and `/metrics`."""

import re
from secrets import compare_digest
from typing import Annotated, Literal

import structlog
from fastapi import APIRouter, Depends, Request
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response

from service_kit.database import DatabaseDep
from service_kit.database_schema import Schema
from service_kit.metrics import Metrics
from service_kit.problems import Problem, Unauthorized, problems
from service_kit.schemas import ResponseModel
from service_kit.settings import ServiceSettings

logger = structlog.get_logger(__name__)
router = APIRouter(tags=["health"])
# Apart from the others because metrics may have a port of their own instead.
metrics_router = APIRouter(tags=["health"])


class NotReady(Problem, status=503, code="NOT_READY", retry_after=5):
    """The database cannot be reached, or its schema is not one that this code can run on."""


class Health(ResponseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(ResponseModel):
    """The service can do its work."""

    status: Literal["ready"] = "ready"
    current: str | None
    required: str
    pending: list[str]
    held: list[str]


async def _schema(request: Request) -> Schema:
    schema: Schema = request.app.state.schema
    return schema


async def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


@router.get("/healthz")
async def healthz() -> Health:
    """Tell that the process answers; says nothing of what it depends on."""
    return Health()


@router.get("/readyz", responses=problems(NotReady))
def readyz(database: DatabaseDep, schema: Annotated[Schema, Depends(_schema)]) -> Readiness:
    """Tell whether the database is there and its schema one that this code can run on."""
    try:
        with database.reading() as connection:
            state = schema.state(connection)
    except DBAPIError as error:
        logger.warning("not_ready", error=str(error.orig).strip())
        raise NotReady(_cause(error), current=None, required=schema.required, pending=[], held=[]) from error
    pending, held = list(state.pending), list(state.held)
    if not state.sufficient:
        raise NotReady(state.reason, current=state.current, required=state.required, pending=pending, held=held)
    return Readiness(current=state.current, required=state.required, pending=pending, held=held)


def _cause(error: DBAPIError) -> str:
    # libpq reports a refused login as text only.
    reason = str(error.orig)
    if "password authentication failed" in reason or "no password supplied" in reason:
        role = re.search(r'for user "([^"]*)"', reason)
        return (
            f"The database refuses the password of the application role{f' {role[1]}' if role else ''}:"
            " correct DB_PASSWORD or DATABASE_URL, or the role's password."
        )
    return "The database cannot be reached."


async def metrics_reader(request: Request) -> None:
    """Let whoever has the token read the metrics; everybody, where none is set.

    Raises:
        Unauthorized: the token is not the one of METRICS_TOKEN.
    """
    settings: ServiceSettings = request.app.state.settings
    if settings.metrics_token is None:
        return
    expected = f"Bearer {settings.metrics_token.get_secret_value()}"
    if not compare_digest(request.headers.get("authorization", "").encode(), expected.encode()):
        raise Unauthorized(
            "The metrics need their own token: send METRICS_TOKEN as `Authorization: Bearer ...`.",
            headers={"WWW-Authenticate": "Bearer"},
        )


@metrics_router.get(
    "/metrics",
    response_class=Response,
    dependencies=[Depends(metrics_reader)],
    responses={200: {"content": {"text/plain": {}}}, **problems(Unauthorized)},
)
def metrics(metrics: Annotated[Metrics, Depends(_metrics)]) -> Response:
    """Return metrics in Prometheus's text format."""
    # In a thread: a service's collectors may ask the database.
    return metrics.exposition()
