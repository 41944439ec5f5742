"""Accounts: their list, and the page of each one with its roles, its state and its profile. For administrators."""

from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.apis.problems import RefusedError
from app.apis.signed_in import Apis
from app.language import translated
from app.pages.forms import Form, fields_of, if_match, shown
from app.pages.rendering import page
from app.pages.signed_in import ApisDep, back
from app.people.profiles import FIELDS, profile_of

router = APIRouter(prefix="/people")

ACCOUNTS_OF_A_PAGE = 50
_API = "/auth/users"
_NEW = Form({"roles": "user"})


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list of accounts is narrowed by; the fields are those of the API, and empty ones narrow nothing."""

    q: str = ""
    role: str = ""
    is_active: str = ""
    is_approved: str = ""

    def query(self) -> dict[str, str]:
        """Return those that narrow something."""
        return {name: value for name, value in asdict(self).items() if value}


FiltersDep = Annotated[Filters, Depends()]


@router.get("")
async def accounts(request: Request, apis: ApisDep, filters: FiltersDep, cursor: str = "") -> Response:
    """List the accounts."""
    return await _list(request, apis, filters, cursor)


@router.post("")
async def create(request: Request, apis: ApisDep) -> Response:
    """Make an account, and show its password: no page shows it again."""
    sent = await fields_of(request)
    body = {"email": sent.get("email", ""), "roles": sent.get("roles", "").split()}
    try:
        made = (await apis.send("auth", "POST", _API, json=body)).json()
    except RefusedError as error:
        return await _list(request, apis, Filters(), "", new=Form.refused(error, sent), status=error.status)
    return page(request, "people/made.html", {"account": made}, status=HTTPStatus.CREATED)


@router.get("/{account_id}")
async def account(request: Request, apis: ApisDep, account_id: UUID) -> Response:
    """Show an account."""
    return await _account(request, apis, account_id)


@router.post("/{account_id}")
async def change(request: Request, apis: ApisDep, account_id: UUID) -> Response:
    """Change roles and state; activating approves a sign-up that waits."""
    sent = await fields_of(request)
    body = {"roles": sent.get("roles", "").split(), "is_active": sent.get("is_active") == "true"}
    try:
        await apis.send("auth", "PATCH", f"{_API}/{account_id}", json=body, headers=if_match(sent))
    except RefusedError as error:
        return await _account(request, apis, account_id, changed=Form.refused(error, sent), status=error.status)
    return back(apis, f"/people/{account_id}", translated("Saved. The account is signed out everywhere."))


@router.post("/{account_id}/end-sessions")
async def end_sessions(apis: ApisDep, account_id: UUID) -> Response:
    """Sign an account out everywhere."""
    await apis.send("auth", "DELETE", f"{_API}/{account_id}/sessions")
    return back(apis, f"/people/{account_id}", translated("The account is signed out everywhere."))


async def _list(
    request: Request, apis: Apis, filters: Filters, cursor: str, *, new: Form = _NEW, status: int = HTTPStatus.OK
) -> Response:
    narrowed = Form(filters.query())
    try:
        found: Any = await apis.get(
            "auth", _API, limit=ACCOUNTS_OF_A_PAGE, total=True, cursor=cursor, **filters.query()
        )
    except RefusedError as error:
        if error.status != HTTPStatus.UNPROCESSABLE_ENTITY:
            raise
        # The filters stand as they are, to be corrected.
        found, status = {"items": [], "next_cursor": None, "total": 0}, error.status
        narrowed = Form.refused(error, filters.query())
    values = {"accounts": found, "filters": narrowed, "new": new}
    return page(request, "people/accounts.html", values, status=status)


async def _account(
    request: Request, apis: Apis, account_id: UUID, *, changed: Form | None = None, status: int = HTTPStatus.OK
) -> Response:
    found, etag = await apis.get_tagged("auth", f"{_API}/{account_id}")
    profile, _, away = await profile_of(apis, str(account_id))
    current = {"roles": " ".join(sorted(found["roles"])), "is_active": "true" if found["is_active"] else "false"}
    values = {
        "account": found,
        "form": shown(changed, current, etag),
        "profile": profile,
        "profile_away": away,
        "profile_fields": FIELDS,
    }
    return page(request, "people/account.html", values, status=status)
