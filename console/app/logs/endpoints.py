"""The pages of the logs: system, login and audit, with their filters, and the audit log as a file."""

from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.apis.account_addresses import addresses_of
from app.apis.problems import RefusedError
from app.language import translated
from app.logs.filters import ENTRIES_OF_A_PAGE, LOGS, parameters_of
from app.pages.forms import Form
from app.pages.handing_on import download
from app.pages.rendering import page
from app.pages.signed_in import ApisDep
from service_kit.observability.trace_context import acceptable_id

router = APIRouter(prefix="/logs")

ACCOUNT_TARGETS = ("account", "profile")
"""The kinds of targets whose id is that of an account."""


@router.get("")
async def first_page() -> Response:
    """Go to the system log."""
    return RedirectResponse("/logs/system", HTTPStatus.SEE_OTHER)


@router.get("/audit/export")
async def export(request: Request, apis: ApisDep) -> Response:
    """Return the audit log as JSON lines, to be saved."""
    narrowed = LOGS["audit"].narrowed(request.query_params)
    return await download(request, apis, "/api/logs/audit/export", **parameters_of(narrowed))


@router.get("/requests")
async def requests(request: Request, _: ApisDep, request_id: str = "") -> Response:
    """Show the field for the id of a request, and go to its page once there is one."""
    pasted = request_id.strip()
    if acceptable_id(pasted):
        return RedirectResponse(f"/logs/requests/{quote(pasted)}", HTTPStatus.SEE_OTHER)
    wrong = {"request_id": translated("No request can have this id.")} if pasted else {}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    form = Form({"request_id": pasted}, errors=wrong)
    return page(request, "logs/request.html", {"found": None, "filters": form}, status=status)


@router.get("/requests/{request_id}")
async def one_request(request: Request, apis: ApisDep, request_id: str) -> Response:
    """Show what a request left in the logs of all services, oldest first."""
    found = await apis.get("admin", f"/api/logs/requests/{quote(request_id, safe='')}")
    addresses = await addresses_of(apis, _accounts_of(item["entry"] for item in found["items"]))
    values = {"found": found, "filters": Form({"request_id": request_id}), "addresses": addresses}
    return page(request, "logs/request.html", values)


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
    addresses = await addresses_of(apis, _accounts_of(found["items"]))
    values = {"found": found, "filters": narrowed, "addresses": addresses}
    return page(request, f"logs/{name}.html", values, status=status)


def _accounts_of(entries: Iterable[Mapping[str, Any]]) -> Iterator[str | None]:
    """Return the ids of accounts that entries show; those of sign-ins have their addresses."""
    for entry in entries:
        yield entry.get("actor_id")
        if entry.get("target_type") in ACCOUNT_TARGETS:
            yield entry["target_id"]
