"""One's own account: who one is, the profile, and the data that the services keep."""

import asyncio
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.apis.problems import RefusedError
from app.apis.signed_in import LARGEST_PAGE, Apis
from app.language import translated
from app.pages.forms import Form, fields_of, if_match, shown
from app.pages.handing_on import download
from app.pages.rendering import page
from app.pages.signed_in import ApisDep, back
from app.people.profiles import body_of, fields_of_profile, profile_of

router = APIRouter(prefix="/account")

EXPORTS = {"auth": "/auth/me/export", "user": "/profiles/me/export", "admin": "/api/me/export"}
"""Where each service gives out what it has of an account."""
_NONE = Form({})


@router.get("")
async def account(request: Request, apis: ApisDep) -> Response:
    """Show one's own account."""
    return await own_page(request, apis)


@router.post("/profile")
async def change_profile(request: Request, apis: ApisDep) -> Response:
    """Make one's profile, or change it."""
    sent = await fields_of(request)
    try:
        if sent.get("etag"):
            user_id = (await apis.get("auth", "/auth/me"))["id"]
            await apis.send("user", "PATCH", f"/profiles/{user_id}", json=body_of(sent), headers=if_match(sent))
        else:
            await apis.send("user", "POST", "/profiles", json=body_of(sent))
    except RefusedError as error:
        return await own_page(request, apis, profile=Form.refused(error, sent), status=error.status)
    return back(apis, "/account", translated("Saved."))


@router.get("/export/{service}")
async def export(request: Request, apis: ApisDep, service: str) -> Response:
    """Return what a service has of oneself, to be saved."""
    if service not in EXPORTS:
        raise RefusedError(service, HTTPStatus.NOT_FOUND)
    return await download(request, apis, EXPORTS[service], of=service)


async def own_page(
    request: Request,
    apis: Apis,
    *,
    profile: Form | None = None,
    password: Form = _NONE,
    deletion: Form = _NONE,
    status: int = HTTPStatus.OK,
) -> Response:
    """Return the page of one's own account.

    Args:
        request: of the browser.
        apis: of the session.
        profile: the form as it was sent and refused.
        password: the form of a new password, likewise.
        deletion: the form that deletes the account, likewise.
        status: of the answer.

    Raises:
        ApiError: see `Transport.send`.
    """
    me, sessions, (found, etag, away) = await asyncio.gather(
        apis.get("auth", "/auth/me"),
        apis.get("auth", "/auth/sessions", limit=LARGEST_PAGE),
        profile_of(apis, "me"),
    )
    values = {
        "account": me,
        "sessions": sessions["items"],
        "profile": shown(profile, fields_of_profile(found), etag),
        "profile_away": away,
        "password": password,
        "deletion": deletion,
        "exports": EXPORTS,
    }
    return page(request, "people/own.html", values, status=status)
