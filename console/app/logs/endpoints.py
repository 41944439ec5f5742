"""The pages of the logs: system, login and audit, with their filters, and the audit log as a file."""

from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.apis.problems import RefusedError
from app.logs.filters import ENTRIES_OF_A_PAGE, LOGS, parameters_of
from app.pages.forms import Form
from app.pages.handing_on import download
from app.pages.rendering import page
from app.pages.signed_in import ApisDep

router = APIRouter(prefix="/logs")


@router.get("")
async def first_page() -> Response:
    """Go to the system log."""
    return RedirectResponse("/logs/system", HTTPStatus.SEE_OTHER)


@router.get("/audit/export")
async def export(request: Request, apis: ApisDep) -> Response:
    """Return the audit log as JSON lines, to be saved."""
    narrowed = LOGS["audit"].narrowed(request.query_params)
    return await download(request, apis, "/api/logs/audit/export", **parameters_of(narrowed))


@router.get("/{name}")
async def log(request: Request, apis: ApisDep, name: Literal["system", "login", "audit"], cursor: str = "") -> Response:
    """Show a log, the latest first."""
    narrowed, status = LOGS[name].narrowed(request.query_params), HTTPStatus.OK
    try:
        found: Any = await apis.get(
            "admin", LOGS[name].path, limit=ENTRIES_OF_A_PAGE, cursor=cursor, **parameters_of(narrowed)
        )
    except RefusedError as error:
        if error.status != HTTPStatus.UNPROCESSABLE_ENTITY:
            raise
        # The filters stand as they are, to be corrected.
        found, status = {"items": [], "next_cursor": None}, HTTPStatus.UNPROCESSABLE_ENTITY
        narrowed = Form.refused(error, narrowed.values)
    return page(request, f"logs/{name}.html", {"found": found, "filters": narrowed}, status=status)
