"""`/healthz`, `/readyz` and `/metrics`.

They answer under any load: they wait for no place at the database (`service_kit.database.admission`), and have threads
and connections of their own.
"""

import re
from secrets import compare_digest
from typing import Annotated, Literal

import structlog
from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request
from pydantic import Field
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.responses import Response

from service_kit.database.admission import Admission
from service_kit.database.schema import Schema, SchemaState
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.problems import Problem, Unauthorized, problems
from service_kit.http.schemas import ResponseModel
from service_kit.server.build import Build
from service_kit.server.ending import Ending
from service_kit.server.metrics import Metrics
from service_kit.settings.service_settings import ServiceSettings

logger = structlog.get_logger(__name__)
router = APIRouter(tags=["health"])
_readiness_threads = CapacityLimiter(2)
_metrics_threads = CapacityLimiter(1)
_UNREACHABLE = "The database cannot be reached."
# Apart from the others because metrics may have a port of their own instead.
metrics_router = APIRouter(tags=["health"])


class NotReady(Problem, status=503, code="NOT_READY", retry_after=5):
    """The database cannot be reached, its schema does not serve this code, or this replica may not answer."""


class Health(ResponseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"
    service: str
    version: str = Field(description="The release; empty where the build did not say it.")
    revision: str = Field(description="The commit that it was built from; empty where the build did not say it.")


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
async def healthz(request: Request) -> Health:
    """Tell that the process answers, and what it is; says nothing of what it depends on."""
    build: Build = request.app.state.build
    return Health(service=build.service, version=build.version, revision=build.revision)


@router.get("/readyz", responses=problems(NotReady))
async def readyz(database: DatabaseDep, schema: Annotated[Schema, Depends(_schema)], request: Request) -> Readiness:
    """Answer 200 if the database is there and its schema one that this code can run on."""
    admission: Admission = request.app.state.admission
    ending: Ending = request.app.state.ending
    if ending.has_begun:
        raise _unknown("The service is ending.", schema)
    if admission.is_closed:
        raise _unknown(_UNREACHABLE, schema)
    try:
        state = await to_thread.run_sync(_state, database, schema, limiter=_readiness_threads)
    except SQLAlchemyError as error:
        logger.warning("not_ready", error=str(error.orig if isinstance(error, DBAPIError) else error).strip())
        raise _unknown(_cause(error), schema) from error
    pending, held = list(state.pending), list(state.held)
    if not state.sufficient:
        raise NotReady(state.reason, current=state.current, required=state.required, pending=pending, held=held)
    for reason in filter(None, (obstacle() for obstacle in request.app.state.obstacles)):
        raise NotReady(reason, current=state.current, required=state.required, pending=pending, held=held)
    return Readiness(current=state.current, required=state.required, pending=pending, held=held)


def _unknown(reason: str, schema: Schema) -> NotReady:
    return NotReady(reason, current=None, required=schema.required, pending=[], held=[])


def _state(database: Database, schema: Schema) -> SchemaState:
    with database.probing() as connection:
        return schema.state(connection)


def _cause(error: SQLAlchemyError) -> str:
    # libpq reports a refused login as text only.
    reason = str(error)
    if "password authentication failed" in reason or "no password supplied" in reason:
        role = re.search(r'for user "([^"]*)"', reason)
        return (
            f"The database refuses the password of the application role{f' {role[1]}' if role else ''}:"
            " correct DB_PASSWORD or DATABASE_URL, or the role's password."
        )
    return _UNREACHABLE


async def metrics_reader(request: Request) -> None:
    """Let callers with the token read the metrics; all callers, where none is set and ENVIRONMENT is local.

    Raises:
        Unauthorized: the token is not the one of METRICS_TOKEN, or there is none in production.
    """
    settings: ServiceSettings = request.app.state.settings
    if settings.metrics_token is None:
        if settings.environment == "local":
            return
        raise Unauthorized(
            "In production the metrics need METRICS_TOKEN, or a port of their own (METRICS_PORT).",
            headers={"WWW-Authenticate": "Bearer"},
        )
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
async def metrics(metrics: Annotated[Metrics, Depends(_metrics)]) -> Response:
    """Return metrics in Prometheus's text format."""
    # In a thread: a service's collectors may ask the database.
    return await to_thread.run_sync(metrics.exposition, limiter=_metrics_threads)
