"""Turns every exception that reaches the edge of a service into a problem document."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from service_kit.audit.application import note_refusal
from service_kit.database.sessions import UnstorableValueError
from service_kit.http.problems import (
    Contended,
    DatabaseUnavailable,
    InternalError,
    MalformedRequest,
    MethodNotAllowed,
    PayloadTooLarge,
    Problem,
    ValidationFailed,
    problem_response,
)
from service_kit.server.routing import fixed_path
from service_kit.text.field_faults import FieldFault

logger = structlog.get_logger(__name__)

# https://www.postgresql.org/docs/current/errcodes-appendix.html: connection exceptions, insufficient resources,
# operator intervention (shutdown, statement cancelled by its timeout), lock not available, system errors, a table
# that is not there (the migrations have not run since the database was created again).
_UNAVAILABLE_CLASSES = ("08", "53", "57", "58", "55P03", "25006", "42P01")
# Transaction rollback: of two that waited for each other, PostgreSQL has ended this one.
_CONTENDED_CLASS = "40"
_BAD_VALUE_CLASS = "22"
_FILE_EXPECTED = FieldFault("file_expected", "A file is expected here: send it with a file name.")
_LENGTHS = {"too_short": "min_length", "too_long": "max_length"}
_BODY_STATUS = {HTTPStatus.BAD_REQUEST: MalformedRequest, HTTPStatus.REQUEST_ENTITY_TOO_LARGE: PayloadTooLarge}


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(StatementError, _statement_error)
    app.add_exception_handler(UnstorableValueError, _unstorable_value)
    app.add_exception_handler(PoolTimeoutError, _pool_timeout)
    app.add_exception_handler(Exception, _unexpected)


async def _http_exception(request: Request, exception: Exception) -> Response:
    if isinstance(exception, Problem):
        note_refusal(request, exception)
        return exception.response()
    assert isinstance(exception, HTTPException)  # noqa: S101 - what the handler is registered for
    status = HTTPStatus(exception.status_code)
    if status in _BODY_STATUS:
        return _BODY_STATUS[status](headers=exception.headers).response()
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        return MethodNotAllowed(headers={"Allow": ", ".join(_allowed_methods(request))}).response()
    return problem_response(status, status.name, str(exception.detail), headers=exception.headers)


def _allowed_methods(request: Request) -> list[str]:
    # RFC 9110 section 10.2.1 asks for all methods of the resource; Starlette names those of one route. The resource
    # `/profiles/me` is not `/profiles/{user_id}`.
    matching = [
        route for route in iter_route_contexts(request.app.routes) if route.matches(request.scope)[0] is not Match.NONE
    ]
    path = fixed_path(request.scope) or next((route.path for route in matching), None)
    methods = {method for route in matching if route.path == path for method in route.methods or ()}
    # `service_kit.server.middleware.request_context` answers HEAD wherever GET is answered.
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


async def _validation_error(_: Request, exception: Exception) -> Response:
    assert isinstance(exception, RequestValidationError)  # noqa: S101 - what the handler is registered for
    return ValidationFailed(errors=faults(exception.errors())).response()


def faults(errors: Sequence[Any]) -> list[dict[str, Any]]:
    """Return what is wrong with a request, as the problem document has it in `errors`."""
    # Only these three members: `input` and `ctx` would echo passwords, and may not be JSON at all.
    return [{"loc": list(error["loc"]), **_worded(error)} for error in errors]


def _worded(error: Any) -> dict[str, str]:  # noqa: ANN401 - pydantic's, or a fault of our own
    # Behind a validator function pydantic counts a text's "items", and FastAPI names its class for files.
    kind, value = error["type"], error.get("input")
    if kind in _LENGTHS and isinstance(value, str):
        limit = error["ctx"][_LENGTHS[kind]]
        bound = "at least" if kind == "too_short" else "at most"
        characters = "character" if limit == 1 else "characters"
        return {"msg": f"String should have {bound} {limit} {characters}", "type": f"string_{kind}"}
    if error["msg"].startswith("Value error, Expected UploadFile"):
        return {"msg": _FILE_EXPECTED.text, "type": _FILE_EXPECTED.code}
    return {"msg": error["msg"], "type": kind}


async def _statement_error(request: Request, exception: Exception) -> Response:
    assert isinstance(exception, StatementError)  # noqa: S101 - what the handler is registered for
    if is_unavailable(exception):
        logger.warning("database_unavailable", error=str(exception.orig).strip())
        return DatabaseUnavailable().response()
    state = getattr(exception.orig, "pgcode", None) or ""
    if state.startswith(_CONTENDED_CLASS):
        logger.warning("transaction_rolled_back", error=str(exception.orig).partition("\n")[0])
        return Contended().response()
    if state.startswith(_BAD_VALUE_CLASS):
        return await _unstorable_value(request, exception)
    return await _unexpected(request, exception)


async def _unstorable_value(_: Request, __: Exception) -> Response:
    return ValidationFailed(ValidationFailed.UNSTORABLE, errors=[]).response()


async def _pool_timeout(_: Request, exception: Exception) -> Response:
    logger.warning("database_pool_exhausted", error=str(exception))
    return DatabaseUnavailable().response()


async def _unexpected(_: Request, exception: Exception) -> Response:
    logger.error("unhandled_exception", exc_info=exception)
    return InternalError().response()


def is_unavailable(exception: StatementError) -> bool:
    """Return True if a statement failed because the database is away, not because of what was asked."""
    if not isinstance(exception, DBAPIError):
        return False
    state: str | None = getattr(exception.orig, "pgcode", None)
    if state is None:
        # libpq reports a connection that it could not make, or lost, without a SQLSTATE.
        return type(exception.orig).__name__ in {"OperationalError", "InterfaceError"}
    return state.startswith(_UNAVAILABLE_CLASSES)
